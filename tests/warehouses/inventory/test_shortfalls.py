"""Resolving shortfalls, and closing and opening warehouses."""

import pytest

from orders.cancellation import cancel_order
from orders.models import Checkout, OrderNotification
from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left
from tests.support.stories import hold, order, order_and_assign
from tests.warehouses.inventory.test_receiving import place_of
from warehouses.assignment.assigning import assign_order
from warehouses.exceptions import MoreThanPhysicalStock
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.shortfalls import resolve_shortfall
from warehouses.inventory.warehouses import close_warehouse, open_warehouse
from warehouses.models import Shortfall, WarehouseOrder

pytestmark = pytest.mark.usefixtures("conserved")


def owed(item) -> tuple[int, int]:
    """Return the missing and promised units of the item's open shortfalls."""
    rows = Shortfall.objects.filter(item=item, resolved_at=None)
    return sum(row.missing for row in rows), sum(row.promised for row in rows)


def test_another_warehouse_takes_over_missing_units(alice, lamp, seattle, dallas):
    given_stock({lamp: 5}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 4})
    given_stock({lamp: 5}, dallas)
    discard_stock(warehouse=seattle, item=lamp, quantity=5)

    reopened = resolve_shortfall(item_id=lamp.pk)
    assign_order(order_id=placed.pk)

    parcels = WarehouseOrder.objects.open().filter(order=placed)
    assert reopened == [placed]
    assert {p.warehouse.code: [line.quantity for line in p.lines.all()] for p in parcels} == {
        "DAL1": [4]
    }
    assert (owed(lamp), stock_left(lamp)) == ((0, 0), (1,))


def test_only_as_many_units_as_are_missing_come_off_a_parcel(alice, lamp, seattle, dallas):
    given_stock({lamp: 5}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 4})
    given_stock({lamp: 5}, dallas)
    discard_stock(warehouse=seattle, item=lamp, quantity=3)

    resolve_shortfall(item_id=lamp.pk)

    assert [line.quantity for line in parcel.lines.all()] == [2]
    placed.refresh_from_db()
    assert placed.awaits_assignment
    assert (owed(lamp), place_of(lamp, seattle)) == ((0, 0), (2, 0))


def test_promised_units_are_covered_from_free_stock_first(alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    hold(alice, {lamp: 2})
    discard_stock(warehouse=seattle, item=lamp, quantity=2)
    given_stock({lamp: 0}, seattle)

    resolve_shortfall(item_id=lamp.pk)

    assert owed(lamp) == (0, 0)
    assert Checkout.objects.get().status == Checkout.Status.EXPIRED
    assert stock_left(lamp) == (1,)


def test_the_youngest_hold_ends_first(alice, bob, lamp, rug, seattle):
    given_stock({lamp: 4, rug: 1}, seattle)
    first = hold(alice, {lamp: 2})
    second = hold(bob, {lamp: 2, rug: 1})
    discard_stock(warehouse=seattle, item=lamp, quantity=1)

    resolve_shortfall(item_id=lamp.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Checkout.Status.HELD, Checkout.Status.EXPIRED)
    assert stock_left(lamp, rug) == (1, 1)


def test_the_youngest_order_goes_short_last_and_its_customer_is_notified(alice, bob, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    first = order(alice, {lamp: 2})
    second = order(bob, {lamp: 2})
    discard_stock(warehouse=seattle, item=lamp, quantity=3)

    resolve_shortfall(item_id=lamp.pk)

    assert [placed.lines.get().short_quantity for placed in (first, second)] == [1, 2]
    assert {
        n.order: n.details["quantity"] for n in OrderNotification.objects.filter(kind="short")
    } == {
        first: 1,
        second: 2,
    }
    assert owed(lamp) == (0, 0)


def test_picked_units_stay_missing_until_they_are_cancelled(alice, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 4})
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")
    discard_stock(warehouse=seattle, item=lamp, quantity=3)

    resolve_shortfall(item_id=lamp.pk)
    assert owed(lamp) == (3, 0)

    cancel_order(order_id=placed.pk)

    assert (owed(lamp), place_of(lamp, seattle), stock_left(lamp)) == ((0, 0), (1, 1), (1,))


def test_a_parcel_with_missing_units_cannot_be_shipped(alice, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 4})
    discard_stock(warehouse=seattle, item=lamp, quantity=3)

    with pytest.raises(MoreThanPhysicalStock):
        ship_warehouse_order(warehouse_order_id=parcel.pk)

    assert place_of(lamp, seattle) == (1, 0)


