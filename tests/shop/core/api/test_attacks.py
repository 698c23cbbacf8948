"""Requests of hostile or careless integrators, and their refusals."""

import json
from base64 import b64encode
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.utils import timezone

from shop.wsgi import application
from tests.support.api import hold, order, problem_of
from tests.support.factories import ItemFactory, given_stock, stock_left
from tests.support.stories import ADDRESS

pytestmark = pytest.mark.usefixtures("conserved")


def cursor(position: str) -> str:
    """Return a cursor with a position in DRF's encoding."""
    return b64encode(position.encode()).decode()


def test_times_are_in_utc_in_any_region(shopper, lamp):
    given_stock({lamp: 5})

    held = hold(shopper, lamp)

    server_time = datetime.fromisoformat(held["server_time"])
    assert held["server_time"].endswith("Z")
    assert abs(server_time - timezone.now()) < timedelta(seconds=30)
    assert datetime.fromisoformat(held["expires_at"]) - server_time < timedelta(seconds=601)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=abc",
        "limit=000000001000",
        "limit=00000000199999999999999999999",
        "limit=" + "1" * 5000,
        "cursor=!!!",
        "cursor=garbage",
        "cursor=" + cursor("p=abc"),
        "cursor=" + cursor("p=1.5"),
        "cursor=" + cursor("p=\x00"),
        "cursor=" + cursor("o=-1"),
        "cursor=" + cursor("p=" + "9" * 500),
    ],
)
def test_a_crafted_page_is_refused(shopper, query):
    assert problem_of(shopper.get(f"/api/v1/orders/?{query}")) == (422, "validation-error")


def test_pages_lead_on_and_back(shopper, lamp):
    given_stock({lamp: 9})
    placed = [order(shopper, lamp).json()["number"] for _ in range(5)]

    first = shopper.get("/api/v1/orders/?limit=2").json()
    second = shopper.get(first["next"]).json()
    back = shopper.get(second["previous"]).json()

    numbers = [row["number"] for page in (first, second) for row in page["results"]]
    assert numbers == placed[:0:-1]
    assert back["results"] == first["results"]


