"""The audit of the conservation law, recorded moments, and an item's timeline."""

import json
import threading

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from catalog.models import AggregatedStock
from orders.cancellation import cancel_order
from tests.support.factories import given_stock
from tests.support.stories import hold, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.receiving import receive_stock
from warehouses.models import WarehouseStock
from warehouses.stock.audit import find_breaches, item_balance
from warehouses.stock.history import record_moment, stock_at
from warehouses.stock.tracing import trace_item


def stock_by_row(moment) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the physical and available stock at a moment, by SKU and warehouse."""
    return {
        (row.sku, row.warehouse): (row.physical_stock, row.available_stock)
        for row in stock_at(moment.at)
    }


def test_a_unit_without_origin_is_a_breach(lamp, rug, seattle):
    given_stock({lamp: 5, rug: 5}, seattle)

    AggregatedStock.objects.filter(item=lamp).update(stock=6)

    [breach] = find_breaches()
    assert (breach.sku, breach.warehouse, breach.numbers["stock"]) == ("LAMP", None, 6)


def test_a_stock_row_that_differs_from_the_ledger_is_a_breach(lamp, seattle):
    given_stock({lamp: 5}, seattle)

    WarehouseStock.objects.filter(item=lamp).update(physical_stock=6)

    [breach] = find_breaches()
    assert (breach.sku, breach.warehouse) == ("LAMP", "SEA1")
    assert not item_balance(lamp.pk)["conserved"]


def test_the_command_reports_no_breaches(lamp, seattle, capsys):
    given_stock({lamp: 5}, seattle)

    call_command("audit_stock")
    call_command("audit_stock", "--json")

    plain, as_json = capsys.readouterr().out.splitlines()
    assert plain == "0 orders and 1 items, 0 break the conservation law"
    assert json.loads(as_json) == {"items": 1, "orders": 0, "breaches": []}


def test_the_command_names_each_breach_and_fails(lamp, rug, seattle, capsys):
    given_stock({lamp: 5, rug: 5}, seattle)
    AggregatedStock.objects.filter(item=lamp).update(stock=6)

    with pytest.raises(SystemExit) as stop:
        call_command("audit_stock")

    assert stop.value.code == 1
    assert capsys.readouterr().out.startswith("LAMP: stock=6, held=0, unassigned=0, available=5")


def test_an_invalid_time_is_refused(db):
    with pytest.raises(CommandError, match="with its zone"):
        call_command("audit_stock", "--at", "yesterday")


@pytest.mark.django_db(transaction=True)
def test_any_recorded_moment_can_be_rebuilt(alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    first = record_moment()
    placed, _ = order_and_assign(alice, {lamp: 3})
    second = record_moment()
    cancel_order(order_id=placed.pk)

    assert stock_by_row(first) == {("LAMP", "SEA1"): (5, 5)}
    assert stock_by_row(second) == {("LAMP", "SEA1"): (5, 2)}
    assert stock_by_row(record_moment()) == {("LAMP", "SEA1"): (5, 5)}


@pytest.mark.django_db(transaction=True)
def test_a_movement_not_committed_at_the_moment_does_not_count(lamp, seattle):
    given_stock({lamp: 5}, seattle)
    written, recorded = threading.Event(), threading.Event()

    def receive_slowly():
        with transaction.atomic():
            receive_stock(warehouse=seattle, item=lamp, quantity=7)
            written.set()
            recorded.wait(20)
        connection.close()

    clerk = threading.Thread(target=receive_slowly)
    clerk.start()
    written.wait(20)
    moment = record_moment()
    recorded.set()
    clerk.join()

    assert stock_by_row(moment) == {("LAMP", "SEA1"): (5, 5)}
    assert stock_by_row(record_moment()) == {("LAMP", "SEA1"): (12, 12)}


@pytest.mark.django_db(transaction=True)
def test_an_item_has_one_timeline(alice, bob, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 2})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    hold(bob, {lamp: 1})

    events = [(event.kind, event.units) for event in trace_item(sku="LAMP")]

    assert events == [
        ("received", 5),
        ("held", 2),
        ("ordered", 2),
        ("hold submitted", 2),
        ("assigned", -2),
        ("shipped", -2),
        ("held", 1),
    ]


def test_the_timeline_is_printed(lamp, seattle, capsys):
    given_stock({lamp: 5}, seattle)

    call_command("trace_item", "LAMP")

    assert "received" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no item"):
        call_command("trace_item", "NOTHING")
