"""Verbs of the cart: quantities, limits, prices, merging."""

import pytest

from cart.cart import (
    accept_new_prices,
    add_item_to_cart,
    cart_lines,
    cart_of,
    fit_cart_to_stock,
    remove_item_from_cart,
    update_item_in_cart,
)
from cart.exceptions import CartFull, OutOfStock, TooManyUnits
from cart.models import Cart, CartItem
from cart.visitor_carts import merge_carts
from catalog.items import update_item
from catalog.models import Item
from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import given_stock


@pytest.fixture
def cart(alice):
    return cart_of(alice)


@pytest.fixture
def visitor_cart(db):
    return Cart.objects.create()


def quantities(cart) -> dict[str, int]:
    return dict(CartItem.objects.filter(cart=cart).values_list("item__sku", "quantity"))


def test_a_quantity_is_set_not_added(cart, lamp):
    given_stock({lamp: 10})

    update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=3)
    update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=2)

    assert quantities(cart) == {"LAMP": 2}


def test_adding_again_adds_up(cart, lamp):
    given_stock({lamp: 10})

    add_item_to_cart(cart=cart, item_id=lamp.pk, quantity=3)
    add_item_to_cart(cart=cart, item_id=lamp.pk, quantity=2)

    assert quantities(cart) == {"LAMP": 5}


def test_an_item_without_stock_cannot_be_added(cart, lamp):
    with pytest.raises(OutOfStock):
        update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=1)

    assert quantities(cart) == {}


def test_an_item_that_is_not_sold_cannot_be_added(cart, lamp):
    given_stock({lamp: 10})
    update_item(item_id=lamp.pk, is_active=False)

    with pytest.raises(Item.DoesNotExist):
        update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=1)


def test_more_units_than_one_may_buy_are_refused(cart, lamp, settings):
    settings.MAX_UNITS_PER_ITEM = 5
    given_stock({lamp: 10})

    with pytest.raises(TooManyUnits) as refusal:
        update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=6)

    assert (refusal.value.wanted, refusal.value.limit) == (6, 5)
    assert quantities(cart) == {}


def test_a_full_cart_takes_no_more_items(cart, lamp, rug, monkeypatch):
    monkeypatch.setattr("cart.cart.MAX_LINES", 1)
    given_stock({lamp: 10, rug: 10})
    update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=1)

    with pytest.raises(CartFull):
        update_item_in_cart(cart=cart, item_id=rug.pk, quantity=1)

    update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=2)
    assert quantities(cart) == {"LAMP": 2}


def test_removing_an_item_that_is_not_in_the_cart_changes_nothing(cart, lamp, rug):
    given_stock({lamp: 10})
    update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=1)

    remove_item_from_cart(cart=cart, item_id=rug.pk)

    assert quantities(cart) == {"LAMP": 1}


def test_a_line_has_a_new_price_until_it_is_accepted(cart, lamp):
    given_stock({lamp: 10})
    update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=1)
    update_item(item_id=lamp.pk, price="59.95")

    before = [line.has_new_price for line in cart_lines(cart)]
    accept_new_prices(cart=cart)

    assert before == [True]
    assert [line.has_new_price for line in cart_lines(cart)] == [False]


def test_a_cart_is_fitted_to_what_is_left(cart, lamp, rug):
    given_stock({lamp: 2})
    CartItem.objects.create(cart=cart, item=lamp, quantity=5, price_seen=lamp.price)
    CartItem.objects.create(cart=cart, item=rug, quantity=1, price_seen=rug.price)

    fit_cart_to_stock(cart=cart)

    assert quantities(cart) == {"LAMP": 2}


def test_a_visitors_cart_is_merged_into_the_customers(alice, cart, visitor_cart, lamp, rug):
    given_stock({lamp: 4, rug: 4})
    update_item_in_cart(cart=cart, item_id=lamp.pk, quantity=3)
    update_item_in_cart(cart=visitor_cart, item_id=lamp.pk, quantity=2)
    update_item_in_cart(cart=visitor_cart, item_id=rug.pk, quantity=1)

    changes = merge_carts(visitor_cart_id=visitor_cart.pk, customer=alice)

    assert quantities(cart) == {"LAMP": 4, "RUG": 1}
    assert [(change.item, change.wanted, change.quantity) for change in changes] == [(lamp, 5, 4)]
    assert not Cart.objects.filter(pk=visitor_cart.pk).exists()


def test_merging_never_takes_another_customers_cart(alice, bob, lamp):
    given_stock({lamp: 4})
    cart_of_bob = cart_of(bob)
    update_item_in_cart(cart=cart_of_bob, item_id=lamp.pk, quantity=1)

    merge_carts(visitor_cart_id=cart_of_bob.pk, customer=alice)

    assert quantities(cart_of_bob) == {"LAMP": 1}
    assert quantities(cart_of(alice)) == {}


@pytest.mark.django_db(transaction=True)
def test_two_merges_of_the_same_cart_add_it_once(alice, cart, visitor_cart, lamp):
    given_stock({lamp: 9})
    update_item_in_cart(cart=visitor_cart, item_id=lamp.pk, quantity=2)

    def merge():
        return run_transaction(merge_carts, visitor_cart_id=visitor_cart.pk, customer=alice)

    assert at_once(merge, merge, merge, merge) == [[], [], [], []]
    assert quantities(cart) == {"LAMP": 2}


@pytest.mark.django_db(transaction=True)
def test_additions_at_once_all_count(cart, lamp):
    given_stock({lamp: 99})

    def add():
        return run_transaction(add_item_to_cart, cart=cart, item_id=lamp.pk, quantity=2)

    at_once(*[add] * 8)

    assert quantities(cart) == {"LAMP": 16}