@pytest.mark.django_db(transaction=True)
def test_a_chunked_body_is_read_to_its_end(shopper, lamp):
    given_stock({lamp: 5})
    number = order(shopper, lamp, 3).json()["number"]
    body = json.dumps({"items": [{"item_id": lamp.pk, "quantity": 1}]}).encode()
    statuses = []

    parts = application(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/api/v1/orders/{number}/cancel/",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "HTTP_TRANSFER_ENCODING": "chunked",
            "HTTP_AUTHORIZATION": shopper._credentials["HTTP_AUTHORIZATION"],
            "CONTENT_TYPE": "application/json",
        },
        lambda status, headers: statuses.append(status),
    )
    cancelled = json.loads(b"".join(parts))
    connection.close()

    assert statuses == ["200 OK"]
    assert (cancelled["status"], cancelled["items"][0]["cancelled_quantity"]) == ("submitted", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("charset", ["base64", "undefined", "no-such", "punycode", "utf-8"])
@pytest.mark.parametrize("path", ["/api/v1/oauth/token/", "/api/v1/cart/", "/search/"])
def test_a_charset_that_is_no_text_encoding_is_ignored(path, charset):
    statuses = []

    b"".join(
        application(
            {
                "REQUEST_METHOD": "POST",
                "PATH_INFO": path,
                "QUERY_STRING": "q=%C3%A9",
                "SERVER_NAME": "testserver",
                "SERVER_PORT": "80",
                "wsgi.url_scheme": "http",
                "wsgi.input": BytesIO(b"a=1"),
                "CONTENT_LENGTH": "3",
                "CONTENT_TYPE": f"application/x-www-form-urlencoded; charset={charset}",
            },
            lambda status, headers: statuses.append(int(status[:3])),
        )
    )
    connection.close()

    assert 400 <= statuses[0] < 500


@pytest.mark.parametrize("key", ["ключ", "日本語" * 80, "a\tb", "é" * 255])
def test_an_idempotency_key_may_be_any_string(shopper, lamp, key):
    given_stock({lamp: 5})
    body = {"checkout": hold(shopper, lamp)["id"], "shipping_address": ADDRESS}
    sent = {"HTTP_IDEMPOTENCY_KEY": key.encode().decode("latin-1")}

    answers = [shopper.post("/api/v1/orders/", body, **sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", '""', "k" * 256])
def test_a_key_of_no_or_too_many_characters_is_refused(shopper, lamp, key):
    answer = shopper.post("/api/v1/orders/", {}, headers={"Idempotency-Key": key})

    assert problem_of(answer) == (400, "invalid-idempotency-key")


def test_other_writes_are_replayed_too(shopper, lamp):
    given_stock({lamp: 5})
    url, key = f"/api/v1/cart/items/{lamp.pk}/", {"Idempotency-Key": "k"}

    first = shopper.put(url, {"quantity": 2}, headers=key)
    again = shopper.put(url, {"quantity": 2}, headers=key)
    other = shopper.put(url, {"quantity": 3}, headers=key)

    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert problem_of(other) == (422, "idempotency-key-reused")


def test_cancelling_items_of_a_cancelled_order_has_no_effect(shopper, lamp):
    given_stock({lamp: 5})
    number = order(shopper, lamp, 2).json()["number"]
    body = {"items": [{"item_id": lamp.pk, "quantity": 2}]}

    answers = [shopper.post(f"/api/v1/orders/{number}/cancel/", body) for _ in range(2)]

    assert [(a.status_code, a.json()["status"]) for a in answers] == [(200, "cancelled")] * 2
    assert stock_left(lamp) == (5,)


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"{", "application/json", (400, "malformed-json")),
        (b'{"x": 1}', "application/json", (422, "validation-error")),
        *[(body, "application/json", (422, "validation-error")) for body in (b"[]", b"0", b"null")],
        (b"x=1", "application/x-www-form-urlencoded", (415, "unsupported-media-type")),
    ],
)
def test_a_checkout_takes_no_body(shopper, lamp, body, content_type, expected):
    given_stock({lamp: 5})
    shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})

    answer = shopper.generic("POST", "/api/v1/checkout/", body, content_type)

    assert problem_of(answer) == expected
    assert stock_left(lamp) == (5,)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/items/"])
def test_every_path_below_api_answers_in_json(client, path):
    assert problem_of(client.post(path)) == (404, "not-found")


@pytest.mark.parametrize("accept", ["application/problem+json", "", "text/html", "*/*"])
def test_the_accept_header_is_ignored(client, lamp, accept):
    answer = client.get(f"/api/v1/items/{lamp.pk}/", headers={"Accept": accept})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_the_schema_is_json_and_ignores_an_invalid_token(client):
    answer = client.get("/api/v1/schema/", headers={"Authorization": "Bearer nonsense"})

    assert answer.json()["openapi"].startswith("3.1")


def test_an_unknown_host_is_a_problem_in_json(client):
    answer = client.get("/api/v1/items/", headers={"Host": "evil.test"})

    assert problem_of(answer) == (400, "bad-request")
    assert answer.json()["detail"]


def test_a_sku_may_change_but_not_to_that_of_another_item(staff, lamp, rug):
    changed = staff.patch(f"/api/v1/items/{lamp.pk}/", {"sku": "LAMP-2"})
    taken = staff.patch(f"/api/v1/items/{lamp.pk}/", {"sku": "RUG"})

    assert changed.json()["sku"] == "LAMP-2"
    assert problem_of(taken) == (409, "sku-exists")


@pytest.mark.parametrize("quantity", ["4_0", "１", "+4", " 5", "2", 1.0])
def test_a_text_is_no_number(shopper, lamp, quantity):
    given_stock({lamp: 50})

    answer = shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": quantity})

    assert problem_of(answer) == (422, "validation-error")


def test_a_field_that_can_only_be_read_cannot_be_written(staff):
    new = {"code": "NEW", "name": "New", "postal_code": "98101", "is_open": False}

    answer = staff.post("/api/v1/warehouses/", new)

    assert answer.json()["errors"] == [{"pointer": "#/is_open", "detail": "Unknown field."}]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 5),
        ("name", True),
        ("sku", 1.5),
        ("brand", []),
        ("description", {}),
        ("is_active", "yes"),
    ],
)
def test_a_number_is_no_text(staff, field, value):
    fields = {"sku": "T-1", "name": "Thing", "price": "1.00"} | {field: value}

    answer = staff.post("/api/v1/items/", fields)

    assert problem_of(answer) == (422, "validation-error")
    assert answer.json()["errors"][0]["pointer"] == f"#/{field}"