def test_received_units_fill_the_oldest_short_line(alice, bob, lamp, seattle, dallas):
    given_stock({lamp: 4}, seattle)
    first, second = order(alice, {lamp: 2}), order(bob, {lamp: 2})
    discard_stock(warehouse=seattle, item=lamp, quantity=4)
    resolve_shortfall(item_id=lamp.pk)

    receive_stock(warehouse=dallas, item=lamp, quantity=3)

    assert [placed.lines.get().short_quantity for placed in (first, second)] == [0, 1]
    first.refresh_from_db()
    assert first.awaits_assignment
    assert (place_of(lamp, dallas), stock_left(lamp)) == ((3, 3), (0,))


def test_a_count_below_the_assigned_units_opens_a_shortfall(alice, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    order_and_assign(alice, {lamp: 3})

    recount_stock(warehouse=seattle, item=lamp, physical_stock=1, expected=4)

    assert (owed(lamp), place_of(lamp, seattle), stock_left(lamp)) == ((2, 0), (1, 0), (0,))


def test_closing_takes_free_units_off_sale_and_opening_brings_them_back(lamp, seattle, dallas):
    given_stock({lamp: 4}, seattle)
    given_stock({lamp: 1}, dallas)

    close_warehouse(warehouse_id=seattle.pk)
    while_closed = stock_left(lamp)
    receive_stock(warehouse=seattle, item=lamp, quantity=2)
    open_warehouse(warehouse_id=seattle.pk)

    assert (while_closed, stock_left(lamp)) == ((1,), (7,))


def test_closing_opens_a_shortfall_for_promised_units(alice, lamp, seattle, dallas):
    given_stock({lamp: 4}, seattle)
    placed = order(alice, {lamp: 3})

    close_warehouse(warehouse_id=seattle.pk)
    owed_while_closed = owed(lamp)
    receive_stock(warehouse=dallas, item=lamp, quantity=5)
    assign_order(order_id=placed.pk)

    assert (owed_while_closed, owed(lamp), stock_left(lamp)) == ((0, 3), (0, 0), (2,))
    assert [p.warehouse for p in placed.warehouse_orders.all()] == [dallas]


def test_units_cancelled_in_a_closed_warehouse_are_not_on_sale(alice, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 3})
    close_warehouse(warehouse_id=seattle.pk)

    cancel_order(order_id=placed.pk)

    assert (place_of(lamp, seattle), stock_left(lamp)) == ((4, 4), (0,))


@pytest.mark.django_db(transaction=True)
def test_no_unit_is_lost_when_all_verbs_run_at_once(alice, bob, lamp, rug, seattle, dallas):
    given_stock({lamp: 20, rug: 20}, seattle)
    given_stock({lamp: 20, rug: 20}, dallas)
    placed, [parcel, *_] = order_and_assign(alice, {lamp: 5, rug: 5})
    unassigned = order(alice, {lamp: 5})
    hold(bob, {lamp: 5, rug: 5})

    results = at_once(
        lambda: run_transaction(discard_stock, warehouse=seattle, item=lamp, quantity=18),
        lambda: run_transaction(discard_stock, warehouse=dallas, item=lamp, quantity=15),
        lambda: run_transaction(receive_stock, warehouse=dallas, item=rug, quantity=5),
        lambda: run_transaction(close_warehouse, warehouse_id=dallas.pk),
        lambda: run_transaction(resolve_shortfall, item_id=lamp.pk),
        lambda: run_transaction(resolve_shortfall, item_id=lamp.pk),
        lambda: run_transaction(cancel_order, order_id=placed.pk),
        lambda: run_transaction(ship_warehouse_order, warehouse_order_id=parcel.pk),
        lambda: run_transaction(assign_order, order_id=unassigned.pk),
    )

    deadlocks = [
        result for result in results if isinstance(result, Exception) and "deadlock" in str(result)
    ]
    assert deadlocks == []
    run_transaction(resolve_shortfall, item_id=lamp.pk)
