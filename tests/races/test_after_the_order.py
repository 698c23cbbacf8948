"""Two people at once on every verb after the order: one wins, and the other is told.

The watcher of locks runs in every thread, and every test ends with the audit.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from orders.cancellation import cancel_items, cancel_order
from orders.exceptions import NotThatMany, OrderAlreadyPicked, ReturnOver
from orders.models import Order, OrderNotification
from orders.readdressing import change_shipping_address
from orders.returns import refuse_return, request_return
from shop.core.authors import THE_SHOP
from shop.core.db.transactions import run_transaction
from shop.core.refusals import Refusal
from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left
from tests.support.stories import ADDRESS, let_the_workers_act, order, order_and_assign
from warehouses.assignment.overruling import move_warehouse_order
from warehouses.exceptions import AlreadyPicked, AlreadyShipped, TransferOver
from warehouses.fulfilment.picking import pick_warehouse_order, unpick_warehouse_order
from warehouses.fulfilment.shipping import correct_tracking, ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.returns import ReturnedUnits, receive_return
from warehouses.inventory.shortfalls import resolve_shortfall
from warehouses.inventory.transfers import (
    cancel_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
)
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import StockMovement, Transfer, WarehouseOrder
from warehouses.tasks import reoptimize_orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

ROUNDS = 4


def verb(function: Callable, **arguments: Any) -> Callable[[], Any]:
    """Return a call of a verb in a transaction of its own, retried as in the shop."""
    return partial(run_transaction, function, **arguments)


def refusals(results: list[Any]) -> list[type]:
    """Return the types of the refusals among results. Any other error is raised."""
    errors = [result for result in results if isinstance(result, Exception)]
    for error in errors:
        if not isinstance(error, Refusal):
            raise error
    return [type(error) for error in errors]


@pytest.fixture
def stories(alice, lamp, seattle):
    """Return a function that assigns ROUNDS orders of two lamps each, one after the other."""
    given_stock({lamp: 4 * ROUNDS}, seattle)

    def generate():
        for _ in range(ROUNDS):
            placed, [parcel] = order_and_assign(alice, {lamp: 2})
            yield placed, parcel

    return generate


def test_two_pickers_of_one_parcel(stories):
    for _, parcel in stories():
        pick = partial(verb, pick_warehouse_order, warehouse_order_id=parcel.pk)

        results = at_once(pick(assigned_to="Ann"), pick(assigned_to="Ben"))

        assert refusals(results) == [AlreadyPicked]


def test_two_short_picks_of_one_parcel_take_off_what_is_lost_once(stories, lamp, seattle):
    for _, parcel in stories():
        pick = verb(
            pick_warehouse_order,
            warehouse_order_id=parcel.pk,
            assigned_to="Ann",
            found={lamp.pk: 1},
        )

        refusals(at_once(pick, pick))
        let_the_workers_act()

        assert list(parcel.lines.values_list("quantity", flat=True)) == [1]


def test_a_short_pick_while_the_count_misses_the_same_unit(stories, lamp, seattle):
    for _, parcel in stories():
        physical = seattle.stock_rows.get().physical_stock
        refusals(
            at_once(
                verb(
                    pick_warehouse_order,
                    warehouse_order_id=parcel.pk,
                    assigned_to="Ann",
                    found={lamp.pk: 1},
                ),
                verb(
                    recount_stock,
                    warehouse=seattle,
                    item=lamp,
                    physical_stock=physical - 1,
                    expected=physical,
                ),
                verb(resolve_shortfall, item_id=lamp.pk),
            )
        )
        let_the_workers_act()


def test_unpicking_while_it_ships(stories):
    for _, parcel in stories():
        pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Ann")

        refusals(
            at_once(
                verb(unpick_warehouse_order, warehouse_order_id=parcel.pk),
                verb(ship_warehouse_order, warehouse_order_id=parcel.pk),
            )
        )

        parcel.refresh_from_db()
        assert parcel.status == "shipped"


def test_two_trucks_ship_one_parcel(stories):
    for _, parcel in stories():
        ship = partial(verb, ship_warehouse_order, warehouse_order_id=parcel.pk)

        results = at_once(
            ship(carrier="UPS", tracking="1Z"), ship(carrier="DHL", tracking="9"), ship()
        )

        assert refusals(results) in ([AlreadyShipped], [AlreadyShipped] * 2)
        movements = StockMovement.objects.filter(warehouse_order=parcel, kind="shipped")
        assert movements.count() == 1


def test_two_corrections_of_one_number_are_both_told(stories):
    for placed, parcel in stories():
        ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z")
        correct = partial(verb, correct_tracking, warehouse_order_id=parcel.pk)

        assert refusals(at_once(correct(tracking="2Z"), correct(tracking="3Z"))) == []

        mails = OrderNotification.objects.filter(order=placed, kind="tracking")
        parcel.refresh_from_db()
        assert mails.order_by("pk").last().details["tracking"] == parcel.tracking


def test_the_rest_is_cancelled_while_it_ships(alice, lamp, rug, seattle, dallas):
    for _ in range(ROUNDS):
        given_stock({lamp: 1}, seattle)
        given_stock({rug: 1}, dallas)
        placed, parcels = order_and_assign(alice, {lamp: 1, rug: 1})
        ship_warehouse_order(warehouse_order_id=parcels[0].pk)
        left = parcels[1].lines.get().item_id

        results = at_once(
            verb(ship_warehouse_order, warehouse_order_id=parcels[1].pk),
            verb(cancel_items, order_id=placed.pk, quantities={left: 1}),
        )

        assert len(refusals(results)) == 1
        assert Order.objects.get(pk=placed.pk).status == "shipped"
        for item in (lamp, rug):
            for row in item.warehouse_stock.filter(available_stock__gt=0):
                discard_stock(warehouse=row.warehouse, item=item, quantity=row.available_stock)


def test_a_short_pick_while_the_order_is_cancelled(stories, lamp):
    for placed, parcel in stories():
        refusals(
            at_once(
                verb(
                    pick_warehouse_order,
                    warehouse_order_id=parcel.pk,
                    assigned_to="Ann",
                    found={lamp.pk: 0},
                ),
                verb(cancel_order, order_id=placed.pk),
            )
        )
        let_the_workers_act()

        assert Order.objects.get(pk=placed.pk).status == "cancelled"


def test_two_people_move_one_parcel(alice, lamp, seattle, dallas):
    given_stock({lamp: 8}, seattle)
    given_stock({lamp: 8}, dallas)
    for _ in range(ROUNDS):
        placed, [parcel] = order_and_assign(alice, {lamp: 2})
        other = dallas if parcel.warehouse == seattle else seattle
        move = verb(
            move_warehouse_order,
            warehouse_order_id=parcel.pk,
            warehouse=other,
            reason="Closer",
            author=THE_SHOP,
        )

        results = at_once(move, move)

        assert len(refusals(results)) == 1
        assert [p.warehouse for p in placed.warehouse_orders.open()] == [other]


def test_a_move_while_it_is_picked_and_its_target_closes(alice, lamp, seattle, dallas):
    given_stock({lamp: 8}, seattle)
    for _ in range(2):
        _, [parcel] = order_and_assign(alice, {lamp: 2})
        given_stock({lamp: 2}, dallas)
        refusals(
            at_once(
                verb(
                    move_warehouse_order,
                    warehouse_order_id=parcel.pk,
                    warehouse=dallas,
                    reason="Closer",
                    author=THE_SHOP,
                ),
                verb(pick_warehouse_order, warehouse_order_id=parcel.pk, assigned_to="Ann"),
                verb(close_warehouse, warehouse_id=dallas.pk),
                reoptimize_orders,
            )
        )
        let_the_workers_act()


def test_an_address_changes_while_the_parcel_is_picked(stories):
    for placed, parcel in stories():
        elsewhere = {**ADDRESS, "line1": "1 Pine St"}

        results = at_once(
            verb(change_shipping_address, order_id=placed.pk, shipping_address=elsewhere),
            verb(pick_warehouse_order, warehouse_order_id=parcel.pk, assigned_to="Ann"),
        )

        parcel.refresh_from_db()
        assert refusals(results) in ([], [OrderAlreadyPicked])
        assert parcel.shipping_address == Order.objects.get(pk=placed.pk).shipping_address


# Transfers


@pytest.fixture
def draft(lamp, seattle, dallas) -> Callable[[], Transfer]:
    def create():
        given_stock({lamp: 4}, seattle)
        return create_transfer(origin=seattle, destination=dallas, quantities={lamp.pk: 4})

    return create


def test_a_transfer_is_sent_twice_while_customers_buy(draft, alice, bob, lamp):
    for _ in range(ROUNDS):
        transfer = draft()
        send = verb(send_transfer, transfer_id=transfer.pk)

        refusals(
            at_once(send, send, lambda: order(alice, {lamp: 1}), lambda: order(bob, {lamp: 1}))
        )
        let_the_workers_act()

        sent = StockMovement.objects.filter(transfer=transfer, kind="sent")
        assert sent.count() <= 1


def test_two_drafts_of_the_same_units(draft, lamp, seattle, dallas):
    first = draft()
    second = create_transfer(origin=seattle, destination=dallas, quantities={lamp.pk: 4})

    results = at_once(
        verb(send_transfer, transfer_id=first.pk), verb(send_transfer, transfer_id=second.pk)
    )

    assert len(refusals(results)) == 1
    assert StockMovement.objects.filter(kind="sent").count() == 1


def test_a_draft_is_sent_while_it_is_cancelled(draft):
    for _ in range(ROUNDS):
        transfer = draft()

        results = at_once(
            verb(send_transfer, transfer_id=transfer.pk),
            verb(cancel_transfer, transfer_id=transfer.pk),
        )

        assert refusals(results) == [TransferOver]


def test_a_transfer_is_received_twice_while_it_pays_promises(draft, alice, lamp):
    for _ in range(ROUNDS):
        transfer = draft()
        placed = order(alice, {lamp: 2})
        send_transfer(transfer_id=transfer.pk)
        receive = verb(receive_transfer, transfer_id=transfer.pk, quantities={lamp.pk: 3})
        write_off = verb(receive_transfer, transfer_id=transfer.pk, quantities={}, is_complete=True)

        results = at_once(
            receive,
            receive,
            write_off,
            verb(cancel_items, order_id=placed.pk, quantities={lamp.pk: 1}),
        )
        let_the_workers_act()

        assert set(refusals(results)) <= {NotThatMany, TransferOver}
        assert transfer.lines.get().arrived_quantity in (0, 3)


def test_transfers_in_both_directions_do_not_deadlock(alice, lamp, rug, seattle, dallas):
    for warehouse in (seattle, dallas):
        given_stock({lamp: 8, rug: 8}, warehouse)
    units = {lamp.pk: 2, rug.pk: 2}
    for _ in range(ROUNDS):
        there = create_transfer(origin=seattle, destination=dallas, quantities=units)
        back = create_transfer(origin=dallas, destination=seattle, quantities=units)
        at_once(
            verb(send_transfer, transfer_id=there.pk),
            verb(send_transfer, transfer_id=back.pk),
            lambda: order(alice, {rug: 1, lamp: 1}),
        )
        results = at_once(
            verb(receive_transfer, transfer_id=there.pk, quantities=units),
            verb(receive_transfer, transfer_id=back.pk, quantities=units),
            let_the_workers_act,
            verb(receive_stock, warehouse=dallas, item=lamp, quantity=1),
        )
        assert refusals(results) == []


# Returns


@pytest.fixture
def shipped(stories):
    """Return a function that yields ROUNDS orders of two lamps that have left."""

    def generate():
        for placed, parcel in stories():
            ship_warehouse_order(warehouse_order_id=parcel.pk)
            yield placed

    return generate


def test_two_requests_for_the_same_units(shipped, lamp):
    for placed in shipped():
        ask = verb(request_return, order_id=placed.pk, quantities={lamp.pk: 2})

        assert refusals(at_once(ask, ask)) == [NotThatMany]


def test_a_return_is_received_twice_and_refused(shipped, lamp, seattle):
    before = WarehouseOrder.objects.count()
    for placed in shipped():
        request = request_return(order_id=placed.pk, quantities={lamp.pk: 2})
        receive = verb(
            receive_return,
            return_id=request.pk,
            warehouse=seattle,
            units={lamp.pk: ReturnedUnits(sellable=1, damaged=1)},
        )

        results = at_once(
            receive, receive, verb(refuse_return, return_id=request.pk, reason="Worn")
        )

        assert set(refusals(results)) <= {NotThatMany, ReturnOver}
        assert placed.lines.get().returned_quantity in (0, 2)
    assert WarehouseOrder.objects.count() == before + ROUNDS


def test_a_return_makes_a_short_line_good_while_its_order_is_cancelled(shipped, bob, lamp, seattle):
    for placed in list(shipped()):
        request = request_return(order_id=placed.pk, quantities={lamp.pk: 1})
        given_stock({lamp: 1}, seattle)
        waiting = order(bob, {lamp: 1})
        lost = seattle.stock_rows.get().available_stock
        discard_stock(warehouse=seattle, item=lamp, quantity=lost)
        let_the_workers_act()
        assert waiting.lines.get().short_quantity == 1

        results = at_once(
            verb(
                receive_return,
                return_id=request.pk,
                warehouse=seattle,
                units={lamp.pk: ReturnedUnits(sellable=1)},
            ),
            verb(cancel_order, order_id=waiting.pk),
        )
        let_the_workers_act()

        assert refusals(results) == []
        assert stock_left(lamp) == (1,)
