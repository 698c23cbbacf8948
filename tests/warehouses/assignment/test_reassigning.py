"""Second thoughts about orders that wait: moves, exchanges, and what they race with."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from orders.cancellation import cancel_order
from orders.models import Order
from tests.support.concurrency import at_once
from tests.support.factories import UserFactory, given_stock
from tests.support.outcomes import said_by, ships
from tests.support.stories import order
from warehouses import tasks
from warehouses.assignment import reassigning
from warehouses.assignment.context import AssignmentContext, current_workload
from warehouses.assignment.reassigning import ChangedSince, find_moves, move_orders, youngest
from warehouses.assignment.strategies.registry import STRATEGIES
from warehouses.fulfilment.shipping import pick_warehouse_order, ship_warehouse_order
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import RateTable, Warehouse, WarehouseOrder, ZoneRate

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("conserved", "by_cost"),
]


def test_an_order_moves_where_it_is_cheaper_by_now(alice, lamp, west, east):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    assert ships(placed) == ["EAST"]
    receive_stock(warehouse=west, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    assert ships(placed) == ["WEST"]
    placed.refresh_from_db()
    assert placed.status == Order.Status.ASSIGNED
    assert [d.kind for d in placed.decisions.order_by("pk")] == ["assigned", "reconsidered"]
    assert said_by("replay_assignments").startswith("2 the same")
    tasks.reoptimize_orders()
    assert placed.warehouse_orders.count() == 2


@pytest.mark.parametrize(("days", "where"), [(1, "EAST"), (9, "WEST")])
def test_nothing_is_saved_by_arriving_later_than_was_told(alice, lamp, west, east, days, where):
    table = RateTable.objects.create(note="near is dear")
    ZoneRate.objects.create(table=table, up_to_km=500, parcel=9000, per_kg=10, days=1)
    ZoneRate.objects.create(table=table, up_to_km=None, parcel=100, per_kg=10, days=days)
    given_stock({lamp: 5}, west)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    receive_stock(warehouse=east, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    assert ships(placed) == [where]


def test_what_is_late_already_may_move_where_it_is_less_late(alice, lamp, west, east):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    WarehouseOrder.objects.update(assigned_at=Now() - timedelta(days=30))
    receive_stock(warehouse=west, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    assert ships(placed) == ["WEST"]


def test_no_more_move_than_a_warehouse_takes_in_a_day(lamp, west, east):
    given_stock({lamp: 20}, east)
    placed = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(5)]
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=20)
    Warehouse.objects.filter(pk=west.pk).update(parcels_per_day=2)

    tasks.reoptimize_orders()
    tasks.reoptimize_orders()

    assert sorted(ships(one) for one in placed) == [["EAST"]] * 3 + [["WEST"]] * 2
    assert said_by("replay_assignments").endswith("0 other\n")


def test_what_has_left_today_counts_as_what_waits(lamp, west, east):
    given_stock({lamp: 20}, west)
    Warehouse.objects.filter(pk=west.pk).update(parcels_per_day=3)
    placed = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(2)]
    tasks.assign_submitted_orders()
    parcel = placed[0].warehouse_orders.get()
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z")

    room = AssignmentContext([], current_workload()).room
    WarehouseOrder.objects.filter(pk=parcel.pk).update(shipped_at=Now() - timedelta(days=1))

    assert (room, AssignmentContext([], current_workload()).room) == ({west.pk: 1}, {west.pk: 2})


def test_a_second_thought_says_what_it_replaced(alice, lamp, west, east):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    before = placed.decisions.get(kind="reconsidered").inputs["before"]
    assert before["picks"] == [[east.pk, lamp.pk, 2]]
    assert 0 < before["saved"] < before["cost"]
    assert before["with"] == []
    assert "instead of EAST, which cost " in said_by("explain_assignment", placed.number)


def test_one_order_that_cannot_be_decided_anew_stops_no_other(lamp, rug, west, east, monkeypatch):
    given_stock({lamp: 5, rug: 5}, east)
    bad, good = [order(UserFactory(), {item: 1}) for item in (lamp, rug)]
    tasks.assign_submitted_orders()
    for item in (lamp, rug):
        receive_stock(warehouse=west, item=item, quantity=5)
    cheapest = STRATEGIES["cheapest"]

    def moody(lines, availability, destination, warehouses):
        if lines[0].item_id == lamp.pk:
            raise RuntimeError("not this one")
        return cheapest(lines, availability, destination, warehouses)

    monkeypatch.setitem(STRATEGIES, "cheapest", moody)
    tasks.reoptimize_orders()

    assert (ships(bad), ships(good)) == (["EAST"], ["WEST"])


def test_an_old_order_gets_a_second_thought_until_it_is_picked(alice, lamp, west, east):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    Order.objects.filter(pk=placed.pk).update(placed_at=Now() - timedelta(days=9))
    receive_stock(warehouse=west, item=lamp, quantity=5)

    tasks.reoptimize_orders()

    assert ships(placed) == ["WEST"]


def test_two_orders_exchange_what_each_is_nearer_to(alice, bob, lamp, west, east):
    """Bob in the east got the unit of the west, and Alice in the west that of the east."""
    given_stock({lamp: 1}, west)
    eastern = order(bob, {lamp: 1})
    Order.objects.filter(pk=eastern.pk).update(
        shipping_address={"postal_code": "10001", "country": "US"}
    )
    tasks.assign_submitted_orders()
    given_stock({lamp: 1}, east)
    western = order(alice, {lamp: 1})
    tasks.assign_submitted_orders()
    assert (ships(eastern), ships(western)) == (["WEST"], ["EAST"])

    tasks.reoptimize_orders()

    assert (ships(eastern), ships(western)) == (["EAST"], ["WEST"])
    told = said_by("explain_assignment", western.number)
    assert f"together with {eastern.number}" in told
    assert said_by("replay_assignments").endswith("0 other\n")


@pytest.mark.parametrize("change", ["picked", "cancelled", "units gone"])
def test_what_changes_meanwhile_is_left_alone(alice, bob, lamp, west, east, change):
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=5)
    moves = find_moves(youngest())
    assert len(moves) == 1

    if change == "picked":
        parcel = placed.warehouse_orders.get()
        pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Ann")
    elif change == "cancelled":
        cancel_order(order_id=placed.pk)
    else:
        order(bob, {lamp: 5})
        tasks.assign_submitted_orders()

    with pytest.raises(ChangedSince):
        move_orders(moves=moves)
    assert ships(placed) == ([] if change == "cancelled" else ["EAST"])


def test_moving_races_with_picking_and_cancelling(lamp, west, east):
    given_stock({lamp: 20}, east)
    placed = [order(customer, {lamp: 2}) for customer in UserFactory.create_batch(8)]
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=20)
    parcels = [one.warehouse_orders.get() for one in placed]

    at_once(
        tasks.reoptimize_orders,
        lambda: pick_warehouse_order(warehouse_order_id=parcels[0].pk, assigned_to="Ann"),
        lambda: cancel_order(order_id=placed[1].pk),
        tasks.reoptimize_orders,
    )
    tasks.reoptimize_orders()

    assert {tuple(ships(one)) for one in placed[2:]} == {("WEST",)}
    assert find_moves(youngest()) == []


def test_moving_races_with_closing(lamp, west, east):
    given_stock({lamp: 20}, east)
    placed = [order(customer, {lamp: 2}) for customer in UserFactory.create_batch(6)]
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=20)

    at_once(
        tasks.reoptimize_orders,
        lambda: close_warehouse(warehouse_id=east.pk),
        lambda: close_warehouse(warehouse_id=east.pk),
    )

    assert {tuple(ships(one)) for one in placed} <= {("WEST",), ("EAST",)}


def test_moves_that_share_no_units_are_made_apart(lamp, rug, west, east):
    given_stock({lamp: 5, rug: 5}, east)
    placed = [order(UserFactory(), {item: 1}) for item in (lamp, rug)]
    tasks.assign_submitted_orders()
    for item in (lamp, rug):
        receive_stock(warehouse=west, item=item, quantity=5)

    groups = reassigning.in_groups(find_moves(youngest()))

    assert sorted(len(group) for group in groups) == [1, 1]
    tasks.reoptimize_orders()
    assert [ships(one) for one in placed] == [["WEST"], ["WEST"]]


def test_every_order_that_waits_gets_a_second_thought(lamp, west, east, monkeypatch):
    monkeypatch.setattr(reassigning, "AT_ONCE", 2)
    given_stock({lamp: 20}, east)
    placed = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(5)]
    tasks.assign_submitted_orders()
    receive_stock(warehouse=west, item=lamp, quantity=20)

    tasks.reoptimize_orders()

    assert {tuple(ships(one)) for one in placed} == {("WEST",)}
