"""The contract of the REST API for shoppers, over HTTP."""

import pytest
from rest_framework.test import APIClient

from cart.api.serializers import CartItemSerializer, CartSerializer
from catalog.api.serializers import ItemSerializer
from catalog.models import Item
from orders.models import Order
from shop.core.api.problems import PROBLEM_TYPES
from tests.support.api import STAFF, client_of, hold, order, problem_of
from tests.support.concurrency import at_once
from tests.support.factories import ItemFactory, given_stock, stock_left
from tests.support.stories import ADDRESS
from warehouses.tasks import assign_submitted_orders

pytestmark = pytest.mark.usefixtures("conserved")


def test_an_item_shows_its_stock_without_a_token(client, lamp):
    given_stock({lamp: 7})

    item = client.get(f"/api/v1/items/{lamp.pk}/").json()

    assert (item["sku"], item["price"], item["currency"]) == ("LAMP", "49.95", "USD")
    assert (item["stock"], item["in_stock"]) == (7, True)


def test_a_search_gives_live_stock(client, shopper, lamp, rug):
    given_stock({lamp: 7})
    first = [client.get("/api/v1/items/?q=lamp").json() for _ in range(3)]

    hold(shopper, lamp, 3)
    after = client.get("/api/v1/items/?q=lamp").json()

    assert [r["results"][0]["stock"] for r in first] == [7, 7, 7]
    assert (after["count"], after["results"][0]["stock"]) == (1, 4)


def test_a_cart_marks_lines_that_cannot_be_bought(shopper, bob, lamp, rug):
    given_stock({lamp: 5, rug: 1})
    shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 4})
    shopper.put(f"/api/v1/cart/items/{rug.pk}/", {"quantity": 1})
    other = client_of(bob, "shopper")
    hold(other, lamp, 3)
    hold(other, rug, 1)

    cart = shopper.get("/api/v1/cart/").json()

    assert [line["problem"] for line in cart["items"]] == ["only_n_left", "out_of_stock"]
    assert [line["stock"] for line in cart["items"]] == [2, 0]
    assert cart["total"] == "319.80"


def test_an_own_hold_is_no_problem_in_the_cart(shopper, lamp):
    given_stock({lamp: 2})
    hold(shopper, lamp, 2)

    [line] = shopper.get("/api/v1/cart/").json()["items"]

    assert (line["stock"], line["problem"]) == (0, None)


def test_an_item_out_of_stock_cannot_be_put_in_a_cart(shopper, lamp):
    answer = shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})

    assert problem_of(answer) == (409, "out-of-stock")
    assert shopper.get("/api/v1/cart/").json()["items"] == []


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**30, "x", None, 1.5, True])
def test_an_invalid_quantity_is_refused(shopper, lamp, quantity):
    given_stock({lamp: 5})

    answer = shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": quantity})

    assert problem_of(answer) == (422, "validation-error")
    assert answer.json()["errors"][0]["pointer"] == "#/quantity"


def test_a_hold_has_its_remaining_seconds(shopper, lamp):
    given_stock({lamp: 5})
    shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 2})

    first = shopper.post("/api/v1/checkout/")
    again = shopper.post("/api/v1/checkout/")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["status"] == "held"
    assert 595 <= first.json()["seconds_left"] <= 600
    assert first.json()["total"] == "99.90"
    assert (again.json()["id"], again.json()["expires_at"]) == (
        first.json()["id"],
        first.json()["expires_at"],
    )
    assert shopper.get("/api/v1/checkout/").json()["id"] == first.json()["id"]


def test_cancelling_a_hold_restores_the_stock(shopper, lamp):
    given_stock({lamp: 5})
    hold(shopper, lamp, 2)

    answers = [shopper.delete("/api/v1/checkout/").status_code for _ in range(2)]

    assert answers == [204, 404]
    assert stock_left(lamp) == (5,)


def test_a_shortage_names_each_short_item_and_holds_nothing(shopper, bob, lamp, rug):
    given_stock({lamp: 5, rug: 1})
    shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 2})
    shopper.put(f"/api/v1/cart/items/{rug.pk}/", {"quantity": 1})
    hold(client_of(bob, "shopper"), rug)

    answer = shopper.post("/api/v1/checkout/")

    assert problem_of(answer) == (409, "insufficient-stock")
    assert answer.json()["shortages"] == [
        {"item_id": rug.pk, "name": "Wool rug", "wanted": 1, "left": 0}
    ]
    assert stock_left(lamp, rug) == (5, 0)


