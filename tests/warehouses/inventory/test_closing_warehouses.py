"""Reassignment of the orders of a warehouse that closes."""

import pytest

from orders.cancellation import cancel_order
from orders.models import Order
from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import UserFactory, WarehouseFactory, given_stock, stock_left
from tests.support.stories import hold, order_and_assign
from tests.warehouses.inventory.test_receiving import place_of
from warehouses import tasks
from warehouses.assignment.reassigning import apply_reassignments, find_reassignments
from warehouses.exceptions import StockChanged
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.warehouses import close_warehouse, open_warehouse
from warehouses.models import Warehouse

pytestmark = pytest.mark.usefixtures("conserved")


def ships(placed: Order) -> dict[str, dict[str, int]]:
    """Return the units of the order that are shipped or to be shipped, by warehouse and SKU."""
    parcels = placed.warehouse_orders.exclude(status="cancelled").order_by("warehouse__code")
    return {
        parcel.warehouse.code: {line.item.sku: line.quantity for line in parcel.lines.all()}
        for parcel in parcels
    }


@pytest.mark.parametrize("strategy", ["round_robin", "fewest_parcels", "cheapest"])
def test_unpicked_orders_leave_a_warehouse_that_closes(
    alice, lamp, seattle, dallas, settings, strategy
):
    settings.ASSIGNMENT_STRATEGY = strategy
    given_stock({lamp: 5}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 3})
    given_stock({lamp: 4}, dallas)

    close_warehouse(warehouse_id=seattle.pk)
    tasks.reassign_from_closed_warehouses()

    assert ships(placed) == {"DAL1": {"LAMP": 3}}
    assert (place_of(lamp, seattle), place_of(lamp, dallas)) == ((5, 5), (4, 1))
    assert stock_left(lamp) == (1,)
    assert [decision.kind for decision in placed.decisions.order_by("pk")] == [
        "assigned",
        "reassigned",
    ]


def test_orders_leave_a_closed_warehouse_even_for_one_whose_day_is_full(
    alice, lamp, seattle, dallas
):
    given_stock({lamp: 5}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 3})
    given_stock({lamp: 4}, dallas)
    Warehouse.objects.filter(pk=dallas.pk).update(parcels_per_day=0)

    close_warehouse(warehouse_id=seattle.pk)
    tasks.reassign_from_closed_warehouses()

    assert ships(placed) == {"DAL1": {"LAMP": 3}}


def test_units_promised_to_others_are_not_used_for_moving(alice, bob, lamp, seattle, dallas):
    given_stock({lamp: 3}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 3})
    given_stock({lamp: 4}, dallas)
    hold(bob, {lamp: 2})

    close_warehouse(warehouse_id=seattle.pk)
    tasks.reassign_from_closed_warehouses()

    assert ships(placed) == {"SEA1": {"LAMP": 3}}
    assert stock_left(lamp) == (2,)


def test_a_closed_warehouse_ships_orders_that_no_other_can_take(alice, lamp, rug, seattle, dallas):
    given_stock({lamp: 3, rug: 1}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 3, rug: 1})
    given_stock({lamp: 4}, dallas)

    close_warehouse(warehouse_id=seattle.pk)
    tasks.reassign_from_closed_warehouses()
    ship_warehouse_order(warehouse_order_id=parcel.pk)

    placed.refresh_from_db()
    assert (placed.status, ships(placed)) == ("shipped", {"SEA1": {"LAMP": 3, "RUG": 1}})


def test_picked_warehouse_orders_stay_and_the_others_move(alice, lamp, rug, seattle, dallas):
    third = WarehouseFactory(code="NYC1")
    given_stock({lamp: 1}, seattle)
    given_stock({rug: 1}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 1, rug: 1})
    picked = next(parcel for parcel in parcels if parcel.warehouse == dallas)
    pick_warehouse_order(warehouse_order_id=picked.pk, assigned_to="Ann")
    given_stock({lamp: 1, rug: 1}, third)

    close_warehouse(warehouse_id=seattle.pk)
    close_warehouse(warehouse_id=dallas.pk)
    tasks.reoptimize_orders()

    placed.refresh_from_db()
    assert placed.status == Order.Status.ASSIGNED
    assert ships(placed) == {"DAL1": {"RUG": 1}, "NYC1": {"LAMP": 1}}


