"""Assignment of orders, and cancelling and shipping what was assigned."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from orders.cancellation import cancel_items, cancel_order
from orders.exceptions import NotThatMany, OrderAlreadyShipped
from orders.models import Order
from shop.core.authors import Author
from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left
from tests.support.stories import order, order_and_assign
from tests.warehouses.inventory.test_receiving import place_of
from warehouses.assignment import assigning
from warehouses.assignment.assigning import assign_order, orders_to_assign
from warehouses.assignment.strategies.registry import STRATEGIES
from warehouses.assignment.strategies.types import Assignment, Pick
from warehouses.exceptions import InvalidAssignment, OrderCancelled
from warehouses.fulfilment.backlog import longest_wait, postpone_retry
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.models import BackorderRetry, WarehouseOrder
from warehouses.tasks import assign_submitted_orders

pytestmark = pytest.mark.usefixtures("conserved")


def too_much(lines, availability, destination, warehouses):
    """Return picks of more units than are available."""
    return Assignment((Pick(warehouses[0].id, lines[0].item_id, 10**6),), "because")


def test_an_order_is_assigned_to_a_warehouse_that_has_it(alice, lamp, seattle, dallas):
    given_stock({lamp: 1}, seattle)
    given_stock({lamp: 5}, dallas)

    placed, [parcel] = order_and_assign(alice, {lamp: 3})

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

    _, parcels = order_and_assign(alice, {lamp: 4, rug: 1})

    shipped = {
        (parcel.warehouse.code, line.item.sku): line.quantity
        for parcel in parcels
        for line in parcel.lines.all()
    }
    assert shipped == {("SEA1", "LAMP"): 2, ("DAL1", "LAMP"): 2, ("DAL1", "RUG"): 1}


def test_assigning_again_changes_nothing(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 2})

    assert assign_order(order_id=placed.pk) == []
    assert place_of(lamp, seattle) == (5, 3)


def test_a_failure_in_one_order_stops_no_other(alice, bob, lamp, rug, seattle, monkeypatch):
    given_stock({lamp: 5, rug: 5}, seattle)
    bad, good = order(alice, {lamp: 1}), order(bob, {rug: 1})
    write = assigning.write_decisions

    def write_or_fail(decisions, stock, **kind):
        if any(decision.order.pk == bad.pk for decision in decisions):
            raise OverflowError("a \x00 number")
        return write(decisions, stock, **kind)

    monkeypatch.setattr(assigning, "write_decisions", write_or_fail)
    assign_submitted_orders()

    assert good.warehouse_orders.exists()
    assert bad.backorder_retry.reason == "a  number"


def test_an_order_that_was_never_tried_waits_since_it_was_placed(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed = order(alice, {lamp: 1})
    Order.objects.filter(pk=placed.pk).update(placed_at=Now() - timedelta(hours=1))

    assert 3600 <= longest_wait() < 3700
    assign_submitted_orders()
    assert longest_wait() == 0


def test_a_cancelled_order_is_not_retried(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed = order(alice, {lamp: 1})
    cancel_order(order_id=placed.pk)

    postpone_retry(order_id=placed.pk, reason="late")

    assert not BackorderRetry.objects.exists()


def test_an_order_whose_strategy_fails_waits_with_the_reason(alice, lamp, seattle, monkeypatch):
    monkeypatch.setitem(STRATEGIES, "fewest_parcels", too_much)
    given_stock({lamp: 5}, seattle)
    placed = order(alice, {lamp: 2})

    with pytest.raises(InvalidAssignment):
        assign_order(order_id=placed.pk)
    assert place_of(lamp, seattle) == (5, 5)

    assign_submitted_orders()
    assert "is not what the order needs" in placed.backorder_retry.reason


def test_the_sweep_assigns_orders_whose_message_was_lost(alice, bob, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    order(alice, {lamp: 2})
    order(bob, {lamp: 1})

    assign_submitted_orders()

    assert orders_to_assign() == []
    assert place_of(lamp, seattle) == (5, 2)


def test_cancelling_deallocates_the_units_at_their_warehouse(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})

    cancel_order(order_id=placed.pk)

    parcel.refresh_from_db()
    assert parcel.status == WarehouseOrder.Status.CANCELLED
    assert place_of(lamp, seattle) == (5, 5)
    assert stock_left(lamp) == (5,)


def test_two_partial_cancels_over_two_warehouses_add_up(alice, lamp, seattle, dallas):
    given_stock({lamp: 2}, seattle)
    given_stock({lamp: 2}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 4})

    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 2})

    assert stock_left(lamp) == (3,)
    remaining = WarehouseOrder.objects.open().filter(order=placed).get()
    assert [line.quantity for line in remaining.lines.all()] == [1]
    assert len(parcels) == 2


def test_cancelling_every_line_cancels_the_order(alice, lamp, rug, seattle):
    given_stock({lamp: 2, rug: 1}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 2, rug: 1})

    cancel_items(order_id=placed.pk, quantities={lamp.pk: 2, rug.pk: 1})

    placed.refresh_from_db()
    assert placed.status == Order.Status.CANCELLED
    assert place_of(lamp, seattle) == (2, 2)


def test_shipping_lowers_the_physical_stock_once(alice, clerk, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})

    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")
    for _ in range(2):
        ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z", author=Author(clerk))

    placed.refresh_from_db()
    assert place_of(lamp, seattle) == (3, 3)
    assert placed.status == Order.Status.SHIPPED


def test_the_last_units_ship_although_none_is_available(alice, lamp, seattle):
    given_stock({lamp: 2}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 2})

    ship_warehouse_order(warehouse_order_id=parcel.pk)

    assert place_of(lamp, seattle) == (0, 0)


def test_what_has_not_shipped_can_be_cancelled_by_unit(alice, lamp, seattle, dallas):
    given_stock({lamp: 2}, seattle)
    given_stock({lamp: 2}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 4})
    ship_warehouse_order(warehouse_order_id=parcels[0].pk)

    with pytest.raises(OrderAlreadyShipped):
        cancel_order(order_id=placed.pk)
    with pytest.raises(NotThatMany):
        cancel_items(order_id=placed.pk, quantities={lamp.pk: 3})
    placed.refresh_from_db()
    assert placed.status == Order.Status.PARTIALLY_SHIPPED
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 2})

    placed.refresh_from_db()
    assert placed.status == Order.Status.SHIPPED
    assert stock_left(lamp) == (2,)


def test_a_cancelled_order_is_neither_picked_nor_shipped(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
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

    results = at_once(*[lambda: run_transaction(assign_order, order_id=placed.pk)] * 6)

    assert sorted(map(len, results)) == [0, 0, 0, 0, 0, 1]
    assert place_of(lamp, seattle) == (5, 3)


@pytest.mark.django_db(transaction=True)
def test_of_shipping_and_cancelling_at_once_exactly_one_wins(alice, lamp, seattle):
    given_stock({lamp: 20}, seattle)
    for _ in range(6):
        placed, [parcel] = order_and_assign(alice, {lamp: 2})

        results = at_once(
            lambda pk=parcel.pk: run_transaction(ship_warehouse_order, warehouse_order_id=pk),
            lambda pk=placed.pk: run_transaction(cancel_order, order_id=pk),
        )

        refusals = [r for r in results if isinstance(r, Exception)]
        assert len(refusals) == 1
        assert isinstance(refusals[0], OrderCancelled | OrderAlreadyShipped)


@pytest.mark.django_db(transaction=True)
def test_cancelling_while_assigning_leaves_nothing_assigned(alice, lamp, seattle):
    given_stock({lamp: 20}, seattle)
    for _ in range(6):
        placed = order(alice, {lamp: 2})

        results = at_once(
            lambda pk=placed.pk: run_transaction(assign_order, order_id=pk),
            lambda pk=placed.pk: run_transaction(cancel_order, order_id=pk),
        )

        assert [r for r in results if isinstance(r, Exception)] == []
    assert place_of(lamp, seattle) == (20, 20)
    assert stock_left(lamp) == (20,)
