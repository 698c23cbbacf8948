from threading import Event

import pytest

from catalog.edge import at_edge
from orders.exceptions import OrderAlreadyShipped
from orders.models import Order
from orders.ordering import cancel_items, cancel_order
from tests.concurrency import at_once
from tests.factories import given_stock, stock_left
from tests.stories import assigned, order
from tests.warehouses.test_receiving import place_of
from warehouses.assignment import assign_order, assign_orders, orders_to_assign
from warehouses.exceptions import InvalidAssignment, OrderCancelled
from warehouses.models import WarehouseOrder
from warehouses.shipping import pick_warehouse_order, ship_warehouse_order
from warehouses.strategies import STRATEGIES, Assignment, Pick
from warehouses.tasks import assign_submitted_orders

pytestmark = pytest.mark.usefixtures("conserved")


def too_much(lines, availability, destination, warehouses):
    """A strategy that takes more than there is."""
    return Assignment((Pick(warehouses[0].id, lines[0].item_id, 10**6),), "because")


def a_stranger(lines, availability, destination, warehouses):
    return Assignment((Pick(10**9, lines[0].item_id, 1),), "who?")


def nonsense(lines, availability, destination, warehouses):
    return "Seattle"


def failing(lines, availability, destination, warehouses):
    raise ConnectionError("away")


def unwritable(lines, availability, destination, warehouses):
    picks = (Pick(warehouses[0].id, lines[0].item_id, lines[0].quantity),)
    return Assignment(picks, "\x00", rejected=("Seattle",))


hung = Event()


def hanging(lines, availability, destination, warehouses):
    hung.wait(20)


def last_one(lines, availability, destination, warehouses):
    last = warehouses[-1]
    picks = (Pick(last.id, line.item_id, line.quantity) for line in lines)
    return Assignment(tuple(picks), "A feeling.")


def test_an_order_is_given_to_a_warehouse_that_has_it(alice, lamp, seattle, dallas):
    given_stock({lamp: 1}, seattle)
    given_stock({lamp: 5}, dallas)

    placed, [parcel] = assigned(alice, {lamp: 3})

    assert (parcel.warehouse, parcel.shipping_address) == (dallas, placed.shipping_address)
    assert (placed.status, placed.awaits_assignment) == (Order.Status.ASSIGNED, False)
    assert place_of(lamp, dallas) == (5, 2)
    assert parcel.decision == {
        "strategy": "fewest_parcels",
        "version": 2,
        "reason": "1 parcel from DAL1: no smaller set of warehouses has everything.",
        "rejected": [{"warehouse": "SEA1", "why": "has 1 of 3 Brass desk lamp"}],
        "considered": parcel.decision["considered"],
    }
    assert list(parcel.decision["considered"][0]["warehouses"]) == ["DAL1"]


def test_an_order_is_split_where_no_warehouse_has_all_of_it(alice, lamp, rug, seattle, dallas):
    given_stock({lamp: 2}, seattle)
    given_stock({lamp: 2, rug: 1}, dallas)

    _, parcels = assigned(alice, {lamp: 4, rug: 1})

    shipped = {
        (parcel.warehouse.code, line.item.sku): line.quantity
        for parcel in parcels
        for line in parcel.lines.all()
    }
    assert shipped == {("SEA1", "LAMP"): 2, ("DAL1", "LAMP"): 2, ("DAL1", "RUG"): 1}


