"""Reassignment of unpicked orders: cheaper warehouses, exchanges, and races with other verbs."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from orders.cancellation import cancel_order
from orders.models import Order
from tests.support.concurrency import at_once
from tests.support.factories import UserFactory, given_stock
from tests.support.processes import command_output
from tests.support.stories import order, shipping_codes
from warehouses import tasks
from warehouses.assignment import reassigning
from warehouses.assignment.context import AssignmentContext, current_workload
from warehouses.assignment.reassigning import (
    StockChanged,
    apply_reassignments,
    find_reassignments,
    newest_orders_to_pick,
)
from warehouses.assignment.strategies.registry import STRATEGIES
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import RateTable, Warehouse, WarehouseOrder, ZoneRate

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("conserved", "by_cost"),
]


def test_an_order_moves_to_a_cheaper_warehouse(alice, lamp, west, east):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    assert shipping_codes(placed) == ["EAST"]
    receive_stock(warehouse=west, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    assert shipping_codes(placed) == ["WEST"]
    placed.refresh_from_db()
    assert placed.status == Order.Status.ASSIGNED
    assert [d.kind for d in placed.decisions.order_by("pk")] == ["assigned", "reassigned"]
    assert command_output("replay_assignments").startswith("2 the same")
    tasks.reoptimize_orders()
    assert placed.warehouse_orders.count() == 2


@pytest.mark.parametrize(("days", "code"), [(1, "EAST"), (9, "WEST")])
def test_an_order_does_not_move_if_it_would_arrive_later_than_estimated(
    alice, lamp, west, east, days, code
):
    table = RateTable.objects.create(note="near is dear")
    ZoneRate.objects.create(table=table, up_to_km=500, parcel_price=9000, price_per_kg=10, days=1)
    ZoneRate.objects.create(
        table=table, up_to_km=None, parcel_price=100, price_per_kg=10, days=days
    )
    given_stock({lamp: 5}, west)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    receive_stock(warehouse=east, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    assert shipping_codes(placed) == [code]


def test_a_late_order_may_move_to_where_it_is_less_late(alice, lamp, west, east):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    WarehouseOrder.objects.update(assigned_at=Now() - timedelta(days=30))
    receive_stock(warehouse=west, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    assert shipping_codes(placed) == ["WEST"]


def test_no_more_orders_move_than_a_warehouse_has_capacity_for(lamp, west, east):
    given_stock({lamp: 20}, east)
    orders = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(5)]
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=20)
    Warehouse.objects.filter(pk=west.pk).update(parcels_per_day=2)

    tasks.reoptimize_orders()
    tasks.reoptimize_orders()

    assert sorted(shipping_codes(placed) for placed in orders) == [["EAST"]] * 3 + [["WEST"]] * 2
    assert command_output("replay_assignments").endswith("0 other\n")


def test_parcels_shipped_today_use_capacity_as_waiting_ones_do(lamp, west, east):
    given_stock({lamp: 20}, west)
    Warehouse.objects.filter(pk=west.pk).update(parcels_per_day=3)
    orders = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(2)]
    tasks.assign_submitted_orders()
    parcel = orders[0].warehouse_orders.get()
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z")

    today = AssignmentContext([], current_workload()).remaining_capacity
    WarehouseOrder.objects.filter(pk=parcel.pk).update(shipped_at=Now() - timedelta(days=1))

    next_day = AssignmentContext([], current_workload()).remaining_capacity
    assert (today, next_day) == ({west.pk: 1}, {west.pk: 2})


def test_a_reassignment_records_the_plan_that_it_replaced(alice, lamp, west, east):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    before = placed.decisions.get(kind="reassigned").inputs["before"]
    assert before["picks"] == [[east.pk, lamp.pk, 2]]
    assert 0 < before["saved"] < before["cost"]
    assert before["with"] == []
    assert "instead of EAST, which cost " in command_output("explain_assignment", placed.number)


def test_an_order_whose_strategy_fails_stops_no_other(lamp, rug, west, east, monkeypatch):
    given_stock({lamp: 5, rug: 5}, east)
    bad, good = [order(UserFactory(), {item: 1}) for item in (lamp, rug)]
    tasks.assign_submitted_orders()
    for item in (lamp, rug):
        receive_stock(warehouse=west, item=item, quantity=5)
    cheapest = STRATEGIES["cheapest"]

    def fail_for_lamp(lines, availability, destination, warehouses):
        if lines[0].item_id == lamp.pk:
            raise RuntimeError("not this one")
        return cheapest(lines, availability, destination, warehouses)

    monkeypatch.setitem(STRATEGIES, "cheapest", fail_for_lamp)
    tasks.reoptimize_orders()

    assert (shipping_codes(bad), shipping_codes(good)) == (["EAST"], ["WEST"])


def test_an_old_order_is_reoptimized_until_it_is_picked(alice, lamp, west, east):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    Order.objects.filter(pk=placed.pk).update(placed_at=Now() - timedelta(days=9))
    receive_stock(warehouse=west, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    assert shipping_codes(placed) == ["WEST"]


def test_two_orders_exchange_units_that_are_nearer_to_each(alice, bob, lamp, west, east):
    """Bob in the east has the unit of the west, and Alice in the west that of the east."""
    given_stock({lamp: 1}, west)
    eastern = order(bob, {lamp: 1})
    Order.objects.filter(pk=eastern.pk).update(
        shipping_address={"postal_code": "10001", "country": "US"}
    )
    tasks.assign_submitted_orders()
    given_stock({lamp: 1}, east)
    western = order(alice, {lamp: 1})
    tasks.assign_submitted_orders()
    assert (shipping_codes(eastern), shipping_codes(western)) == (["WEST"], ["EAST"])

    tasks.reoptimize_orders()

    assert (shipping_codes(eastern), shipping_codes(western)) == (["EAST"], ["WEST"])
    output = command_output("explain_assignment", western.number)
    assert f"together with {eastern.number}" in output
    assert command_output("replay_assignments").endswith("0 other\n")


@pytest.mark.parametrize("change", ["picked", "cancelled", "stock taken"])
def test_an_order_that_changed_meanwhile_does_not_move(alice, bob, lamp, west, east, change):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=5)
    reassignments = find_reassignments(newest_orders_to_pick())
    assert len(reassignments) == 1

    if change == "picked":
        parcel = placed.warehouse_orders.get()
        pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Ann")
    elif change == "cancelled":
        cancel_order(order_id=placed.pk)
    else:
        order(bob, {lamp: 5})
        tasks.assign_submitted_orders()

    with pytest.raises(StockChanged):
        apply_reassignments(reassignments=reassignments)
    assert shipping_codes(placed) == ([] if change == "cancelled" else ["EAST"])


def test_moving_races_with_picking_and_cancelling(lamp, west, east):
    given_stock({lamp: 20}, east)
    orders = [order(customer, {lamp: 2}) for customer in UserFactory.create_batch(8)]
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=20)
    parcels = [placed.warehouse_orders.get() for placed in orders]

    at_once(
        tasks.reoptimize_orders,
        lambda: pick_warehouse_order(warehouse_order_id=parcels[0].pk, assigned_to="Ann"),
        lambda: cancel_order(order_id=orders[1].pk),
        tasks.reoptimize_orders,
    )
    tasks.reoptimize_orders()

    assert {tuple(shipping_codes(placed)) for placed in orders[2:]} == {("WEST",)}
    assert find_reassignments(newest_orders_to_pick()) == []


def test_moving_races_with_closing(lamp, west, east):
    given_stock({lamp: 20}, east)
    orders = [order(customer, {lamp: 2}) for customer in UserFactory.create_batch(6)]
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=20)

    at_once(
        tasks.reoptimize_orders,
        lambda: close_warehouse(warehouse_id=east.pk),
        lambda: close_warehouse(warehouse_id=east.pk),
    )

    assert {tuple(shipping_codes(placed)) for placed in orders} <= {
        ("WEST",),
        ("EAST",),
    }


def test_reassignments_that_share_no_stock_are_in_different_groups(lamp, rug, west, east):
    given_stock({lamp: 5, rug: 5}, east)
    orders = [order(UserFactory(), {item: 1}) for item in (lamp, rug)]
    tasks.assign_submitted_orders()
    for item in (lamp, rug):
        receive_stock(warehouse=west, item=item, quantity=5)

    groups = reassigning.group_by_shared_stock(find_reassignments(newest_orders_to_pick()))

    assert sorted(len(group) for group in groups) == [1, 1]
    tasks.reoptimize_orders()
    assert [shipping_codes(placed) for placed in orders] == [["WEST"], ["WEST"]]


def test_every_waiting_order_is_reoptimized(lamp, west, east, monkeypatch):
    monkeypatch.setattr(reassigning, "BATCH_SIZE", 2)
    given_stock({lamp: 20}, east)
    orders = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(5)]
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=20)

    tasks.reoptimize_orders()

    assert {tuple(shipping_codes(placed)) for placed in orders} == {("WEST",)}