@pytest.mark.parametrize("value", [True, "45.5", [1]])
def test_a_text_is_no_degree(staff, value):
    fields = {"code": "X1", "name": "X", "postal_code": "1", "latitude": value, "longitude": 1.0}

    answer = staff.post("/api/v1/warehouses/", fields)

    assert problem_of(answer) == (422, "validation-error")
    assert answer.json()["errors"][0]["pointer"] == "#/latitude"


@pytest.mark.parametrize("price", ["1e3", "1_000", "١٢", "+5", ".5", " 5 ", "5\n", "0x5", "-1"])
def test_a_price_is_written_in_digits(staff, price):
    answer = staff.post("/api/v1/items/", {"sku": "T-1", "name": "Thing", "price": price})

    assert problem_of(answer) == (422, "validation-error")
    assert answer.json()["errors"][0]["pointer"] == "#/price"


@pytest.mark.parametrize("kind", ["*/*", "application/*", "*/json"])
def test_a_content_type_with_a_wildcard_is_refused(shopper, lamp, kind):
    given_stock({lamp: 5})

    answer = shopper.generic("PUT", f"/api/v1/cart/items/{lamp.pk}/", b'{"quantity": 1}', kind)

    assert problem_of(answer) == (415, "unsupported-media-type")


def test_the_dearest_cart_can_be_ordered(shopper):
    dear = ItemFactory.create_batch(2, price="9999999999.99")
    given_stock(dict.fromkeys(dear, 999))
    for item in dear:
        shopper.put(f"/api/v1/cart/items/{item.pk}/", {"quantity": 99})

    held = shopper.post("/api/v1/checkout/").json()
    body = {"checkout": held["id"], "shipping_address": ADDRESS}
    placed = shopper.post("/api/v1/orders/", body, headers={"Idempotency-Key": "dear"})

    assert placed.status_code == 201
    assert placed.json()["price"] == held["total"] == "1979999999998.02"


def test_empty_parameters_of_a_list_are_ignored(shopper):
    assert shopper.get("/api/v1/orders/?cursor=&limit=").json()["results"] == []


def test_the_refusal_of_a_large_body_has_the_limit(shopper, settings):
    refused = shopper.generic("POST", "/api/v1/checkout/", b" " * 3_000_000, "application/json")

    assert problem_of(refused) == (413, "too-large")
    assert refused.json()["bytes"] == settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_the_refusal_of_many_unknown_fields_is_short(shopper, lamp):
    body = {f"field{n}": n for n in range(2000)}

    answer = shopper.put(f"/api/v1/cart/items/{lamp.pk}/", body)

    assert answer.status_code == 422
    assert len(answer.content) < 5000


def test_too_many_holds_get_a_retry_after(shopper, lamp, settings):
    settings.MAX_HOLDS_PER_HOUR = 1
    given_stock({lamp: 5})
    hold(shopper, lamp)
    shopper.delete("/api/v1/checkout/")

    answer = shopper.post("/api/v1/checkout/")

    assert problem_of(answer) == (429, "too-many-holds")
    assert 3500 < int(answer["Retry-After"]) <= 3600


def test_items_in_the_cart_stay_while_an_own_hold_has_the_last_units(shopper, lamp):
    given_stock({lamp: 2})
    hold(shopper, lamp, 2)

    answer = shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 2})

    assert answer.json()["items"][0]["problem"] is None


def test_filtering_by_stock_counts_units_of_overdue_holds(shopper, client, settings):
    settings.CHECKOUT_HOLD_SECONDS = 0
    item = ItemFactory(name="Kept lamp")
    given_stock({item: 1})
    hold(shopper, item)

    page = client.get("/api/v1/items/?q=kept&in_stock=true").json()

    assert [item["stock"] for item in page["results"]] == [1]
