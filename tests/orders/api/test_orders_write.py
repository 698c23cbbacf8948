"""The scope `orders:write`: a staff system reads and cancels the orders of every customer."""

import pytest

from orders.models import Order
from tests.support.api import client_of, if_match, problem_of
from tests.support.factories import given_stock, stock_left
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture
def system(clerk):
    return client_of(clerk, "orders:write")


@pytest.fixture
def placed(alice, lamp):
    given_stock({lamp: 9})
    return order(alice, {lamp: 3})


def url_of(placed: Order) -> str:
    return f"/api/v1/orders/{placed.number}/"


def test_it_reads_any_order(system, placed):
    listed = system.get("/api/v1/orders/").json()["results"]

    assert [row["number"] for row in listed] == [placed.number]
    assert system.get(url_of(placed)).json() == listed[0]
    assert placed.number in system.get("/api/v1/exports/orders/").getvalue().decode()


def test_it_cancels_any_order_whole_or_in_part(system, placed, lamp):
    part = {"items": [{"sku": "LAMP", "quantity": 1}], "reason": "Damaged in the warehouse"}

    some = system.post(f"{url_of(placed)}cancel/", part)
    rest = [system.post(f"{url_of(placed)}cancel/") for _ in range(2)]

    assert some.json()["items"][0]["cancelled_quantity"] == 1
    assert [(answer.status_code, answer.json()["status"]) for answer in rest] == [
        (200, "cancelled")
    ] * 2
    assert stock_left(lamp) == (9,)


def test_it_is_refused_as_the_customer_is(system, alice, lamp):
    given_stock({lamp: 9})
    shipped, [parcel] = order_and_assign(alice, {lamp: 1})
    ship_warehouse_order(warehouse_order_id=parcel.pk)

    assert problem_of(system.post(f"{url_of(shipped)}cancel/")) == (409, "order-already-shipped")
    assert problem_of(system.post("/api/v1/orders/1-1/cancel/")) == (404, "not-found")


def test_it_honours_the_version_of_the_order(system, placed, lamp):
    tag = system.get(url_of(placed))["ETag"]
    part = {"items": [{"sku": "LAMP", "quantity": 1}]}

    first = system.post(f"{url_of(placed)}cancel/", part, headers=if_match(tag))
    stale = system.post(f"{url_of(placed)}cancel/", part, headers=if_match(tag))

    assert first.status_code == 200
    assert problem_of(stale) == (412, "precondition-failed")
    assert stale.json()["etag"] == first["ETag"]


@pytest.mark.parametrize(
    ("scopes", "refusal"),
    [
        (["shopper"], (404, "not-found")),
        (["shopper", "orders:read"], (404, "not-found")),
        (["orders:read"], (403, "permission-denied")),
        (["fulfilment:write", "stock:write"], (403, "permission-denied")),
    ],
)
def test_other_scopes_cancel_no_order_of_another(clerk, placed, lamp, scopes, refusal):
    answer = client_of(clerk, *scopes).post(f"{url_of(placed)}cancel/")

    assert problem_of(answer) == refusal
    assert stock_left(lamp) == (6,)


def test_it_shops_for_nobody(system, placed):
    assert problem_of(system.get("/api/v1/cart/")) == (403, "permission-denied")
    assert problem_of(system.post("/api/v1/orders/", {})) == (403, "permission-denied")


def test_a_superuser_in_a_browser_sees_only_own_orders(client, clerk, placed):
    client.force_login(clerk)

    assert client.get(url_of(placed)).status_code == 404
    assert client.get("/api/v1/orders/").json()["results"] == []
