import pytest

from catalog.exceptions import InsufficientStock, Shortage
from orders.checkout.expiry import release_expired_checkouts
from orders.checkout.holds import begin_checkout, cancel_checkout
from orders.exceptions import CheckoutExpired, EmptyCart, NoHeldCheckout
from orders.models import Checkout
from orders.ordering import submit_order
from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import UserFactory, given_stock, stock_left
from tests.support.stories import ADDRESS, expire_hold, put_in_cart

pytestmark = pytest.mark.usefixtures("conserved")


def test_a_hold_takes_its_units_off_the_stock(alice, lamp, rug):
    given_stock({lamp: 10, rug: 1})
    put_in_cart(alice, {lamp: 3, rug: 1})

    checkout = begin_checkout(customer=alice)

    assert stock_left(lamp, rug) == (7, 0)
    assert {line.item: line.quantity for line in checkout.lines.all()} == {lamp: 3, rug: 1}


def test_reserving_too_much_changes_nothing(alice, bob, lamp, rug):
    given_stock({lamp: 10, rug: 1})
    put_in_cart(alice, {lamp: 5, rug: 1})
    put_in_cart(bob, {rug: 1})
    begin_checkout(customer=bob)

    with pytest.raises(InsufficientStock) as refusal:
        begin_checkout(customer=alice)

    assert refusal.value.shortages == [Shortage(rug.pk, rug.name, wanted=1, left=0)]
    assert stock_left(lamp, rug) == (10, 0)


def test_an_unchanged_cart_keeps_its_hold_and_deadline(alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    first = begin_checkout(customer=alice)

    again = begin_checkout(customer=alice)

    assert (again.pk, again.expires_at) == (first.pk, first.expires_at)
    assert stock_left(lamp) == (7,)


def test_a_changed_cart_replaces_the_hold(alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    first = begin_checkout(customer=alice)
    put_in_cart(alice, {lamp: 5})

    begin_checkout(customer=alice)

    first.refresh_from_db()
    assert first.status == Checkout.Status.CANCELLED
    assert stock_left(lamp) == (5,)


def test_cancelling_puts_the_units_back(alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    begin_checkout(customer=alice)

    cancel_checkout(customer=alice)

    assert stock_left(lamp) == (10,)
    with pytest.raises(NoHeldCheckout):
        cancel_checkout(customer=alice)


def test_an_overdue_hold_cannot_be_submitted_and_is_put_back_once(alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    checkout = begin_checkout(customer=alice)
    expire_hold(checkout)

    with pytest.raises(CheckoutExpired):
        submit_order(customer=alice, checkout_id=checkout.pk, shipping_address=ADDRESS)
    ended = [release_expired_checkouts(), release_expired_checkouts()]

    assert ended == [1, 0]
    assert stock_left(lamp) == (10,)


def test_whoever_needs_the_units_takes_an_overdue_hold_back(alice, bob, lamp):
    given_stock({lamp: 1})
    put_in_cart(alice, {lamp: 1})
    put_in_cart(bob, {lamp: 1})
    overdue = begin_checkout(customer=alice)
    expire_hold(overdue)

    begin_checkout(customer=bob)

    overdue.refresh_from_db()
    assert overdue.status == Checkout.Status.EXPIRED
    assert stock_left(lamp) == (0,)


def test_an_empty_cart_cannot_be_checked_out(alice):
    with pytest.raises(EmptyCart):
        begin_checkout(customer=alice)


@pytest.mark.django_db(transaction=True)
def test_of_many_buyers_exactly_as_many_get_a_hold_as_there_are_units(lamp):
    given_stock({lamp: 5})
    buyers = UserFactory.create_batch(12)
    for buyer in buyers:
        put_in_cart(buyer, {lamp: 1})

    results = at_once(*[lambda b=b: run_transaction(begin_checkout, customer=b) for b in buyers])

    refusals = [r for r in results if isinstance(r, InsufficientStock)]
    assert len([r for r in results if isinstance(r, Checkout)]) == 5
    assert len(refusals) == 7
    assert stock_left(lamp) == (0,)
