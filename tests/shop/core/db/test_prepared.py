"""Prepared queries return the same rows as their querysets."""

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from catalog.models import AggregatedStock, Item
from orders.models import Order
from shop.core.db.prepared import among, prepared, set_related
from tests.support.concurrency import at_once
from tests.support.factories import ItemFactory, given_stock

pytestmark = pytest.mark.django_db(transaction=True)


@prepared
def items_with_stock(item_ids, brand):
    """Some items of a brand."""
    items = Item.objects.filter(among("pk", item_ids), brand=brand, is_active=True)
    return items.select_related("aggregated_stock").order_by("-pk")


@prepared
def stock_to_lock(item_ids):
    stock = AggregatedStock.objects.filter(among("item_id", item_ids))
    return stock.order_by("item_id").select_for_update(no_key=True)


def test_each_call_binds_its_own_values():
    lamp, rug, sofa = ItemFactory.create_batch(3, brand="Acme")
    given_stock({lamp: 5})

    both = items_with_stock(item_ids=[lamp.pk, sofa.pk], brand="Acme")
    other = items_with_stock(item_ids=[rug.pk], brand="Acme")
    none = items_with_stock(item_ids=[rug.pk], brand="Other")

    assert (both, other, none) == ([sofa, lamp], [rug], [])
    assert both[1].aggregated_stock.stock == 5
    assert items_with_stock.__doc__ == "Some items of a brand."


def test_a_constant_of_the_queryset_stays():
    lamp = ItemFactory(brand="Acme", is_active=False)

    assert items_with_stock(item_ids=[lamp.pk], brand="Acme") == []


def test_threads_use_their_own_connections():
    lamp = ItemFactory(brand="Acme")
    items_with_stock(item_ids=[lamp.pk], brand="Acme")

    results = at_once(*[lambda: items_with_stock(item_ids=[lamp.pk], brand="Acme")] * 4)

    assert results == [[lamp]] * 4


def test_a_lock_outside_of_a_transaction_is_refused():
    lamp = ItemFactory()
    with transaction.atomic():
        assert [row.item_id for row in stock_to_lock(item_ids=[lamp.pk])] == [lamp.pk]

    with pytest.raises(TransactionManagementError):
        stock_to_lock(item_ids=[lamp.pk])


def test_attached_rows_are_not_read_again(alice, django_assert_num_queries):
    order = Order(customer=alice, pk=1)

    set_related(order, "lines", ["first", "second"])

    with django_assert_num_queries(0):
        assert list(order.lines.all()) == ["first", "second"]