def test_an_empty_cart_is_refused(shopper):
    assert problem_of(shopper.post("/api/v1/checkout/")) == (409, "empty-cart")


def test_an_order_has_the_held_items_and_empties_the_cart(shopper, lamp):
    given_stock({lamp: 5})

    answer = order(shopper, lamp, 2)

    assert answer.status_code == 201
    placed = answer.json()
    assert (placed["status"], placed["price"], placed["shipments"]) == ("submitted", "99.90", [])
    assert placed["shipping_address"] == ADDRESS
    assert shopper.get("/api/v1/cart/").json()["items"] == []
    assert shopper.get(f"/api/v1/orders/{placed['number']}/").json() == placed
    assert shopper.get("/api/v1/orders/").json()["results"] == [placed]


def test_an_order_needs_an_idempotency_key(shopper, lamp):
    given_stock({lamp: 5})
    checkout = hold(shopper, lamp)

    answer = shopper.post(
        "/api/v1/orders/", {"checkout": checkout["id"], "shipping_address": ADDRESS}
    )

    assert problem_of(answer) == (400, "idempotency-key-missing")


def test_a_key_used_before_with_another_body_is_refused(shopper, lamp):
    given_stock({lamp: 5})
    order(shopper, lamp, key="k-1")

    other = shopper.post(
        "/api/v1/orders/",
        {"checkout": 1, "shipping_address": ADDRESS},
        headers={"Idempotency-Key": "k-1"},
    )

    assert problem_of(other) == (422, "idempotency-key-reused")
    assert len(shopper.get("/api/v1/orders/").json()["results"]) == 1


def test_the_same_key_and_body_is_replayed(shopper, lamp):
    given_stock({lamp: 5})
    checkout = hold(shopper, lamp)
    body = {"checkout": checkout["id"], "shipping_address": ADDRESS}

    first, again = (
        shopper.post("/api/v1/orders/", body, headers={"Idempotency-Key": key})
        for key in ("k-1", '"k-1"')
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first


def test_an_invalid_address_is_refused_by_field(shopper, lamp):
    given_stock({lamp: 5})
    checkout = hold(shopper, lamp)
    bad = {**ADDRESS, "postal_code": "nowhere", "city": ""}

    answer = shopper.post(
        "/api/v1/orders/",
        {"checkout": checkout["id"], "shipping_address": bad},
        headers={"Idempotency-Key": "k"},
    )

    assert problem_of(answer) == (422, "validation-error")
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"#/shipping_address/postal_code", "#/shipping_address/city"}


def test_objects_of_others_are_not_found(shopper, mallory, lamp):
    given_stock({lamp: 5})
    checkout = hold(shopper, lamp)
    other = client_of(mallory, "shopper")

    stolen = other.post(
        "/api/v1/orders/",
        {"checkout": checkout["id"], "shipping_address": ADDRESS},
        headers={"Idempotency-Key": "k"},
    )
    number = order(shopper, lamp).json()["number"]

    assert problem_of(stolen) == (404, "not-found")
    assert problem_of(other.get(f"/api/v1/orders/{number}/")) == (404, "not-found")
    assert problem_of(other.post(f"/api/v1/orders/{number}/cancel/")) == (404, "not-found")


def test_cancelling_returns_the_units_once(shopper, lamp):
    given_stock({lamp: 5})
    number = order(shopper, lamp, 2).json()["number"]

    answers = [shopper.post(f"/api/v1/orders/{number}/cancel/") for _ in range(2)]

    assert [a.status_code for a in answers] == [200, 200]
    assert answers[1].json()["status"] == "cancelled"
    assert stock_left(lamp) == (5,)


def test_scopes_alone_authorise(client, shopper, alice, lamp):
    without = client.get("/api/v1/cart/")
    bad = client.get("/api/v1/items/", headers={"Authorization": "Bearer nonsense"})
    narrow = shopper.post("/api/v1/items/", {"sku": "X", "name": "X", "price": "1.00"})

    assert problem_of(without) == (401, "not-authenticated")
    assert problem_of(bad) == (401, "not-authenticated")
    assert problem_of(narrow) == (403, "permission-denied")


