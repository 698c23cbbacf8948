"""Two people at once on transfers and returns: one wins, and the other is told.

The watcher of locks runs in every thread, and every test ends with the audit.
"""

from collections.abc import Callable
from functools import partial

import pytest

from orders.cancellation import cancel_items, cancel_order
from orders.exceptions import NotThatMany, ReturnOver
from orders.returns import refuse_return, request_return
from tests.support.concurrency import at_once, refusals, verb
from tests.support.factories import ItemFactory, given_stock, stock_left
from tests.support.stories import let_the_workers_act, order, order_and_assign
from warehouses.exceptions import TransferOver
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.returns import ReturnedUnits, receive_return
from warehouses.inventory.transfers import (
    cancel_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
)
from warehouses.models import StockMovement, Transfer, WarehouseOrder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

ROUNDS = 4


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


def test_a_transfer_is_received_twice_while_it_pays_promises(alice, seattle, dallas):
    for item in ItemFactory.create_batch(ROUNDS):
        given_stock({item: 4}, seattle)
        transfer = create_transfer(origin=seattle, destination=dallas, quantities={item.pk: 4})
        placed = order(alice, {item: 2})
        send_transfer(transfer_id=transfer.pk)
        receive = partial(verb, receive_transfer, transfer_id=transfer.pk)

        results = at_once(
            receive(quantities={item.pk: 3}),
            receive(quantities={item.pk: 3}),
            receive(quantities={}, is_complete=True),
            verb(cancel_items, order_id=placed.pk, quantities={item.pk: 1}),
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
def shipped(alice, lamp, seattle):
    """Return a function that yields ROUNDS orders of two lamps, each of which has left."""
    given_stock({lamp: 4 * ROUNDS}, seattle)

    def generate():
        for _ in range(ROUNDS):
            placed, [parcel] = order_and_assign(alice, {lamp: 2})
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
