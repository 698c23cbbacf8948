"""Sales statistics of items."""

import pytest

from catalog.models import CoPurchase, ItemChange, Popularity
from orders.cancellation import cancel_order
from orders.sales_statistics import count_co_purchases, count_popularity
from tests.support.factories import given_stock
from tests.support.stories import order

pytestmark = pytest.mark.django_db(transaction=True)


def test_units_ordered_are_counted_without_those_cancelled(alice, bob, lamp, rug):
    given_stock({lamp: 9, rug: 9})
    order(alice, {lamp: 3})
    cancel_order(order_id=order(bob, {rug: 2}).pk)
    ItemChange.objects.all().delete()

    changed = count_popularity()

    assert changed == 1
    assert dict(Popularity.objects.values_list("item", "units")) == {lamp.pk: 3}
    assert [change.item_id for change in ItemChange.objects.all()] == [lamp.pk]
    assert count_popularity() == 0


def test_an_item_without_recent_orders_has_no_popularity(alice, lamp):
    given_stock({lamp: 9})
    Popularity.objects.create(item=lamp, units=50)

    count_popularity()

    assert Popularity.objects.get(item=lamp).units == 0


def test_items_ordered_together_twice_are_a_pair(alice, bob, lamp, rug, seattle):
    given_stock({lamp: 9, rug: 9})
    order(alice, {lamp: 1, rug: 1})
    assert count_co_purchases() == 0
    order(bob, {lamp: 1, rug: 2})

    for _ in range(2):
        count_co_purchases()

    pairs = set(CoPurchase.objects.values_list("item", "other", "orders"))
    assert pairs == {(lamp.pk, rug.pk, 2), (rug.pk, lamp.pk, 2)}
