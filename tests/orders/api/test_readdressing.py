"""Sending an order to another address over the API, until something of it is picked."""

import pytest

from orders.cancellation import cancel_order
from orders.models import OrderChange
from shop.integrations.models import Event
from tests.support.api import client_of, if_match, problem_of
from tests.support.factories import given_stock
from tests.support.stories import ADDRESS, order, order_and_assign
from warehouses.fulfilment.picking import pick_warehouse_order, unpick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = pytest.mark.usefixtures("conserved")

ELSEWHERE = {**ADDRESS, "line1": "500 Pine St", "postal_code": "98101"}


@pytest.fixture
def placed(alice, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    return order(alice, {lamp: 2})


def patch(client, placed, address=ELSEWHERE, **headers):
    body = {"shipping_address": address}
    return client.patch(f"/api/v1/orders/{placed.number}/", body, headers=headers)


def address_of(placed) -> str:
    placed.refresh_from_db()
    return placed.shipping_address["line1"]


def test_the_customer_changes_the_address(shopper, placed):
    answer = patch(shopper, placed)

    assert answer.status_code == 200
    assert answer.json()["shipping_address"] == ELSEWHERE
    entry = answer.json()["timeline"][-1]
    assert (entry["type"], entry["author"]) == ("readdressed", "customer")
    assert answer["ETag"] == shopper.get(f"/api/v1/orders/{placed.number}/")["ETag"]


def test_a_staff_system_changes_the_address_of_any_order(clerk, placed):
    answer = patch(client_of(clerk, "orders:write"), placed)

    assert answer.json()["timeline"][-1]["author"] == "staff"
    assert address_of(placed) == "500 Pine St"


def test_its_parcels_follow(shopper, clerk, alice, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 2})

    patch(shopper, placed)

    packer = client_of(clerk, "fulfilment:write")
    seen = packer.get(f"/api/v1/warehouse-orders/?order={placed.number}&status=assigned").json()
    assert [row["shipping_address"]["line1"] for row in seen["results"]] == ["500 Pine St"]


def test_the_change_is_an_event_without_the_address(shopper, placed):
    Event.objects.all().delete()

    patch(shopper, placed)
    patch(shopper, placed)  # the same again changes nothing

    event = Event.objects.get(type="order.changed")
    assert event.data["changed"] == "readdressed"
    assert "Pine" not in str(event.data)
    assert OrderChange.objects.filter(kind="readdressed").count() == 1


@pytest.mark.parametrize("is_shipped", [False, True])
def test_it_is_too_late_once_something_is_picked(shopper, alice, lamp, seattle, is_shipped):
    given_stock({lamp: 9}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")
    if is_shipped:
        ship_warehouse_order(warehouse_order_id=parcel.pk)

    assert problem_of(patch(shopper, placed)) == (409, "order-already-picked")
    assert address_of(placed) == "400 Broad St"


def test_it_can_be_changed_again_once_the_parcel_is_put_back(shopper, alice, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")
    unpick_warehouse_order(warehouse_order_id=parcel.pk)

    assert patch(shopper, placed).status_code == 200


def test_a_cancelled_order_is_not_readdressed(shopper, placed):
    cancel_order(order_id=placed.pk)

    assert problem_of(patch(shopper, placed)) == (409, "order-cancelled")
    assert address_of(placed) == "400 Broad St"


@pytest.mark.parametrize(
    ("address", "pointer"),
    [
        ({**ELSEWHERE, "postal_code": ""}, "#/shipping_address/postal_code"),
        ({**ELSEWHERE, "country": "Nowhere"}, "#/shipping_address/country"),
        ({**ELSEWHERE, "name": ""}, "#/shipping_address/name"),
        ({**ELSEWHERE, "line1": "a\x00b"}, "#/shipping_address/line1"),
        ({**ELSEWHERE, "line1": "x" * 501}, "#/shipping_address/line1"),
        ({**ELSEWHERE, "city": 5}, "#/shipping_address/city"),
        ({**ELSEWHERE, "planet": "Mars"}, "#/shipping_address/planet"),
        ({"name": "Alice"}, "#/shipping_address/line1"),
        (None, "#/shipping_address"),
        ("Pine St", "#/shipping_address"),
    ],
)
def test_an_address_is_checked_as_at_the_order(shopper, placed, address, pointer):
    answer = patch(shopper, placed, address)

    assert problem_of(answer) == (422, "validation-error")
    assert pointer in [error["pointer"][: len(pointer)] for error in answer.json()["errors"]], (
        answer.json()
    )
    assert address_of(placed) == "400 Broad St"


@pytest.mark.parametrize("body", [{}, {"status": "shipped"}, {"shipping_address": {}}])
def test_nothing_else_of_an_order_is_changed(shopper, placed, body):
    answer = shopper.patch(f"/api/v1/orders/{placed.number}/", body)

    assert problem_of(answer) == (422, "validation-error")


def test_of_two_changes_of_a_version_one_succeeds(shopper, placed):
    tag = shopper.get(f"/api/v1/orders/{placed.number}/")["ETag"]

    first = patch(shopper, placed, **if_match(tag))
    stale = patch(shopper, placed, ADDRESS, **if_match(tag))

    assert first.status_code == 200
    assert problem_of(stale) == (412, "precondition-failed")
    assert stale.json()["etag"] == first["ETag"]
    assert address_of(placed) == "500 Pine St"


def test_a_retry_gets_the_first_answer(shopper, placed):
    key = {"Idempotency-Key": "k"}

    answers = [patch(shopper, placed, **key) for _ in range(2)]

    assert answers[1]["Idempotency-Replayed"] == "true"
    assert answers[0].json() == answers[1].json()
    assert problem_of(patch(shopper, placed, ADDRESS, **key)) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("scopes", "refusal"),
    [
        (["shopper"], (404, "not-found")),
        (["shopper", "orders:read"], (404, "not-found")),
        (["orders:read"], (403, "permission-denied")),
        (["fulfilment:write", "stock:write"], (403, "permission-denied")),
    ],
)
def test_other_scopes_change_no_order_of_another(mallory, placed, scopes, refusal):
    assert problem_of(patch(client_of(mallory, *scopes), placed)) == refusal
    assert address_of(placed) == "400 Broad St"
