"""Assignment by cost, in the real database: batches, explanations, bid prices."""

import pytest
from django.core.management import CommandError
from django.db import DataError

from catalog.models import Item
from orders.cancellation import cancel_order
from orders.models import Order
from tests.support.concurrency import at_once
from tests.support.factories import UserFactory, WarehouseFactory, given_stock
from tests.support.processes import command_output
from tests.support.stories import order, shipping_codes
from warehouses import tasks
from warehouses.assignment import assigning, decision_writing
from warehouses.assignment.assigning import assign_orders, orders_to_assign
from warehouses.assignment.forecasting import refresh_bid_prices
from warehouses.assignment.preview import preview_assignment
from warehouses.assignment.records import recorded_picks, replay
from warehouses.assignment.strategies.registry import STRATEGIES
from warehouses.fulfilment.backlog import longest_wait
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import (
    BackorderRetry,
    BidPrice,
    Decision,
    RateTable,
    WarehouseOrder,
    WarehouseStock,
    ZoneRate,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("conserved", "by_cost"),
]

DALLAS = {"latitude": 32.8, "longitude": -96.8}


def test_the_near_warehouse_ships_and_says_why(alice, lamp, west, east):
    given_stock({lamp: 5}, west)
    given_stock({lamp: 5}, east)
    placed = order(alice, {lamp: 1})

    tasks.assign_submitted_orders()

    assert shipping_codes(placed) == ["WEST"]
    decision = placed.warehouse_orders.get().decision
    assert decision["reason"].startswith("1 parcel from WEST: ")
    assert "cheaper than EAST" in decision["reason"]
    chosen, other = decision["considered"]
    assert chosen["total"] == chosen["parcels"] + chosen["weight"] < other["total"]


def test_new_rates_of_staff_count(alice, lamp, west, east):
    given_stock({lamp: 5}, west)
    given_stock({lamp: 5}, east)
    table = RateTable.objects.create(note="near is dear")
    ZoneRate.objects.create(table=table, up_to_km=500, parcel_price=9000, price_per_kg=10, days=1)
    ZoneRate.objects.create(table=table, up_to_km=None, parcel_price=100, price_per_kg=10, days=9)

    placed = order(alice, {lamp: 1})
    tasks.assign_submitted_orders()

    assert shipping_codes(placed) == ["EAST"]


def test_a_batch_takes_few_statements_and_each_order_fails_by_itself(
    alice, lamp, rug, west, monkeypatch, django_assert_max_num_queries
):
    given_stock({lamp: 50, rug: 50}, west)
    customers = [alice, *UserFactory.create_batch(5)]
    orders = [order(customer, {lamp: 1, rug: 2}) for customer in customers]
    bad = orders[3]
    cheapest = STRATEGIES["cheapest"]

    def fail_for_bad(lines, availability, destination, warehouses):
        if warehouses and bad.pk == ids_in_turn.pop(0):
            raise RuntimeError("not this one")
        return cheapest(lines, availability, destination, warehouses)

    ids = [order.pk for order in orders]
    ids_in_turn = list(ids)
    monkeypatch.setitem(STRATEGIES, "cheapest", fail_for_bad)

    with django_assert_max_num_queries(24):
        failures = assign_orders(order_ids=ids)

    assert list(failures) == [bad.pk]
    assert [shipping_codes(placed) for placed in orders] == [["WEST"]] * 3 + [[]] + [["WEST"]] * 2
    assert "not this one" in BackorderRetry.objects.get().reason


def test_two_workers_share_the_orders(lamp, west):
    given_stock({lamp: 30}, west)
    orders = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(20)]
    ids = [placed.pk for placed in orders]

    at_once(*[lambda: assign_orders(order_ids=ids)] * 4)
    tasks.assign_submitted_orders()

    assert [shipping_codes(placed) for placed in orders] == [["WEST"]] * 20


def test_a_backordered_order_is_retried_after_longer_and_longer_waits(alice, lamp, west, rug):
    given_stock({lamp: 5}, west)
    placed = order(alice, {lamp: 1})
    WarehouseStock.objects.update(available_stock=0)  # as if it were assigned elsewhere

    tasks.assign_submitted_orders()
    first = BackorderRetry.objects.get()
    assert (first.attempts, orders_to_assign()) == (1, [])
    assert first.reason == decision_writing.UNAVAILABLE_REASON
    assert longest_wait() > 0

    BackorderRetry.objects.update(retry_at="2020-01-01T00:00Z")
    tasks.assign_submitted_orders()
    assert BackorderRetry.objects.get().attempts == 2

    WarehouseStock.objects.update(available_stock=5)
    BackorderRetry.objects.update(retry_at="2020-01-01T00:00Z")
    tasks.assign_submitted_orders()
    assert shipping_codes(placed) == ["WEST"]
    assert not BackorderRetry.objects.exists()
    assert longest_wait() == 0


def test_orders_to_unknown_locations_are_assigned_too(alice, lamp, west, east):
    given_stock({lamp: 9}, west)
    for address in ({"postal_code": "00000", "country": "US"}, {"country": "XX"}, {}):
        placed = order(UserFactory(), {lamp: 1})
        Order.objects.filter(pk=placed.pk).update(shipping_address=address)
        tasks.assign_submitted_orders()
        assert shipping_codes(placed) == ["WEST"]


