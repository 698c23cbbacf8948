"""Each change leaves its events, in the transaction of the change."""

import pytest
from django.db import connection
from django.db.models import F

from catalog.items import update_item, upsert_items
from catalog.models import AggregatedStock, Item
from orders.cancellation import cancel_order
from orders.checkout.expiry import release_expired_checkouts
from shop.integrations.models import Event
from tests.support.factories import given_stock
from tests.support.stories import expire_hold, hold, order, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.receiving import receive_stock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


@pytest.fixture
def recorded(lamp, rug):
    """Return a function that lists the events from now on, as (type, resource)."""
    given_stock({lamp: 10, rug: 10})
    Event.objects.all().delete()
    return lambda **about: list(
        Event.objects.filter(**about).in_order().values_list("type", "resource")
    )


def test_an_order_leaves_an_event_at_each_step(alice, lamp, recorded):
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z999")

    steps = ["order.submitted", "order.assigned", "shipment.shipped"]
    assert recorded(user_id=alice.pk) == [(step, f"order:{placed.number}") for step in steps]
    shipped = Event.objects.get(type="shipment.shipped").data
    assert (shipped["order"], shipped["shipment"]) == (placed.number, parcel.pk)


def test_a_cancelled_order_and_an_expired_hold_are_recorded_once(alice, bob, lamp, recorded):
    placed = order(alice, {lamp: 2})
    cancel_order(order_id=placed.pk)
    cancel_order(order_id=placed.pk)
    held = hold(bob, {lamp: 1})
    expire_hold(held)
    release_expired_checkouts()
    release_expired_checkouts()

    assert recorded(type="order.cancelled") == [("order.cancelled", f"order:{placed.number}")]
    assert recorded(user_id=bob.pk) == [("checkout.expired", f"checkout:{held.pk}")]


def test_stock_is_recorded_when_it_changes_and_when_it_becomes_low(alice, lamp, rug, recorded):
    hold(alice, {lamp: 5, rug: 6})

    both = [("stock.changed", f"item:{lamp.pk}"), ("stock.changed", f"item:{rug.pk}")]
    assert sorted(recorded()) == [*both, ("stock.low", f"item:{rug.pk}")]
    assert Event.objects.get(type="stock.low").data == {
        "item_id": rug.pk,
        "sku": "RUG",
        "stock": 4,
    }


def test_stock_that_stays_low_is_recorded_once(alice, bob, lamp, recorded):
    hold(alice, {lamp: 6})
    hold(bob, {lamp: 1})

    assert len(recorded(type="stock.low")) == 1


def test_the_threshold_of_low_stock_is_a_setting_of_the_connection(alice, lamp, recorded):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL shop.low_stock = 9")

    hold(alice, {lamp: 2})

    assert len(recorded(type="stock.low")) == 1


def test_a_statement_that_changes_nothing_records_nothing(lamp, rug, recorded):
    AggregatedStock.objects.update(stock=F("stock"))
    Item.objects.update(updated_at=lamp.updated_at, sized_image="x")

    assert recorded() == []


def test_a_new_item_and_a_changed_one_are_recorded(lamp, recorded):
    update_item(item_id=lamp.pk, price="1.00")
    update_item(item_id=lamp.pk, price="1.00")
    upsert_items([{"sku": "NEW", "name": "New", "price": "2.00"}])

    new = Item.objects.get(sku="NEW")
    assert recorded() == [
        ("item.updated", f"item:{lamp.pk}"),
        ("item.updated", f"item:{new.pk}"),
    ]


def test_hand_written_sql_is_recorded_too(lamp, seattle, recorded):
    receive_stock(warehouse=seattle, item=lamp, quantity=3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_item SET name = 'By hand' WHERE id = %s", [lamp.pk])

    assert recorded() == [("stock.changed", f"item:{lamp.pk}"), ("item.updated", f"item:{lamp.pk}")]


def test_events_hold_no_names_and_no_addresses(alice, lamp, recorded):
    _, [parcel] = order_and_assign(alice, {lamp: 2})
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z999")

    facts = str(list(Event.objects.values("type", "resource", "data")))
    assert not any(word in facts for word in ("Alice", "alice@", "Broad St", "98109"))
