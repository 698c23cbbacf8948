"""Assignment by cost, in the real database: batches, explanations, foresight."""

import pytest
from django.core.management import CommandError
from django.db import DataError

from catalog.models import Item
from orders.cancellation import cancel_order
from orders.models import Order
from tests.support.concurrency import at_once
from tests.support.factories import UserFactory, WarehouseFactory, given_stock
from tests.support.outcomes import said_by, ships
from tests.support.stories import order
from warehouses import tasks
from warehouses.assignment import assigning
from warehouses.assignment.assigning import assign_orders, orders_to_assign
from warehouses.assignment.forecasting import refresh_bid_prices
from warehouses.assignment.preview import preview_assignment
from warehouses.assignment.records import picks_of, replayed
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

    assert ships(placed) == ["WEST"]
    decision = placed.warehouse_orders.get().decision
    assert decision["reason"].startswith("1 parcel from WEST: ")
    assert "cheaper than EAST" in decision["reason"]
    chosen, other = decision["considered"]
    assert chosen["total"] == chosen["parcels"] + chosen["weight"] < other["total"]


def test_staff_write_new_rates_and_they_count(alice, lamp, west, east):
    given_stock({lamp: 5}, west)
    given_stock({lamp: 5}, east)
    table = RateTable.objects.create(note="near is dear")
    ZoneRate.objects.create(table=table, up_to_km=500, parcel=9000, per_kg=10, days=1)
    ZoneRate.objects.create(table=table, up_to_km=None, parcel=100, per_kg=10, days=9)

    placed = order(alice, {lamp: 1})
    tasks.assign_submitted_orders()

    assert ships(placed) == ["EAST"]


def test_a_batch_takes_few_statements_and_each_order_stands_by_itself(
    alice, lamp, rug, west, monkeypatch, django_assert_max_num_queries
):
    given_stock({lamp: 50, rug: 50}, west)
    customers = [alice, *UserFactory.create_batch(5)]
    placed = [order(customer, {lamp: 1, rug: 2}) for customer in customers]
    bad = placed[3]
    cheapest = STRATEGIES["cheapest"]

    def moody(lines, availability, destination, warehouses):
        if warehouses and bad.pk == orders_seen.pop(0):
            raise RuntimeError("not this one")
        return cheapest(lines, availability, destination, warehouses)

    orders_seen = [one.pk for one in placed]
    monkeypatch.setitem(STRATEGIES, "cheapest", moody)

    with django_assert_max_num_queries(24):
        failures = assign_orders(order_ids=[one.pk for one in placed])

    assert list(failures) == [bad.pk]
    assert [ships(one) for one in placed] == [["WEST"]] * 3 + [[]] + [["WEST"]] * 2
    assert "not this one" in BackorderRetry.objects.get().reason


def test_two_workers_share_the_orders(lamp, west):
    given_stock({lamp: 30}, west)
    placed = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(20)]
    ids = [one.pk for one in placed]

    at_once(*[lambda: assign_orders(order_ids=ids)] * 4)
    tasks.assign_submitted_orders()

    assert [ships(one) for one in placed] == [["WEST"]] * 20


def test_what_nobody_has_waits_ever_longer_and_is_found_again(alice, lamp, west, rug):
    given_stock({lamp: 5}, west)
    placed = order(alice, {lamp: 1})
    WarehouseStock.objects.update(available_stock=0)  # as if it were promised elsewhere

    tasks.assign_submitted_orders()
    first = BackorderRetry.objects.get()
    assert (first.tries, orders_to_assign()) == (1, [])
    assert first.reason == assigning.NOT_THERE
    assert longest_wait() > 0

    BackorderRetry.objects.update(retry_at="2020-01-01T00:00Z")
    tasks.assign_submitted_orders()
    assert BackorderRetry.objects.get().tries == 2

    WarehouseStock.objects.update(available_stock=5)
    BackorderRetry.objects.update(retry_at="2020-01-01T00:00Z")
    tasks.assign_submitted_orders()
    assert ships(placed) == ["WEST"]
    assert not BackorderRetry.objects.exists()
    assert longest_wait() == 0


def test_addresses_that_nobody_can_place_are_assigned_all_the_same(alice, lamp, west, east):
    given_stock({lamp: 9}, west)
    for address in ({"postal_code": "00000", "country": "US"}, {"country": "XX"}, {}):
        placed = order(UserFactory(), {lamp: 1})
        Order.objects.filter(pk=placed.pk).update(shipping_address=address)
        tasks.assign_submitted_orders()
        assert ships(placed) == ["WEST"]


