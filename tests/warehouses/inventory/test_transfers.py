"""Goods between warehouses: in transit they are on no shelf, and what is promised stays so."""

import pytest

from orders.exceptions import NotThatMany
from orders.models import OrderNotification
from shop.core.authors import Author
from tests.support.factories import given_stock, stock_left
from tests.support.stories import (
    hold,
    let_the_workers_act,
    order,
    order_and_assign,
    shipping_codes,
)
from warehouses.exceptions import (
    MoreThanAvailableStock,
    SameWarehouse,
    TransferNotFound,
    TransferOver,
    WarehouseClosed,
)
from warehouses.inventory.transfers import (
    cancel_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
)
from warehouses.inventory.warehouses import close_warehouse, open_warehouse
from warehouses.models import Shortfall, StockMovement, Transfer, WarehouseStock
from warehouses.stock.audit import item_balance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


@pytest.fixture
def draft(seattle, dallas):
    """Return a function that writes the draft of a transfer from Seattle to Dallas."""

    def create(quantities: dict, **fields) -> Transfer:
        by_id = {item.pk: quantity for item, quantity in quantities.items()}
        return create_transfer(origin=seattle, destination=dallas, quantities=by_id, **fields)

    return create


def send(transfer: Transfer) -> Transfer:
    return send_transfer(transfer_id=transfer.pk)


def receive(transfer: Transfer, quantities: dict, **fields) -> Transfer:
    by_id = {item.pk: quantity for item, quantity in quantities.items()}
    return receive_transfer(transfer_id=transfer.pk, quantities=by_id, **fields)


def shelf(item, warehouse) -> tuple[int, int]:
    row = WarehouseStock.objects.get(item=item, warehouse=warehouse)
    return row.physical_stock, row.available_stock


def test_inventree_8406_goods_are_drafted_sent_and_received(draft, clerk, lamp, seattle, dallas):
    given_stock({lamp: 5}, seattle)

    transfer = draft({lamp: 4}, reference="T-1", author=Author(clerk))
    assert (transfer.status, stock_left(lamp), shelf(lamp, seattle)) == ("draft", (5,), (5, 5))

    transfer = send_transfer(transfer_id=transfer.pk, author=Author(clerk))
    assert (transfer.status, stock_left(lamp), shelf(lamp, seattle)) == ("sent", (1,), (1, 1))
    assert item_balance(lamp.pk)["in_transit"] == 0  # nobody waits for it

    transfer = receive(transfer, {lamp: 4}, author=Author(clerk))
    assert (transfer.status, stock_left(lamp), shelf(lamp, dallas)) == ("arrived", (5,), (4, 4))
    movements = StockMovement.objects.filter(transfer=transfer).order_by("pk")
    assert [(m.kind, m.physical_change, m.author) for m in movements] == [
        ("sent", -4, clerk),
        ("arrived", 4, clerk),
    ]


def test_customers_wait_for_what_is_in_transit_and_are_not_told_that_it_is_lost(
    draft, alice, lamp, seattle
):
    given_stock({lamp: 4}, seattle)
    placed = order(alice, {lamp: 2})

    transfer = send(draft({lamp: 4}))
    let_the_workers_act()
    in_transit = item_balance(lamp.pk)["in_transit"]
    assert (stock_left(lamp), in_transit, placed.lines.get().short_quantity) == ((0,), 2, 0)

    receive(transfer, {lamp: 4})
    let_the_workers_act()
    assert (stock_left(lamp), shipping_codes(placed)) == ((2,), ["DAL1"])
    assert not OrderNotification.objects.filter(kind="short").exists()


def test_a_hold_keeps_its_units_while_they_are_in_transit(draft, alice, lamp, seattle):
    given_stock({lamp: 2}, seattle)
    checkout = hold(alice, {lamp: 2})

    transfer = send(draft({lamp: 2}))
    let_the_workers_act()

    checkout.refresh_from_db()
    assert (checkout.status, stock_left(lamp)) == ("held", (0,))
    receive(transfer, {lamp: 2})
    assert stock_left(lamp) == (0,)


