"""Receiving, discarding and counting stock."""

import pytest
from django.db import IntegrityError, transaction

from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left
from tests.support.stories import hold, order_and_assign
from warehouses.exceptions import (
    CountConflict,
    MoreThanPhysicalStock,
    ReferenceConflict,
    TooMuchStock,
)
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.models import StockMovement, WarehouseStock

pytestmark = pytest.mark.usefixtures("conserved")


def place_of(item, warehouse) -> tuple[int, int]:
    """Return the physical and available stock of an item in a warehouse."""
    row = WarehouseStock.objects.get(item=item, warehouse=warehouse)
    return row.physical_stock, row.available_stock


def test_receiving_raises_physical_available_and_aggregated_stock(lamp, seattle, dallas):
    receive_stock(warehouse=seattle, item=lamp, quantity=5)
    receive_stock(warehouse=dallas, item=lamp, quantity=2)

    assert place_of(lamp, seattle) == (5, 5)
    assert place_of(lamp, dallas) == (2, 2)
    assert stock_left(lamp) == (7,)


def test_the_same_delivery_note_is_received_once(lamp, rug, seattle, dallas):
    receipt = {"quantity": 5, "reference": "DN-1"}

    first = receive_stock(warehouse=seattle, item=lamp, **receipt)
    again = receive_stock(warehouse=seattle, item=lamp, **receipt)
    receive_stock(warehouse=seattle, item=rug, **receipt)
    receive_stock(warehouse=dallas, item=lamp, **receipt)

    assert (first.is_new, again.is_new, again.entry) == (True, False, first.entry)
    assert stock_left(lamp, rug) == (10, 5)


def test_a_delivery_note_with_another_quantity_is_refused(lamp, seattle):
    receive_stock(warehouse=seattle, item=lamp, quantity=5, reference="DN-1")

    with pytest.raises(ReferenceConflict):
        receive_stock(warehouse=seattle, item=lamp, quantity=6, reference="DN-1")

    assert stock_left(lamp) == (5,)


def test_more_units_than_a_stock_row_holds_are_refused(lamp, seattle):
    given_stock({lamp: 5}, seattle)

    with pytest.raises(TooMuchStock):
        receive_stock(warehouse=seattle, item=lamp, quantity=1_000_000_000)

    assert stock_left(lamp) == (5,)


def test_discarding_lowers_physical_available_and_aggregated_stock(lamp, seattle):
    given_stock({lamp: 5}, seattle)

    discard_stock(warehouse=seattle, item=lamp, quantity=2, reason="broken")

    assert place_of(lamp, seattle) == (3, 3)
    assert stock_left(lamp) == (3,)


def test_more_units_than_on_the_shelves_cannot_be_discarded(lamp, seattle):
    given_stock({lamp: 5}, seattle)

    with pytest.raises(MoreThanPhysicalStock):
        discard_stock(warehouse=seattle, item=lamp, quantity=6)

    assert place_of(lamp, seattle) == (5, 5)
    assert stock_left(lamp) == (5,)


def test_discarding_held_units_leaves_them_promised(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    hold(alice, {lamp: 4})

    movement = discard_stock(warehouse=seattle, item=lamp, quantity=3)

    assert place_of(lamp, seattle) == (2, 2)
    assert stock_left(lamp) == (0,)
    assert (movement.shortfall.missing, movement.shortfall.promised) == (0, 2)


def test_discarding_assigned_units_leaves_them_missing(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    order_and_assign(alice, {lamp: 4})

    movement = discard_stock(warehouse=seattle, item=lamp, quantity=3)

    assert place_of(lamp, seattle) == (2, 0)
    assert (movement.shortfall.missing, movement.shortfall.promised) == (2, 0)


def test_received_units_resolve_shortfalls_first(alice, lamp, seattle, dallas):
    given_stock({lamp: 5}, seattle)
    hold(alice, {lamp: 4})
    shortfall = discard_stock(warehouse=seattle, item=lamp, quantity=3).shortfall

    receive_stock(warehouse=dallas, item=lamp, quantity=5)

    shortfall.refresh_from_db()
    assert (shortfall.promised, shortfall.resolved_at is not None) == (0, True)
    assert place_of(lamp, dallas) == (5, 5)
    assert stock_left(lamp) == (3,)


@pytest.mark.parametrize("counted", [7, 5, 2, 0])
def test_a_count_corrects_the_stock(lamp, seattle, counted):
    given_stock({lamp: 5}, seattle)

    recount_stock(warehouse=seattle, item=lamp, physical_stock=counted, expected=5)

    assert place_of(lamp, seattle) == (counted, counted)
    assert stock_left(lamp) == (counted,)


def test_a_count_of_stock_that_has_changed_is_refused(lamp, seattle):
    given_stock({lamp: 5}, seattle)

    with pytest.raises(CountConflict):
        recount_stock(warehouse=seattle, item=lamp, physical_stock=9, expected=4)

    assert place_of(lamp, seattle) == (5, 5)


@pytest.mark.parametrize("change", [{"physical_change": 99}, None])
def test_the_ledger_can_be_neither_changed_nor_deleted(lamp, seattle, change):
    given_stock({lamp: 5}, seattle)
    entries = StockMovement.objects.filter(item=lamp)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entries.update(**change) if change else entries.delete()

    assert entries.get().physical_change == 5


@pytest.mark.django_db(transaction=True)
def test_one_delivery_note_sent_many_times_at_once_counts_once(lamp, seattle):
    def receive():
        return run_transaction(
            receive_stock, warehouse=seattle, item=lamp, quantity=5, reference="DN-1"
        ).is_new

    assert sorted(at_once(*[receive] * 8)) == [False] * 7 + [True]
    assert stock_left(lamp) == (5,)


@pytest.mark.django_db(transaction=True)
def test_receipts_and_discards_at_once_all_count(lamp, rug, seattle, dallas):
    given_stock({lamp: 50, rug: 50}, seattle)
    given_stock({lamp: 50, rug: 50}, dallas)

    calls = []
    for item in (lamp, rug):
        for warehouse in (seattle, dallas):
            key = {"warehouse": warehouse, "item": item}
            calls.append(lambda key=key: run_transaction(receive_stock, quantity=3, **key))
            calls.append(lambda key=key: run_transaction(discard_stock, quantity=2, **key))
    results = at_once(*calls)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert stock_left(lamp, rug) == (102, 102)
