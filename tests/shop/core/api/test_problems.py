"""Problem details: each response matches the example on the page of its type."""

import json
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import RequestFactory, override_settings
from rest_framework.test import APIClient

from orders.models import Checkout
from orders.newcomers import record_newcomer
from shop.api_docs.problem_examples import EXAMPLES
from shop.api_docs.views import example_of
from shop.core.api.problems import PROBLEM_TYPES
from tests.support.api import STAFF, client_of, hold, order, problem_of
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import ADDRESS, expire_hold
from warehouses.inventory.receiving import MAX_UNITS_PER_STOCK_ROW
from warehouses.models import Warehouse
from warehouses.tasks import assign_submitted_orders

pytestmark = pytest.mark.django_db
JSON = "application/json"


class Cast:
    """A caller with every scope, and the items and warehouse of the calls."""

    def __init__(self, user):
        self.client = client_of(user, "shopper", *STAFF)
        self.user = user
        self.lamp = ItemFactory(sku="LAMP")
        self.sold_out = ItemFactory()
        self.sea = given_stock({self.lamp: 200})

    def put(self, quantity=1, item=None, **headers):
        url = f"/api/v1/cart/items/{(item or self.lamp).pk}/"
        return self.client.put(url, {"quantity": quantity}, headers=headers)

    def raw(self, body, content_type=JSON):
        url = f"/api/v1/cart/items/{self.lamp.pk}/"
        return self.client.generic("PUT", url, body, content_type)

    def submit(self, checkout, **headers):
        body = {"checkout": checkout, "shipping_address": ADDRESS}
        return self.client.post("/api/v1/orders/", body, headers=headers)

    def goods(self, kind, **fields):
        url = f"/api/v1/warehouses/{self.sea.code}/{kind}/"
        return self.client.post(url, {"item_id": self.lamp.pk, **fields})

    def parcel(self):
        number = order(self.client, self.lamp).json()["number"]
        assign_submitted_orders()
        [parcel] = self.client.get("/api/v1/warehouse-orders/?limit=1").json()["results"]
        return number, f"/api/v1/warehouse-orders/{parcel['id']}/"


def too_much(cast):
    cast.goods("receipts", quantity=10_000_000, reference="a")
    Warehouse.objects.get().stock_rows.update(
        physical_stock=MAX_UNITS_PER_STOCK_ROW, available_stock=MAX_UNITS_PER_STOCK_ROW
    )
    return cast.goods("receipts", quantity=2, reference="b")


def expired(cast):
    held = hold(cast.client, cast.lamp)
    expire_hold(Checkout.objects.get())
    return cast.submit(held["id"], **{"Idempotency-Key": "k"})


def reused(cast):
    cast.put(1, **{"Idempotency-Key": "k"})
    return cast.put(2, **{"Idempotency-Key": "k"})


def filling(cast):
    with override_settings(IDEMPOTENCY_MB_PER_DAY=0.0001):
        return cast.put(1, **{"Idempotency-Key": "k"})


def changing(cast):
    number = order(cast.client, cast.lamp, 2).json()["number"]
    for n in range(103):
        address = {**ADDRESS, "line2": f"Floor {n}"}
        answer = cast.client.patch(f"/api/v1/orders/{number}/", {"shipping_address": address})
    return answer


def conflicting(cast):
    cast.goods("receipts", quantity=5, reference="DN")
    return cast.goods("receipts", quantity=6, reference="DN")


def shipped(cast):
    number, parcel = cast.parcel()
    cast.client.post(f"{parcel}ship/")
    return cast.client.post(f"/api/v1/orders/{number}/cancel/")


def cancelled(cast):
    number, parcel = cast.parcel()
    cast.client.post(f"/api/v1/orders/{number}/cancel/")
    return cast.client.post(f"{parcel}ship/")


def short(cast):
    cast.put(50)
    cast.goods("discards", quantity=180)
    return cast.client.post("/api/v1/checkout/")


def hoarding(cast):
    for quantity in range(1, 62):
        cast.put(quantity)
        answer = cast.client.post("/api/v1/checkout/")
    return answer


