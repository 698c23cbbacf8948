"""Submission and cancellation of orders."""

import pytest

from cart.cart import cart_of
from cart.models import CartItem
from catalog.items import update_item
from orders.cancellation import cancel_items, cancel_order
from orders.checkout.expiry import release_expired_checkouts
from orders.checkout.holds import begin_checkout, cancel_checkout
from orders.exceptions import CheckoutExpired, CheckoutNotFound, NotThatMany
from orders.models import Checkout, Order
from orders.ordering import submit_order
from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left
from tests.support.stories import ADDRESS, expire_hold, hold, order, put_in_cart, submit

pytestmark = pytest.mark.usefixtures("conserved")


def test_an_order_is_written_from_the_held_lines(alice, lamp, rug):
    given_stock({lamp: 5, rug: 5})
    checkout = hold(alice, {lamp: 2})
    put_in_cart(alice, {lamp: 1, rug: 3})
    update_item(item_id=lamp.pk, price="99.00", name="Renamed lamp")

    placed = submit(checkout)

    [line] = placed.lines.all()
    assert (line.item, line.quantity, str(line.price)) == (lamp, 2, "49.95")
    assert str(placed.price) == "99.90"
    assert not CartItem.objects.filter(cart=cart_of(alice)).exists()
    assert stock_left(lamp, rug) == (3, 5)


def test_submitting_again_returns_the_same_order(alice, lamp):
    given_stock({lamp: 5})
    checkout = hold(alice, {lamp: 2})

    assert submit(checkout) == submit(checkout)
    assert stock_left(lamp) == (3,)


def test_a_cancelled_hold_cannot_be_submitted(alice, lamp):
    given_stock({lamp: 5})
    checkout = hold(alice, {lamp: 2})
    cancel_checkout(customer=alice)

    with pytest.raises(CheckoutExpired):
        submit(checkout)

    assert stock_left(lamp) == (5,)


def test_another_customers_hold_cannot_be_submitted(alice, mallory, lamp):
    given_stock({lamp: 5})
    checkout = hold(alice, {lamp: 2})

    with pytest.raises(CheckoutNotFound):
        submit_order(customer=mallory, checkout_id=checkout.pk, shipping_address=ADDRESS)

    checkout.refresh_from_db()
    assert checkout.status == Checkout.Status.HELD


def test_more_than_was_ordered_cannot_be_cancelled(alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 2})

    with pytest.raises(NotThatMany):
        cancel_items(order_id=placed.pk, quantities={lamp.pk: 3})

    assert stock_left(lamp) == (3,)


def test_cancelling_some_units_returns_only_those(alice, lamp, rug):
    given_stock({lamp: 5, rug: 5})
    placed = order(alice, {lamp: 2, rug: 2})

    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})

    placed.refresh_from_db()
    assert placed.status == Order.Status.SUBMITTED
    assert stock_left(lamp, rug) == (4, 3)


@pytest.mark.django_db(transaction=True)
def test_many_submits_at_once_are_one_order(alice, lamp):
    given_stock({lamp: 5})
    checkout = hold(alice, {lamp: 2})

    results = at_once(*[lambda: run_transaction(submit, checkout)] * 10)

    assert len({placed.number for placed in results}) == 1
    assert stock_left(lamp) == (3,)


@pytest.mark.django_db(transaction=True)
def test_many_cancellations_at_once_return_the_units_once(alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 2})

    results = at_once(*[lambda: run_transaction(cancel_order, order_id=placed.pk)] * 8)

    assert [r for r in results if isinstance(r, Exception)] == []
    assert stock_left(lamp) == (5,)


@pytest.mark.django_db(transaction=True)
def test_concurrent_verbs_end_an_overdue_hold_once(alice, bob, lamp):
    given_stock({lamp: 5})
    put_in_cart(bob, {lamp: 5})
    checkout = hold(alice, {lamp: 3})
    expire_hold(checkout)

    at_once(
        *[lambda: run_transaction(release_expired_checkouts)] * 4,
        *[lambda: run_transaction(cancel_checkout, customer=alice)] * 4,
        *[lambda: run_transaction(submit, checkout)] * 4,
        lambda: run_transaction(begin_checkout, customer=bob),
    )

    checkout.refresh_from_db()
    assert checkout.status == Checkout.Status.EXPIRED
    assert bob.checkouts.get().status == Checkout.Status.HELD
    assert stock_left(lamp) == (0,)