def test_decisions_are_explained_and_replayed_with_the_same_result(
    alice, bob, lamp, rug, west, east
):
    given_stock({lamp: 5, rug: 1}, west)
    given_stock({lamp: 5, rug: 5}, east)
    orders = [order(alice, {lamp: 2, rug: 3}), order(bob, {lamp: 1})]
    tasks.assign_submitted_orders()

    for decision in Decision.objects.all():
        assert replay(decision, STRATEGIES["cheapest"]) == recorded_picks(decision)
    assert command_output("replay_assignments").startswith("2 the same")

    output = command_output("explain_assignment", orders[0].number)
    assert "chosen: " in output
    assert "wanted: 2 × Brass desk lamp of 500 g" in output
    assert "WEST, " in output

    Decision.objects.filter(order=orders[0]).update(outputs={"picks": []})
    with pytest.raises(CommandError, match=orders[0].number):
        command_output("replay_assignments")


def test_decisions_of_another_version_are_not_replayed(alice, lamp, west):
    given_stock({lamp: 5}, west)
    order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    Decision.objects.update(version=1, outputs={"picks": []})

    output = command_output("replay_assignments")

    assert output == "0 the same, 1 not ours or of another version, 0 other\n"


def test_a_preview_changes_nothing(lamp, west, east):
    given_stock({lamp: 5}, west)

    output = command_output("preview_assignment", "98109", f"{lamp.sku}:2")

    assert "WEST: 2 × LAMP" in output
    assert not WarehouseOrder.objects.exists()
    with pytest.raises(CommandError, match="no item NOPE"):
        command_output("preview_assignment", "98109", "NOPE")
    with pytest.raises(Item.DoesNotExist):
        preview_assignment(quantities={0: 1}, address={})


def test_bid_prices_keep_near_units_for_later_orders(lamp, west, east, settings):
    """Units near the many customers in Dallas have the higher bid price."""
    settings.ASSIGNMENT_STRATEGY = "foresighted"
    dallas = {"postal_code": "75201", "country": "US"}
    central = WarehouseFactory(code="CENTRAL", name="Central", **DALLAS)
    given_stock({lamp: 60}, central)
    for customer in UserFactory.create_batch(12):
        placed = order(customer, {lamp: 4})
        Order.objects.filter(pk=placed.pk).update(
            shipping_address={"postal_code": "75201", "country": "US"}
        )
    tasks.assign_submitted_orders()
    given_stock({lamp: 10}, west)

    assert refresh_bid_prices() == 1

    price = dict(BidPrice.objects.values_list("warehouse__code", "price"))
    assert price["CENTRAL"] > price["WEST"]
    assert "EAST" not in price or price["EAST"] >= 0
    preview = preview_assignment(quantities={lamp.pk: 1}, address=dallas)
    assert preview.considered[0].total > 0


def test_bid_prices_that_are_too_old_do_not_count(alice, lamp, west, east, settings):
    settings.ASSIGNMENT_STRATEGY = "foresighted"
    given_stock({lamp: 5}, west)
    given_stock({lamp: 5}, east)
    BidPrice.objects.create(item=lamp, warehouse=west, price=10**9)
    address = {"postal_code": "98109", "country": "US"}

    fresh = preview_assignment(quantities={lamp.pk: 1}, address=address)
    BidPrice.objects.update(computed_at="2020-01-01T00:00Z")
    stale = preview_assignment(quantities={lamp.pk: 1}, address=address)

    warehouse_ids = [preview.picks[0].warehouse_id for preview in (fresh, stale)]
    assert warehouse_ids == [east.pk, west.pk]


def test_a_warehouse_that_closes_meanwhile_gets_no_more_orders(lamp, west, east):
    given_stock({lamp: 20}, west)
    given_stock({lamp: 20}, east)
    orders = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(8)]
    ids = [placed.pk for placed in orders]

    at_once(
        lambda: assign_orders(order_ids=ids[:4]),
        lambda: close_warehouse(warehouse_id=west.pk),
        lambda: assign_orders(order_ids=ids[4:]),
    )
    tasks.assign_submitted_orders()

    assert all(len(shipping_codes(placed)) == 1 for placed in orders)
    late = order(UserFactory(), {lamp: 1})
    tasks.assign_submitted_orders()
    assert shipping_codes(late) == ["EAST"]


def test_an_order_that_cannot_be_written_stops_no_other(lamp, west, monkeypatch):
    given_stock({lamp: 9}, west)
    orders = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(3)]
    decide = assigning._decide

    def decide_or_fail(order, *args):
        if order.pk == orders[0].pk:
            raise DataError("no table keeps that")
        return decide(order, *args)

    monkeypatch.setattr(assigning, "_decide", decide_or_fail)
    tasks.assign_submitted_orders()

    assert [shipping_codes(placed) for placed in orders] == [[], ["WEST"], ["WEST"]]
    assert "no table keeps that" in orders[0].backorder_retry.reason
    assert orders_to_assign() == []


def test_a_cancelled_order_waits_no_longer(alice, lamp, west):
    given_stock({lamp: 5}, west)
    placed = order(alice, {lamp: 1})
    WarehouseStock.objects.update(available_stock=0)
    tasks.assign_submitted_orders()
    WarehouseStock.objects.update(available_stock=5)

    cancel_order(order_id=placed.pk)

    assert not BackorderRetry.objects.exists()