def test_what_arrives_in_part_pays_the_promised_units_first(draft, alice, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    placed = order(alice, {lamp: 2})
    transfer = send(draft({lamp: 4}))

    transfer = receive(transfer, {lamp: 2})
    let_the_workers_act()
    assert (transfer.status, stock_left(lamp)) == ("partially_arrived", (0,))
    assert shipping_codes(placed) == ["DAL1"]

    transfer = receive(transfer, {lamp: 2})
    assert (transfer.status, stock_left(lamp)) == ("arrived", (2,))


def test_what_does_not_arrive_is_written_off_and_its_promised_part_goes_short(
    draft, alice, lamp, seattle
):
    given_stock({lamp: 4}, seattle)
    placed = order(alice, {lamp: 3})
    transfer = send(draft({lamp: 4}))

    transfer = receive(transfer, {lamp: 1}, is_complete=True, reason="The truck burnt")
    let_the_workers_act()

    line = transfer.lines.get()
    assert (transfer.status, transfer.loss_reason) == ("arrived", "The truck burnt")
    assert (line.arrived_quantity, line.lost_quantity, line.promised_quantity) == (1, 3, 0)
    assert placed.lines.get().short_quantity == 2
    assert not Shortfall.objects.filter(resolved_at=None).exists()


def test_arrived_units_make_short_lines_good(draft, alice, lamp, rug, seattle, dallas):
    given_stock({lamp: 3}, seattle)
    placed = order(alice, {lamp: 3})
    transfer = send(draft({lamp: 3}))
    receive(transfer, {}, is_complete=True)
    let_the_workers_act()
    assert placed.lines.get().short_quantity == 3
    given_stock({lamp: 3}, dallas)
    let_the_workers_act()

    assert placed.lines.get().short_quantity == 0
    assert shipping_codes(placed) == ["DAL1"]


def test_units_on_parcels_do_not_leave(draft, alice, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    order_and_assign(alice, {lamp: 3})
    transfer = draft({lamp: 2})

    with pytest.raises(MoreThanAvailableStock) as refusal:
        send(transfer)

    assert refusal.value.details() == {"item_id": lamp.pk, "wanted": 2, "left": 1}
    assert shelf(lamp, seattle) == (4, 1)


def test_units_never_received_do_not_leave(draft, lamp):
    with pytest.raises(MoreThanAvailableStock):
        send(draft({lamp: 1}))


def test_sending_again_changes_nothing(draft, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    transfer = draft({lamp: 2})

    statuses = [send(transfer).status for _ in range(2)]

    assert (statuses, shelf(lamp, seattle)) == (["sent", "sent"], (2, 2))


def test_more_than_was_sent_does_not_arrive(draft, lamp, rug, seattle):
    given_stock({lamp: 4}, seattle)
    transfer = send(draft({lamp: 2}))
    receive(transfer, {lamp: 1})

    for quantities in ({lamp: 2}, {rug: 1}):
        with pytest.raises(NotThatMany):
            receive(transfer, quantities)

    assert transfer.lines.get().arrived_quantity == 1


def test_a_transfer_to_the_same_warehouse_is_refused(lamp, seattle):
    with pytest.raises(SameWarehouse):
        create_transfer(origin=seattle, destination=seattle, quantities={lamp.pk: 1})


@pytest.mark.parametrize("which", ["origin", "destination"])
def test_a_closed_warehouse_neither_sends_nor_is_sent_to(draft, lamp, seattle, dallas, which):
    given_stock({lamp: 1}, seattle)
    transfer = draft({lamp: 1})
    close_warehouse(warehouse_id=(seattle if which == "origin" else dallas).pk)

    for act in (lambda: draft({lamp: 1}), lambda: send(transfer)):
        with pytest.raises(WarehouseClosed):
            act()

    assert Transfer.objects.get().status == "draft"


def test_units_that_arrive_in_a_warehouse_that_has_closed_are_not_on_sale(
    draft, alice, lamp, seattle, dallas
):
    given_stock({lamp: 3}, seattle)
    placed = order(alice, {lamp: 1})
    transfer = send(draft({lamp: 3}))
    close_warehouse(warehouse_id=dallas.pk)

    receive(transfer, {lamp: 3})
    let_the_workers_act()
    assert (stock_left(lamp), placed.lines.get().short_quantity) == ((0,), 1)

    open_warehouse(warehouse_id=dallas.pk)
    let_the_workers_act()
    assert (stock_left(lamp), placed.lines.get().short_quantity) == ((2,), 0)


def test_a_draft_is_cancelled_and_what_has_left_is_not(draft, lamp, seattle):
    given_stock({lamp: 2}, seattle)
    cancelled, sent = draft({lamp: 1}), send(draft({lamp: 1}))

    statuses = [cancel_transfer(transfer_id=cancelled.pk).status for _ in range(2)]

    assert statuses == ["cancelled", "cancelled"]
    for act in (lambda: cancel_transfer(transfer_id=sent.pk), lambda: send(cancelled)):
        with pytest.raises(TransferOver):
            act()


def test_a_draft_receives_nothing(draft, lamp):
    with pytest.raises(TransferOver):
        receive(draft({lamp: 1}), {lamp: 1})


def test_an_unknown_transfer_is_refused(db):
    for act in (send_transfer, cancel_transfer):
        with pytest.raises(TransferNotFound):
            act(transfer_id=404)
