"""Cancelling over the API, judged by unit, also after the first parcel; and who did it."""

import pytest

from orders.models import OrderChange, OrderItem
from shop.accounts.models import ApiToken
from shop.integrations.models import Event
from tests.support.api import client_of, if_match, problem_of
from tests.support.factories import given_stock, stock_left
from tests.support.stories import order_and_assign
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture
def system(clerk):
    return client_of(clerk, "orders:write")


@pytest.fixture
def placed(alice, lamp, rug, seattle, dallas):
    """Alice's order of three lamps, which have shipped, and of three rugs, which have not."""
    given_stock({lamp: 9}, seattle)
    given_stock({rug: 9}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 3, rug: 3})
    [parcel] = [parcel for parcel in parcels if parcel.warehouse == seattle]
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    return placed


def url_of(placed) -> str:
    return f"/api/v1/orders/{placed.number}/cancel/"


def quantities(answer) -> dict:
    """Return by line (cancelled, shipped, owed) and what is due for it."""
    names = ("cancelled_quantity", "shipped_quantity", "owed_quantity", "due")
    return {line["name"]: tuple(line[name] for name in names) for line in answer.json()["items"]}


def test_units_are_cancelled_after_the_first_parcel(shopper, placed, rug):
    line = {"sku": "RUG", "quantity": 1}

    answer = shopper.post(url_of(placed), {"items": [line], "reason": "Too wide"})

    assert answer.status_code == 200
    assert answer.json()["status"] == "partially_shipped"
    assert (answer.json()["price"], answer.json()["due"]) == ("509.85", "389.85")
    assert quantities(answer) == {
        "Brass desk lamp": (0, 3, 0, "149.85"),
        "Wool rug": (1, 0, 2, "240.00"),
    }
    assert stock_left(rug) == (7,)


def test_the_last_owed_units_make_the_order_shipped(shopper, placed, rug):
    answer = shopper.post(url_of(placed), {"items": [{"item_id": rug.pk, "quantity": 3}]})

    assert answer.json()["status"] == "shipped"
    assert "cancel_items" not in answer.json()["allowed_actions"]


def test_the_whole_order_is_not_cancelled_once_something_shipped(shopper, placed, rug):
    assert problem_of(shopper.post(url_of(placed))) == (409, "order-already-shipped")
    assert stock_left(rug) == (6,)


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ([{"sku": "RUG", "quantity": 4}], 3),
        ([{"sku": "LAMP", "quantity": 1}], 0),
        ([{"sku": "RUG", "quantity": 1}, {"sku": "LAMP", "quantity": 1}], 0),
        ([{"item_id": 10**9, "quantity": 1}], 0),
    ],
)
def test_more_than_what_has_not_shipped_is_refused(shopper, placed, rug, lines, left):
    answer = shopper.post(url_of(placed), {"items": lines})

    assert problem_of(answer) == (409, "not-that-many")
    assert answer.json()["left"] == left
    assert not OrderItem.objects.filter(cancelled_quantity__gt=0).exists()
    assert stock_left(rug) == (6,)


@pytest.mark.parametrize(
    "body",
    [
        {"items": []},
        {"items": None},
        {"items": [{"sku": "RUG", "quantity": 0}]},
        {"items": [{"sku": "RUG", "quantity": -1}]},
        {"items": [{"sku": "RUG", "quantity": 1.5}]},
        {"items": [{"sku": "RUG", "quantity": "1"}]},
        {"items": [{"sku": "RUG", "quantity": 10**12}]},
        {"items": [{"sku": "RUG"}]},
        {"items": [{"quantity": 1}]},
        {"items": [{"sku": "RUG", "quantity": 1}, {"sku": "RUG", "quantity": 1}]},
        {"items": [{"sku": "RUG", "quantity": 1}], "reason": "x" * 501},
        {"items": [{"sku": "RUG", "quantity": 1}], "reason": "a\x00b"},
        {"items": [{"sku": "RUG", "quantity": 1}], "why": "colour"},
    ],
)
def test_a_body_that_makes_no_sense_is_refused(shopper, placed, rug, body):
    assert problem_of(shopper.post(url_of(placed), body)) == (422, "validation-error")
    assert stock_left(rug) == (6,)


def test_a_picked_unit_is_cancelled_too(shopper, placed, rug):
    [parcel] = placed.warehouse_orders.filter(status="assigned")
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")

    answer = shopper.post(url_of(placed), {"items": [{"sku": "RUG", "quantity": 1}]})

    assert quantities(answer)["Wool rug"] == (1, 0, 2, "240.00")
    assert stock_left(rug) == (7,)


def test_the_history_names_staff_and_the_token(system, shopper, placed, clerk):
    lines = {"items": [{"sku": "RUG", "quantity": 1}], "reason": "Torn in the warehouse"}

    system.post(url_of(placed), lines)

    entry = shopper.get(f"/api/v1/orders/{placed.number}/").json()["timeline"][-1]
    assert (entry["type"], entry["author"], entry["reason"]) == (
        *("cancelled", "staff"),
        "Torn in the warehouse",
    )
    assert [(item["name"], item["quantity"]) for item in entry["items"]] == [("Wool rug", 1)]
    change = OrderChange.objects.get(kind="cancelled")
    assert (change.author, change.author_kind) == (clerk, "staff")
    assert change.token == ApiToken.objects.get(user=clerk).label


def test_the_history_names_the_customer(shopper, placed):
    answer = shopper.post(url_of(placed), {"items": [{"sku": "RUG", "quantity": 1}]})

    assert answer.json()["timeline"][-1]["author"] == "customer"


def test_a_cancellation_is_an_event_with_what_is_due(system, placed, alice, rug):
    Event.objects.all().delete()

    system.post(url_of(placed), {"items": [{"sku": "RUG", "quantity": 1}]})

    event = Event.objects.get(type="order.changed")
    assert (event.resource, event.user_id) == (f"order:{placed.number}", alice.pk)
    assert event.data == {
        "order": placed.number,
        "changed": "cancelled",
        "status": "partially_shipped",
        "due": "389.85",
        "items": [{"item_id": rug.pk, "sku": "RUG", "quantity": 1}],
    }


def test_a_retry_with_the_same_key_cancels_once(shopper, placed, rug):
    lines = {"items": [{"sku": "RUG", "quantity": 1}]}

    answers = [
        shopper.post(url_of(placed), lines, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]

    assert answers[1]["Idempotency-Replayed"] == "true"
    assert answers[0].json() == answers[1].json()
    assert stock_left(rug) == (7,)


def test_a_stale_version_cancels_nothing(shopper, placed, rug):
    tag = shopper.get(f"/api/v1/orders/{placed.number}/")["ETag"]
    lines = {"items": [{"sku": "RUG", "quantity": 1}]}
    shopper.post(url_of(placed), lines)

    assert problem_of(shopper.post(url_of(placed), lines, headers=if_match(tag)))[0] == 412
    assert stock_left(rug) == (7,)


def test_the_order_of_another_customer_is_not_found(mallory, placed, rug):
    lines = {"items": [{"sku": "RUG", "quantity": 1}]}

    answer = client_of(mallory, "shopper").post(url_of(placed), lines)

    assert problem_of(answer) == (404, "not-found")
    assert stock_left(rug) == (6,)