@pytest.mark.django_db(transaction=True)
def test_a_changed_item_is_found_by_a_cached_query(staff, client, lamp):
    counts = [client.get("/api/v1/items/?q=chandelier").json()["count"] for _ in range(3)]

    staff.patch(f"/api/v1/items/{lamp.pk}/", {"name": "Brass chandelier"})

    assert counts == [0, 0, 0]
    assert client.get("/api/v1/items/?q=chandelier").json()["count"] == 1


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"{", "application/json", (400, "malformed-json")),
        (b'"\\ud800"', "application/json", (400, "malformed-json")),
        (b"[" * 5000 + b"]" * 5000, "application/json", (400, "malformed-json")),
        (b"\xff\xfe", "application/json", (400, "malformed-json")),
        (b"[]", "application/json", (422, "validation-error")),
        (b'{"quantity": 1, "colour": "red"}', "application/json", (422, "validation-error")),
        (b"quantity=1", "application/x-www-form-urlencoded", (415, "unsupported-media-type")),
    ],
)
def test_an_invalid_body_is_refused(shopper, lamp, body, content_type, expected):
    answer = shopper.generic("PUT", f"/api/v1/cart/items/{lamp.pk}/", body, content_type)

    assert problem_of(answer) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing/",
        "/api/v1/items/99999999/",
        "/api/v1/items/999999999999999999/",
        "/api/v1/items/9999999999999999999999/",
        "/api/v1/items/abc/",
        "/api/v1/orders/%00/",
    ],
)
def test_an_unknown_path_is_a_problem_too(shopper, path):
    assert problem_of(shopper.get(path)) == (404, "not-found")


@pytest.mark.parametrize(
    "query",
    [
        "%00",
        "x" * 6000,
        "%F0%9F%8E%89",
        "%D7%A9%D7%9C%D7%95%D7%9D",
        '"',
        "a %26 | ! ( :*",
        "the",
        "-",
    ],
)
def test_no_query_breaks_the_search(client, lamp, query):
    assert client.get(f"/api/v1/items/?q={query}").status_code == 200


def test_the_schema_and_every_problem_page_open(client):
    assert client.get("/api/v1/schema/").status_code == 200
    assert client.get("/api/v1/docs/").status_code == 200
    assert {client.get(f"/problems/{name}").status_code for name in PROBLEM_TYPES} == {200}


@pytest.mark.django_db(transaction=True)
def test_many_equal_orders_at_once_are_one_order(alice, lamp):
    given_stock({lamp: 5})
    token = client_of(alice, "shopper")
    checkout = hold(token, lamp, 2)
    body = {"checkout": checkout["id"], "shipping_address": ADDRESS}

    def post():
        client = APIClient()
        client.credentials(**token._credentials)
        return client.post("/api/v1/orders/", body, headers={"Idempotency-Key": "k"})

    answers = at_once(*[post] * 8)

    assert {a.status_code for a in answers} <= {201, 409}
    numbers = {a.json()["number"] for a in answers if a.status_code == 201}
    assert len(numbers) == 1
    assert Order.objects.count() == 1
    assert stock_left(lamp) == (3,)


@pytest.mark.parametrize("listing", ["items/?q=thing", "orders/", "warehouse-orders/", "cart/"])
def test_a_listing_costs_the_same_for_one_row_and_for_many(
    alice, clerk, seattle, listing, django_assert_max_num_queries
):
    client = client_of(alice, "shopper", *STAFF)
    for _ in range(6):
        item = ItemFactory()
        given_stock({item: 9}, seattle)
        order(client, item)
    assign_submitted_orders()
    for item in Item.objects.all():
        client.put(f"/api/v1/cart/items/{item.pk}/", {"quantity": 1})

    with django_assert_max_num_queries(8):
        answer = client.get(f"/api/v1/{listing}")

    assert len(answer.json().get("results") or answer.json()["items"]) == 6


def test_responses_built_by_hand_have_the_fields_of_the_schema(shopper, lamp):
    given_stock({lamp: 3})
    shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})

    cart = shopper.get("/api/v1/cart/").json()
    [line] = cart["items"]

    assert list(line["item"]) == list(ItemSerializer().fields)
    assert list(line) == list(CartItemSerializer().fields)
    assert list(cart) == list(CartSerializer().fields)
