"""The sandbox's clock: a shortened hold expires as any other."""

import pytest

from orders.checkout.expiry import release_expired_checkouts
from orders.exceptions import CheckoutExpired, NoHeldCheckout
from shop.demo.sandbox_clock import shorten_hold
from tests.support.factories import given_stock, stock_left
from tests.support.stories import hold, submit

pytestmark = pytest.mark.usefixtures("conserved")


def test_a_hold_shortened_past_its_deadline_is_over(alice, lamp):
    given_stock({lamp: 3})
    held = hold(alice, {lamp: 2})

    shorten_hold(customer=alice, seconds=600)

    with pytest.raises(CheckoutExpired):
        submit(held)
    release_expired_checkouts()
    assert stock_left(lamp) == (3,)


def test_a_hold_that_has_time_left_goes_on(alice, lamp):
    given_stock({lamp: 3})
    held = hold(alice, {lamp: 2})

    shorten_hold(customer=alice, seconds=60)

    assert submit(held).status == "submitted"


def test_units_of_an_expired_hold_go_to_the_next_customer(alice, bob, lamp):
    given_stock({lamp: 2})
    hold(alice, {lamp: 2})

    shorten_hold(customer=alice, seconds=600)

    assert hold(bob, {lamp: 2}).is_held


def test_without_a_hold_no_time_passes(alice):
    with pytest.raises(NoHeldCheckout):
        shorten_hold(customer=alice, seconds=60)


def test_an_expired_hold_cannot_be_shortened(alice, lamp):
    given_stock({lamp: 3})
    hold(alice, {lamp: 2})
    shorten_hold(customer=alice, seconds=600)

    with pytest.raises(NoHeldCheckout):
        shorten_hold(customer=alice, seconds=60)
