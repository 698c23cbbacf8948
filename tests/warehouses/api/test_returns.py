"""Receiving returned units over the API, sellable or damaged."""

import pytest

from orders.returns import refuse_return, request_return
from shop.integrations.models import Event
from tests.support.api import client_of, problem_of
from tests.support.factories import ItemFactory, given_stock, stock_left
from tests.support.stories import order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.models import StockMovement, WarehouseStock

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture
def requested(alice, lamp, rug, seattle):
    """Alice's return of three of four lamps, and of a rug."""
    given_stock({lamp: 9, rug: 9}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 4, rug: 2})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    quantities = {lamp.pk: 3, rug.pk: 1}
    return request_return(order_id=placed.pk, quantities=quantities, reason="Too bright")


@pytest.fixture
def receive(storekeeper, requested):
    """Return a function that receives lines, each as (sku, quantity, condition)."""

    def post(*lines, warehouse="SEA1", **headers):
        names = ("sku", "quantity", "condition")
        items = [dict(zip(names, line, strict=True)) for line in lines]
        body = {"warehouse": warehouse, "items": items}
        return storekeeper.post(f"/api/v1/returns/{requested.pk}/receive/", body, headers=headers)

    return post


def received(answer) -> dict[str, int]:
    return {line["sku"]: line["received_quantity"] for line in answer.json()["items"]}


def test_units_come_back_sellable_or_damaged(receive, clerk, lamp, rug):
    answer = receive(("LAMP", 2, "sellable"), ("LAMP", 1, "damaged"))

    assert answer.status_code == 200
    assert answer.json()["status"] == "partially_received"
    assert received(answer) == {"LAMP": 3, "RUG": 0}
    assert stock_left(lamp, rug) == (7, 7)
    returned = StockMovement.objects.filter(kind="returned")
    assert {(m.item_id, m.physical_change, m.author) for m in returned} == {(lamp.pk, 3, clerk)}
    assert StockMovement.objects.get(kind="discarded").physical_change == -1


def test_the_return_is_closed_by_its_last_unit(receive, rug):
    receive(("LAMP", 3, "sellable"))

    answer = receive(("RUG", 1, "damaged"))

    assert (answer.json()["status"], answer.json()["closed_at"] is None) == ("received", False)
    assert stock_left(rug) == (7,)
    assert problem_of(receive(("LAMP", 1, "sellable"))) == (409, "return-over")


def test_another_warehouse_may_receive_it(receive, dallas, lamp):
    assert receive(("LAMP", 1, "sellable"), warehouse="DAL1").status_code == 200
    assert WarehouseStock.objects.get(item=lamp, warehouse=dallas).physical_stock == 1


def test_the_customer_sees_what_came_back_and_what_is_due(receive, alice, requested):
    Event.objects.all().delete()

    receive(("LAMP", 2, "sellable"))

    url = f"/api/v1/orders/{requested.order.number}/"
    seen = client_of(alice, "shopper").get(url).json()
    assert (seen["price"], seen["due"]) == ("439.80", "339.90")
    assert seen["items"][0]["returned_quantity"] == 2
    entry = seen["timeline"][-1]
    assert (entry["type"], entry["author"], entry["reason"]) == ("returned", "staff", "Too bright")
    event = Event.objects.get(type="order.changed")
    assert (event.data["changed"], event.data["due"]) == ("returned", "339.90")


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ([("LAMP", 4, "sellable")], 3),
        ([("LAMP", 2, "sellable"), ("LAMP", 2, "damaged")], 3),
        ([("LAMP", 1, "sellable"), ("RUG", 2, "sellable")], 1),
        ([("SOFA", 1, "sellable")], 0),
    ],
)
def test_no_more_comes_back_than_was_requested(receive, lamp, rug, lines, left):
    ItemFactory(sku="SOFA")

    answer = receive(*lines)

    assert problem_of(answer) == (409, "not-that-many")
    assert answer.json()["left"] == left
    assert stock_left(lamp, rug) == (5, 7)
    assert not StockMovement.objects.filter(kind="returned").exists()


def test_a_refused_return_is_not_received(receive, requested, lamp):
    refuse_return(return_id=requested.pk, reason="Worn")

    answer = receive(("LAMP", 1, "sellable"))

    assert problem_of(answer) == (409, "return-over")
    assert (answer.json()["status"], answer.json()["return_status"]) == (409, "refused")
    assert stock_left(lamp) == (5,)


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [
        ([], "#/items"),
        ([("LAMP", 0, "sellable")], "#/items/0/quantity"),
        ([("LAMP", -1, "sellable")], "#/items/0/quantity"),
        ([("LAMP", 1.5, "sellable")], "#/items/0/quantity"),
        ([("LAMP", None, "sellable")], "#/items/0/quantity"),
        ([("LAMP", 1, "broken")], "#/items/0/condition"),
        ([("LAMP", 1, None)], "#/items/0/condition"),
        ([("LAMP", 1, ["sellable"])], "#/items/0/condition"),
        ([("GONE", 1, "sellable")], "#/items/0/sku"),
        ([("LAMP", 1, "sellable"), ("LAMP", 1, "sellable")], "#/items/1/item_id"),
    ],
)
def test_lines_that_make_no_sense_are_refused(receive, lamp, lines, pointer):
    answer = receive(*lines)

    assert problem_of(answer) == (422, "validation-error")
    assert {error["pointer"] for error in answer.json()["errors"]} == {pointer}
    assert stock_left(lamp) == (5,)


@pytest.mark.parametrize("body", [{}, {"warehouse": "SEA1"}, {"items": []}])
def test_a_receipt_needs_a_warehouse_and_items(storekeeper, requested, body):
    answer = storekeeper.post(f"/api/v1/returns/{requested.pk}/receive/", body)

    assert problem_of(answer) == (422, "validation-error")


@pytest.mark.parametrize("code", ["MOON", "", None, 5, "a\x00b", {"code": "SEA1"}])
def test_the_warehouse_must_exist(receive, lamp, code):
    answer = receive(("LAMP", 1, "sellable"), warehouse=code)

    assert problem_of(answer) == (422, "validation-error")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/warehouse"]
    assert stock_left(lamp) == (5,)


def test_a_retry_with_the_same_key_receives_once(receive, lamp):
    answers = [receive(("LAMP", 1, "sellable"), **{"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[1]["Idempotency-Replayed"] == "true"
    assert answers[0].json() == answers[1].json()
    assert stock_left(lamp) == (6,)


def test_the_id_and_the_scope_are_checked(storekeeper, requested, alice, seattle):
    body = {"warehouse": "SEA1", "items": [{"sku": "LAMP", "quantity": 1, "condition": "sellable"}]}
    customer = client_of(alice, "shopper", "orders:write", "fulfilment:write")

    unknown = storekeeper.post("/api/v1/returns/999999999/receive/", body)
    forbidden = customer.post(f"/api/v1/returns/{requested.pk}/receive/", body)

    assert problem_of(unknown) == (404, "not-found")
    assert problem_of(forbidden) == (403, "permission-denied")
    assert not StockMovement.objects.filter(kind="returned").exists()