def as_newcomer(cast, *quantities):
    """Hold these quantities of the lamp, one after the other, as a new account."""
    record_newcomer(customer=cast.user, network="192.0.2.1")
    cast.goods("receipts", quantity=10_000)
    for quantity in quantities:
        cast.put(quantity)
        answer = cast.client.post("/api/v1/checkout/")
        Checkout.objects.update(created_at=Now() - timedelta(minutes=10))
    return answer


def sharing(cast):
    cast.goods("discards", quantity=180)
    record_newcomer(customer=cast.user, network="192.0.2.1")
    cast.put(9)
    return cast.client.post("/api/v1/checkout/")


def many_cancelled(cast):
    number = order(cast.client, cast.lamp, 2).json()["number"]
    body = {"items": [{"item_id": cast.lamp.pk, "quantity": 5}]}
    return cast.client.post(f"/api/v1/orders/{number}/cancel/", body)


PROVOKED = {
    "malformed-json": lambda c: c.raw(b"{"),
    "bad-request": lambda c: c.client.get("/api/v1/items/", headers={"Host": "evil.test"}),
    "idempotency-key-missing": lambda c: c.submit(1),
    "invalid-idempotency-key": lambda c: c.submit(1, **{"Idempotency-Key": ""}),
    "not-authenticated": lambda c: APIClient().get("/api/v1/cart/"),
    "permission-denied": lambda c: client_of(c.user, "shopper").get("/api/v1/warehouses/"),
    "not-found": lambda c: c.client.get("/api/v1/items/99999999/"),
    "no-held-checkout": lambda c: c.client.get("/api/v1/checkout/"),
    "method-not-allowed": lambda c: c.client.delete("/api/v1/items/"),
    "precondition-failed": lambda c: c.put(**{"If-Match": '"x"'}),
    "precondition-required": lambda c: c.client.put("/api/v1/cart/", {"items": []}),
    "unsupported-media-type": lambda c: c.raw(b"quantity=1", "text/plain"),
    "validation-error": lambda c: c.put(0),
    "idempotency-key-reused": reused,
    "too-many-holds": hoarding,
    "too-many-kept-answers": filling,
    "too-many-changes": changing,
    "hold-budget-spent": lambda c: as_newcomer(c, 40, 39),
    "hold-too-large": lambda c: as_newcomer(c, 51),
    "new-account-limit": sharing,
    "empty-cart": lambda c: c.client.post("/api/v1/checkout/"),
    "out-of-stock": lambda c: c.put(1, c.sold_out),
    "too-many-units": lambda c: c.put(100),
    "insufficient-stock": short,
    "checkout-expired": expired,
    "order-already-shipped": shipped,
    "not-that-many": many_cancelled,
    "order-cancelled": cancelled,
    "reference-conflict": conflicting,
    "too-much-stock": too_much,
    "count-conflict": lambda c: c.goods("counts", physical_stock=1, expected=3),
    "sku-exists": lambda c: c.client.post(
        "/api/v1/items/", {"sku": "LAMP", "name": "Lamp", "price": "1.00"}
    ),
    "warehouse-exists": lambda c: c.client.post(
        "/api/v1/warehouses/", {"code": c.sea.code, "name": "S", "postal_code": "98101"}
    ),
}


@pytest.mark.parametrize("name", PROVOKED)
def test_the_example_of_a_problem_matches_the_response(alice, name):
    answer = PROVOKED[name](Cast(alice))

    assert problem_of(answer) == (PROBLEM_TYPES[name].status, name)
    body, example = answer.json(), example_of(RequestFactory().get("/"), name)
    assert shape(body) == shape(example)
    assert body["title"] == example["title"]
    assert body["request_id"] == answer["X-Request-ID"]


