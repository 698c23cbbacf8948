"""Goods that come back: requested by unit, received against their parcel, or refused."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from orders.exceptions import NotThatMany, ReturnNotFound, ReturnOver, ReturnTooLate
from orders.models import Order, OrderNotification
from orders.returns import refuse_return, request_return
from shop.core.authors import Author
from tests.support.factories import given_stock, stock_left
from tests.support.stories import let_the_workers_act, order, order_and_assign, shipping_codes
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.returns import ReturnedUnits, receive_return
from warehouses.models import StockMovement, WarehouseOrder, WarehouseStock
from warehouses.stock.tracing import trace_item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


@pytest.fixture
def shipped(alice, lamp, seattle) -> Order:
    """An order of three lamps that have left Seattle."""
    given_stock({lamp: 3}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 3})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    return placed


def ask(placed: Order, quantities: dict, **fields):
    by_id = {item.pk: quantity for item, quantity in quantities.items()}
    return request_return(order_id=placed.pk, quantities=by_id, **fields)


def come_back(request, warehouse, item, *, sellable=0, damaged=0, **fields):
    units = {item.pk: ReturnedUnits(sellable, damaged)}
    return receive_return(return_id=request.pk, warehouse=warehouse, units=units, **fields)


def test_odoo_17667_returned_units_are_on_the_shelf_and_off_the_debt(shipped, clerk, lamp, seattle):
    request = ask(shipped, {lamp: 2}, reason="Too bright")

    received = come_back(request, seattle, lamp, sellable=2, author=Author(clerk))

    placed = Order.objects.get()
    line = placed.lines.get()
    assert (received.status, stock_left(lamp)) == ("received", (2,))
    assert (line.shipped_quantity, line.returned_quantity, line.owed_quantity) == (3, 2, 0)
    assert (placed.status, str(placed.price), str(placed.due)) == ("shipped", "149.85", "49.95")
    [movement] = StockMovement.objects.filter(kind="returned")
    assert (movement.physical_change, movement.available_change, movement.author) == (2, 2, clerk)
    assert movement.warehouse_order == WarehouseOrder.objects.get()
    assert placed.changes.get(kind="returned").author == clerk


def test_damaged_units_are_written_off_in_the_same_transaction(shipped, lamp, seattle):
    request = ask(shipped, {lamp: 2})

    come_back(request, seattle, lamp, sellable=1, damaged=1)

    row = WarehouseStock.objects.get()
    assert (row.physical_stock, row.available_stock, stock_left(lamp)) == (1, 1, (1,))
    kinds = StockMovement.objects.order_by("pk").values_list("kind", "physical_change")
    assert list(kinds)[-2:] == [("returned", 2), ("discarded", -1)]


def test_a_returned_unit_goes_to_who_is_first_in_line(shipped, bob, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    waiting = order(bob, {lamp: 1})
    discard_stock(warehouse=seattle, item=lamp, quantity=1)
    let_the_workers_act()
    assert waiting.lines.get().short_quantity == 1

    come_back(ask(shipped, {lamp: 1}), seattle, lamp, sellable=1)
    let_the_workers_act()

    assert (stock_left(lamp), shipping_codes(waiting)) == ((0,), ["SEA1"])


def test_a_returned_unit_makes_a_short_line_of_its_own_order_good(alice, lamp, rug, seattle):
    given_stock({lamp: 3, rug: 1}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 3, rug: 1})
    found = {lamp.pk: 2, rug.pk: 1}
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Sam", found=found)
    let_the_workers_act()
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    assert placed.lines.get(item=lamp).short_quantity == 1

    come_back(ask(placed, {lamp: 2}), seattle, lamp, sellable=2)
    let_the_workers_act()

    line = placed.lines.get(item=lamp)
    assert (line.short_quantity, line.returned_quantity, line.owed_quantity) == (0, 2, 1)
    assert (shipping_codes(placed), stock_left(lamp)) == (["SEA1"], (1,))
    kinds = placed.changes.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["returned", "made_good"]


def test_a_returned_unit_passes_its_own_order_that_is_not_first_in_line(alice, bob, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    older = order(bob, {lamp: 2})
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
    found = {lamp.pk: 1}
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Sam", found=found)
    discard_stock(warehouse=seattle, item=lamp, quantity=2)
    let_the_workers_act()
    ship_warehouse_order(warehouse_order_id=parcel.pk)

    come_back(ask(placed, {lamp: 1}), seattle, lamp, sellable=1)

    assert older.lines.get().short_quantity == 1
    assert placed.lines.get().short_quantity == 1


def test_trace_item_follows_the_unit_out_and_back(shipped, lamp, seattle):
    come_back(ask(shipped, {lamp: 1}), seattle, lamp, sellable=1)

    events = trace_item(sku="LAMP")
    kinds = [event.kind for event in events]
    assert kinds[-3:] == ["shipped", "return requested", "returned"]
    assert all(shipped.number in event.reference for event in events[-3:])


def test_trace_item_has_a_damaged_unit_back_before_it_is_written_off(shipped, lamp, seattle):
    come_back(ask(shipped, {lamp: 1}), seattle, lamp, damaged=1)

    events = [(event.kind, event.units) for event in trace_item(sku="LAMP")]
    assert events[-3:] == [("return requested", 1), ("returned", 1), ("discarded", -1)]


def test_trace_item_has_the_units_that_were_not_taken_back(shipped, lamp, seattle):
    request = ask(shipped, {lamp: 3})
    come_back(request, seattle, lamp, sellable=1)
    refuse_return(return_id=request.pk, reason="Used")

    events = [(event.kind, event.units) for event in trace_item(sku="LAMP")]
    assert events[-3:] == [("return requested", 3), ("returned", 1), ("return refused", 2)]


def test_units_come_back_in_parts(shipped, lamp, seattle):
    request = ask(shipped, {lamp: 2})

    statuses = [come_back(request, seattle, lamp, sellable=1).status for _ in range(2)]

    assert statuses == ["partially_received", "received"]
    with pytest.raises(ReturnOver):
        come_back(request, seattle, lamp, sellable=1)


def test_units_are_received_in_any_warehouse(shipped, lamp, dallas):
    come_back(ask(shipped, {lamp: 1}), dallas, lamp, sellable=1)

    assert WarehouseStock.objects.get(warehouse=dallas).physical_stock == 1


@pytest.mark.parametrize("quantity", [4, 99])
def test_more_than_has_shipped_is_not_returned(shipped, lamp, rug, quantity):
    with pytest.raises(NotThatMany) as refusal:
        ask(shipped, {lamp: quantity})
    with pytest.raises(NotThatMany):
        ask(shipped, {rug: 1})

    assert refusal.value.left == 3
    assert not shipped.return_requests.exists()


def test_what_never_left_is_not_returned(alice, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 1})

    with pytest.raises(NotThatMany):
        ask(placed, {lamp: 1})


def test_units_are_not_returned_twice(shipped, lamp, seattle):
    request = ask(shipped, {lamp: 2})
    with pytest.raises(NotThatMany) as refusal:
        ask(shipped, {lamp: 2})
    come_back(request, seattle, lamp, sellable=2)
    with pytest.raises(NotThatMany):
        ask(shipped, {lamp: 2})

    assert refusal.value.left == 1


def test_more_than_was_requested_is_not_received(shipped, lamp, rug, seattle):
    request = ask(shipped, {lamp: 1})

    for item, units in ((lamp, {"sellable": 1, "damaged": 1}), (rug, {"sellable": 1})):
        with pytest.raises(NotThatMany):
            come_back(request, seattle, item, **units)

    assert WarehouseStock.objects.get().physical_stock == 0


def test_units_that_left_too_long_ago_are_not_returned(shipped, lamp, settings):
    before = Now() - timedelta(days=settings.RETURN_DAYS, seconds=1)
    WarehouseOrder.objects.update(shipped_at=before)

    with pytest.raises(ReturnTooLate) as refusal:
        ask(shipped, {lamp: 1})

    assert refusal.value.details() == {"days": 30}


def test_a_refused_return_says_why_and_frees_the_units(shipped, lamp):
    request = ask(shipped, {lamp: 3})

    refused = [refuse_return(return_id=request.pk, reason="It was used") for _ in range(2)]

    assert [r.status for r in refused] == ["refused", "refused"]
    [mail] = OrderNotification.objects.filter(kind="return_refused")
    assert mail.details["reason"] == "It was used"
    assert ask(shipped, {lamp: 3}).status == "requested"


def test_the_rest_of_a_begun_return_can_be_refused(shipped, lamp, seattle):
    request = ask(shipped, {lamp: 3})
    come_back(request, seattle, lamp, sellable=1)

    closed = refuse_return(return_id=request.pk, reason="The others never came")

    assert (closed.status, closed.is_open) == ("received", False)
    again = refuse_return(return_id=request.pk, reason="The others never came")
    assert (again.status, again.closed_at) == (closed.status, closed.closed_at)
    assert OrderNotification.objects.filter(kind="return_refused").count() == 1


def test_a_return_that_was_received_whole_is_not_refused(shipped, lamp, seattle):
    request = ask(shipped, {lamp: 1})
    come_back(request, seattle, lamp, sellable=1)

    with pytest.raises(ReturnOver):
        refuse_return(return_id=request.pk, reason="Too late")


def test_an_unknown_return_is_refused(lamp, seattle):
    with pytest.raises(ReturnNotFound):
        receive_return(return_id=404, warehouse=seattle, units={lamp.pk: ReturnedUnits(sellable=1)})