def test_assigning_again_changes_nothing(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed, _ = assigned(alice, {lamp: 2})

    assert assign_order(order_id=placed.pk) == []
    assert place_of(lamp, seattle) == (5, 3)


@pytest.mark.parametrize(
    "bad", ["too_much", "a_stranger", "nonsense", "failing", "hanging", "unwritable"]
)
def test_where_an_external_service_fails_the_cheapest_decides(alice, lamp, seattle, settings, bad):
    settings.ASSIGNMENT_STRATEGY = f"tests.warehouses.test_assignment.{bad}"
    settings.ASSIGNMENT_BUDGET_MS = 100
    given_stock({lamp: 5}, seattle)
    placed = order(alice, {lamp: 2})

    assign_submitted_orders()
    hung.set()

    assert place_of(lamp, seattle) == (5, 3)
    assert placed.warehouse_orders.get().decision["strategy"] == "cheapest"


def test_an_external_service_proposes_and_is_named(alice, lamp, seattle, dallas, settings):
    settings.ASSIGNMENT_STRATEGY = "tests.warehouses.test_assignment.last_one"
    given_stock({lamp: 5}, seattle)
    given_stock({lamp: 5}, dallas)
    placed = order(alice, {lamp: 2})

    assign_submitted_orders()

    decision = placed.warehouse_orders.get().decision
    assert decision["strategy"] == settings.ASSIGNMENT_STRATEGY
    assert decision["reason"] == "A feeling."


def test_a_proposal_that_is_out_of_date_is_passed_over(alice, bob, lamp, seattle, settings):
    settings.ASSIGNMENT_STRATEGY = "tests.warehouses.test_assignment.last_one"
    given_stock({lamp: 3}, seattle)
    first, second = order(alice, {lamp: 2}), order(bob, {lamp: 1})
    stale = {second.pk: Assignment((Pick(seattle.pk, lamp.pk, 9),), "")}

    assign_orders(order_ids=[first.pk, second.pk], proposals=stale)

    assert second.warehouse_orders.get().decision["strategy"] == "cheapest"
    assert orders_to_assign() == []


def test_a_strategy_of_ours_that_fails_keeps_the_order_with_the_reason(
    alice, lamp, seattle, monkeypatch
):
    monkeypatch.setitem(STRATEGIES, "fewest_parcels", too_much)
    given_stock({lamp: 5}, seattle)
    placed = order(alice, {lamp: 2})

    with pytest.raises(InvalidAssignment):
        assign_order(order_id=placed.pk)
    assert place_of(lamp, seattle) == (5, 5)

    assign_submitted_orders()
    assert "is not what the order needs" in placed.waiting.reason


def test_the_sweep_assigns_what_a_lost_message_left(alice, bob, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    order(alice, {lamp: 2})
    order(bob, {lamp: 1})

    assign_submitted_orders()

    assert orders_to_assign() == []
    assert place_of(lamp, seattle) == (5, 2)


def test_cancelling_gives_the_units_back_to_where_they_were_assigned(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed, [parcel] = assigned(alice, {lamp: 2})

    cancel_order(order_id=placed.pk)

    parcel.refresh_from_db()
    assert parcel.status == WarehouseOrder.Status.CANCELLED
    assert place_of(lamp, seattle) == (5, 5)
    assert stock_left(lamp) == (5,)


def test_two_partial_cancels_over_two_warehouses_add_up(alice, lamp, seattle, dallas):
    given_stock({lamp: 2}, seattle)
    given_stock({lamp: 2}, dallas)
    placed, parcels = assigned(alice, {lamp: 4})

    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 2})

    assert stock_left(lamp) == (3,)
    kept = WarehouseOrder.objects.open().filter(order=placed).get()
    assert [line.quantity for line in kept.lines.all()] == [1]
    assert len(parcels) == 2


def test_cancelling_every_line_cancels_the_order(alice, lamp, rug, seattle):
    given_stock({lamp: 2, rug: 1}, seattle)
    placed, _ = assigned(alice, {lamp: 2, rug: 1})

    cancel_items(order_id=placed.pk, quantities={lamp.pk: 2, rug.pk: 1})

    placed.refresh_from_db()
    assert placed.status == Order.Status.CANCELLED
    assert place_of(lamp, seattle) == (2, 2)


def test_shipping_lowers_the_physical_stock_once(alice, clerk, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed, [parcel] = assigned(alice, {lamp: 2})

    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")
    for _ in range(2):
        ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z", author=clerk)

    placed.refresh_from_db()
    assert place_of(lamp, seattle) == (3, 3)
    assert placed.status == Order.Status.SHIPPED


def test_the_last_units_ship_although_none_is_available(alice, lamp, seattle):
    given_stock({lamp: 2}, seattle)
    _, [parcel] = assigned(alice, {lamp: 2})

    ship_warehouse_order(warehouse_order_id=parcel.pk)

    assert place_of(lamp, seattle) == (0, 0)


def test_a_part_shipped_order_cannot_be_cancelled(alice, lamp, seattle, dallas):
    given_stock({lamp: 2}, seattle)
    given_stock({lamp: 2}, dallas)
    placed, parcels = assigned(alice, {lamp: 4})
    ship_warehouse_order(warehouse_order_id=parcels[0].pk)

    with pytest.raises(OrderAlreadyShipped):
        cancel_order(order_id=placed.pk)
    with pytest.raises(OrderAlreadyShipped):
        cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})

    placed.refresh_from_db()
    assert placed.status == Order.Status.PARTIALLY_SHIPPED


def test_a_cancelled_order_is_neither_picked_nor_shipped(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed, [parcel] = assigned(alice, {lamp: 2})
    cancel_order(order_id=placed.pk)

    with pytest.raises(OrderCancelled):
        pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")
    with pytest.raises(OrderCancelled):
        ship_warehouse_order(warehouse_order_id=parcel.pk)

    assert place_of(lamp, seattle) == (5, 5)


@pytest.mark.django_db(transaction=True)
def test_one_order_assigned_by_many_workers_is_assigned_once(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed = order(alice, {lamp: 2})

    results = at_once(*[lambda: at_edge(assign_order, order_id=placed.pk)] * 6)

    assert sorted(map(len, results)) == [0, 0, 0, 0, 0, 1]
    assert place_of(lamp, seattle) == (5, 3)


@pytest.mark.django_db(transaction=True)
def test_of_shipping_and_cancelling_at_once_exactly_one_wins(alice, lamp, seattle):
    given_stock({lamp: 20}, seattle)
    for _ in range(6):
        placed, [parcel] = assigned(alice, {lamp: 2})

        results = at_once(
            lambda pk=parcel.pk: at_edge(ship_warehouse_order, warehouse_order_id=pk),
            lambda pk=placed.pk: at_edge(cancel_order, order_id=pk),
        )

        refused = [r for r in results if isinstance(r, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], OrderCancelled | OrderAlreadyShipped)


@pytest.mark.django_db(transaction=True)
def test_cancelling_while_assigning_leaves_nothing_assigned(alice, lamp, seattle):
    given_stock({lamp: 20}, seattle)
    for _ in range(6):
        placed = order(alice, {lamp: 2})

        results = at_once(
            lambda pk=placed.pk: at_edge(assign_order, order_id=pk),
            lambda pk=placed.pk: at_edge(cancel_order, order_id=pk),
        )

        assert [r for r in results if isinstance(r, Exception)] == []
    assert place_of(lamp, seattle) == (20, 20)
    assert stock_left(lamp) == (20,)