def shape(value):
    """Return the names of the members of a JSON value, and the types of their values."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    return [shape(value[0])] if isinstance(value, list) else type(value)


@pytest.mark.parametrize("name", PROBLEM_TYPES)
def test_every_page_of_a_problem_has_a_call_and_a_body(client, name):
    page = client.get(f"/problems/{name}").content.decode()

    assert "curl " in page
    assert f"problems/{name}&quot;" in page
    assert "$SHOP" not in page


def test_the_list_of_problems_names_every_one(client):
    page = client.get("/problems/").content.decode()

    assert [name for name in PROBLEM_TYPES if f'href="/problems/{name}' not in page] == []
    assert set(EXAMPLES) == set(PROBLEM_TYPES)


# Fields


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"quantity": 1, "a/b~c": 1}, ["#/a~1b~0c"]),
        ({"quantity": 1, "two words": 1}, ["#/two%20words"]),
        ({"quantity": 1, "ключ": 1}, ["#/%D0%BA%D0%BB%D1%8E%D1%87"]),
        ({"quantity": "x"}, ["#/quantity"]),
        ({}, ["#/quantity"]),
        ([], ["#"]),
        ("text", ["#"]),
    ],
)
def test_errors_point_at_the_field(alice, body, pointers):
    cast = Cast(alice)

    answer = cast.raw(json.dumps(body).encode())

    assert [error["pointer"] for error in answer.json()["errors"]] == pointers


def test_errors_in_a_query_name_the_parameter(alice):
    client = client_of(alice, "shopper", *STAFF)

    for query, parameter in {
        "orders/?limit=0": "limit",
        "items/?min_price=x": "min_price",
        "items/?category=" + "x" * 200: "category",
        "warehouse-orders/?status=lost": "status",
    }.items():
        [error] = client.get(f"/api/v1/{query}").json()["errors"]
        assert (error["parameter"], error["pointer"][:2]) == (parameter, "#/")


WRITES = {
    ("POST", "items/"): {"sku": "X", "name": "X", "price": "1.00"},
    ("PATCH", "items/{item}/"): {"name": "X"},
    ("PUT", "items/{item}/"): {"sku": "X", "name": "X", "price": "1.00"},
    ("PUT", "cart/"): {"items": []},
    ("PUT", "cart/items/{item}/"): {"quantity": 1},
    ("POST", "checkout/"): {},
    ("POST", "orders/"): {"checkout": 1, "shipping_address": ADDRESS},
    ("POST", "orders/{number}/cancel/"): {},
    ("POST", "warehouses/"): {"code": "NEW", "name": "New", "postal_code": "98101"},
    ("POST", "warehouses/{code}/receipts/"): {"item_id": 1, "quantity": 1},
    ("POST", "warehouses/{code}/discards/"): {"item_id": 1, "quantity": 1},
    ("POST", "warehouses/{code}/counts/"): {"item_id": 1, "physical_stock": 1, "expected": 1},
    ("POST", "warehouse-orders/{parcel}/pick/"): {"assigned_to": "Truck 7"},
    ("POST", "warehouse-orders/{parcel}/ship/"): {},
    ("POST", "assignments/preview/"): {
        "items": [{"item_id": 1, "quantity": 1}],
        "postal_code": "98101",
        "country": "US",
    },
}


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_every_write_refuses_an_unknown_field_by_name(alice, method, path):
    cast = Cast(alice)
    number, parcel = cast.parcel()
    named = {"item": cast.lamp.pk, "number": number, "code": cast.sea.code}
    url = path.format(**named, parcel=parcel.split("/")[-2])
    body = json.dumps({**WRITES[method, path], "colour": "red"})
    sent = {"If-Match": "*", "Idempotency-Key": "k"}

    answer = cast.client.generic(method, f"/api/v1/{url}", body, JSON, headers=sent)

    assert problem_of(answer) == (422, "validation-error")
    assert answer.json()["errors"] == [{"pointer": "#/colour", "detail": "Unknown field."}]


def test_an_unknown_field_within_another_is_refused_too(alice):
    cast = Cast(alice)
    bad = {"checkout": 1, "shipping_address": {**ADDRESS, "planet": "Mars"}}

    answer = cast.client.post("/api/v1/orders/", bad, headers={"Idempotency-Key": "k"})

    assert answer.json()["errors"][0]["pointer"] == "#/shipping_address/planet"