def test_with_stock_for_one_of_two_orders_only_one_moves(alice, bob, lamp, seattle, dallas):
    given_stock({lamp: 6}, seattle)
    placed = [order_and_assign(customer, {lamp: 3})[0] for customer in (alice, bob)]
    given_stock({lamp: 4}, dallas)

    close_warehouse(warehouse_id=seattle.pk)
    tasks.reassign_from_closed_warehouses()

    assert sorted(code for order in placed for code in ships(order)) == ["DAL1", "SEA1"]
    assert stock_left(lamp) == (1,)


def test_a_warehouse_that_opens_meanwhile_keeps_its_orders(alice, lamp, seattle, dallas):
    given_stock({lamp: 5}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 3})
    given_stock({lamp: 5}, dallas)
    close_warehouse(warehouse_id=seattle.pk)
    reassignments = find_reassignments([placed.pk])
    open_warehouse(warehouse_id=seattle.pk)

    with pytest.raises(StockChanged):
        apply_reassignments(reassignments=reassignments)

    assert (ships(placed), stock_left(lamp)) == ({"SEA1": {"LAMP": 3}}, (7,))


def test_units_sold_meanwhile_are_not_taken_back(alice, bob, lamp, seattle, dallas):
    given_stock({lamp: 3}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 3})
    given_stock({lamp: 4}, dallas)
    close_warehouse(warehouse_id=seattle.pk)
    reassignments = find_reassignments([placed.pk])
    hold(bob, {lamp: 2})

    with pytest.raises(StockChanged):
        apply_reassignments(reassignments=reassignments)

    assert (ships(placed), stock_left(lamp)) == ({"SEA1": {"LAMP": 3}}, (2,))


def test_missing_units_are_reassigned_with_the_whole_order(
    alice, lamp, rug, seattle, dallas, settings
):
    """The rug would come from Dallas alone; with the lamp there too, all of it does."""
    settings.ASSIGNMENT_STRATEGY = "cheapest"
    given_stock({lamp: 1, rug: 1}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 1, rug: 1})
    given_stock({lamp: 1, rug: 1}, dallas)
    discard_stock(warehouse=seattle, item=rug, quantity=1)

    reopened = tasks.shortfalls.resolve_shortfall(item_id=rug.pk)
    tasks.reassign_orders([order.pk for order in reopened])

    assert ships(placed) == {"DAL1": {"LAMP": 1, "RUG": 1}}
    assert place_of(lamp, seattle) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_leaving_a_closed_warehouse_races_with_every_other_verb(alice, lamp, rug, seattle, dallas):
    given_stock({lamp: 20, rug: 20}, seattle)
    placed = [
        order_and_assign(customer, {lamp: 2, rug: 1}) for customer in UserFactory.create_batch(6)
    ]
    given_stock({lamp: 20, rug: 20}, dallas)
    [picked], cancelled = placed[0][1], placed[1][0]

    results = at_once(
        lambda: run_transaction(close_warehouse, warehouse_id=seattle.pk),
        tasks.reassign_from_closed_warehouses,
        tasks.reoptimize_orders,
        lambda: run_transaction(
            pick_warehouse_order, warehouse_order_id=picked.pk, assigned_to="Ann"
        ),
        lambda: run_transaction(cancel_order, order_id=cancelled.pk),
        lambda: run_transaction(hold, alice, {lamp: 5, rug: 5}),
        lambda: run_transaction(receive_stock, warehouse=seattle, item=lamp, quantity=3),
        lambda: run_transaction(discard_stock, warehouse=dallas, item=rug, quantity=2),
    )
    tasks.reassign_from_closed_warehouses()

    assert not [result for result in results if isinstance(result, Exception)]
    assert not Warehouse.objects.get(pk=seattle.pk).is_open
    assert {code for order, _ in placed[2:] for code in ships(order)} == {"DAL1"}