def test_decisions_are_explained_and_come_out_the_same_again(alice, bob, lamp, rug, west, east):
    given_stock({lamp: 5, rug: 1}, west)
    given_stock({lamp: 5, rug: 5}, east)
    placed = [order(alice, {lamp: 2, rug: 3}), order(bob, {lamp: 1})]
    tasks.assign_submitted_orders()

    for decision in Decision.objects.all():
        assert replayed(decision, STRATEGIES["cheapest"]) == picks_of(decision)
    assert said_by("replay_assignments").startswith("2 the same")

    told = said_by("explain_assignment", placed[0].number)
    assert "chosen: " in told
    assert "wanted: 2 × Brass desk lamp of 500 g" in told
    assert "WEST, " in told

    Decision.objects.filter(order=placed[0]).update(outputs={"picks": []})
    with pytest.raises(CommandError, match=placed[0].number):
        said_by("replay_assignments")


def test_decisions_of_another_version_are_not_asked_again(alice, lamp, west):
    given_stock({lamp: 5}, west)
    order(alice, {lamp: 2})
    tasks.assign_submitted_orders()
    Decision.objects.update(version=1, outputs={"picks": []})

    told = said_by("replay_assignments")

    assert told == "0 the same, 1 not ours or of another version, 0 other\n"


def test_a_preview_changes_nothing(lamp, west, east):
    given_stock({lamp: 5}, west)

    told = said_by("preview_assignment", "98109", f"{lamp.sku}:2")

    assert "WEST: 2 × LAMP" in told
    assert not WarehouseOrder.objects.exists()
    with pytest.raises(CommandError, match="no item NOPE"):
        said_by("preview_assignment", "98109", "NOPE")
    with pytest.raises(Item.DoesNotExist):
        preview_assignment(quantities={0: 1}, address={})


def test_foresight_keeps_near_units_for_those_who_will_need_them(lamp, west, east, settings):
    """The few units in the east are for the many customers there."""
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

    value = dict(BidPrice.objects.values_list("warehouse__code", "value"))
    assert value["CENTRAL"] > value["WEST"]
    assert "EAST" not in value or value["EAST"] >= 0
    preview = preview_assignment(quantities={lamp.pk: 1}, address=dallas)
    assert preview.considered[0].total > 0


def test_values_that_are_too_old_say_nothing(alice, lamp, west, east, settings):
    settings.ASSIGNMENT_STRATEGY = "foresighted"
    given_stock({lamp: 5}, west)
    given_stock({lamp: 5}, east)
    BidPrice.objects.create(item=lamp, warehouse=west, value=10**9)
    address = {"postal_code": "98109", "country": "US"}

    fresh = preview_assignment(quantities={lamp.pk: 1}, address=address)
    BidPrice.objects.update(computed_at="2020-01-01T00:00Z")
    stale = preview_assignment(quantities={lamp.pk: 1}, address=address)

    chosen = [one.picks[0].warehouse_id for one in (fresh, stale)]
    assert chosen == [east.pk, west.pk]


def test_a_warehouse_that_closes_meanwhile_gets_nothing_more(lamp, west, east):
    given_stock({lamp: 20}, west)
    given_stock({lamp: 20}, east)
    placed = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(8)]
    ids = [one.pk for one in placed]

    at_once(
        lambda: assign_orders(order_ids=ids[:4]),
        lambda: close_warehouse(warehouse_id=west.pk),
        lambda: assign_orders(order_ids=ids[4:]),
    )
    tasks.assign_submitted_orders()

    assert all(len(ships(one)) == 1 for one in placed)
    late = order(UserFactory(), {lamp: 1})
    tasks.assign_submitted_orders()
    assert ships(late) == ["EAST"]


def test_an_order_that_cannot_be_written_stops_no_other(lamp, west, monkeypatch):
    given_stock({lamp: 9}, west)
    placed = [order(customer, {lamp: 1}) for customer in UserFactory.create_batch(3)]
    decide = assigning._decide

    def decide_or_fail(one, *args):
        if one.pk == placed[0].pk:
            raise DataError("no table keeps that")
        return decide(one, *args)

    monkeypatch.setattr(assigning, "_decide", decide_or_fail)
    tasks.assign_submitted_orders()

    assert [ships(one) for one in placed] == [[], ["WEST"], ["WEST"]]
    assert "no table keeps that" in placed[0].backorder_retry.reason
    assert orders_to_assign() == []


def test_who_cancels_waits_no_longer(alice, lamp, west):
    given_stock({lamp: 5}, west)
    placed = order(alice, {lamp: 1})
    WarehouseStock.objects.update(available_stock=0)
    tasks.assign_submitted_orders()
    WarehouseStock.objects.update(available_stock=5)

    cancel_order(order_id=placed.pk)

    assert not BackorderRetry.objects.exists()
