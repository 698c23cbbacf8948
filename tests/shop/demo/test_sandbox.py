import pytest

from orders.checkout.expiry import release_expired_checkouts
from orders.exceptions import CheckoutExpired, NoHeldCheckout
from shop.demo.sandbox_clock import hasten_checkout
from tests.support.factories import given_stock, stock_left
from tests.support.stories import hold, submit

pytestmark = pytest.mark.usefixtures("conserved")


def test_a_hold_that_was_hastened_past_its_deadline_is_over(alice, lamp):
    given_stock({lamp: 3})
    held = hold(alice, {lamp: 2})

    hasten_checkout(customer=alice, seconds=600)

    with pytest.raises(CheckoutExpired):
        submit(held)
    release_expired_checkouts()
    assert stock_left(lamp) == (3,)


def test_a_hold_that_has_time_left_goes_on(alice, lamp):
    given_stock({lamp: 3})
    held = hold(alice, {lamp: 2})

    hasten_checkout(customer=alice, seconds=60)

    assert submit(held).status == "submitted"


def test_who_waits_for_the_units_gets_them_as_soon_as_they_are_free(alice, bob, lamp):
    given_stock({lamp: 2})
    hold(alice, {lamp: 2})

    hasten_checkout(customer=alice, seconds=600)

    assert hold(bob, {lamp: 2}).is_held


def test_without_a_hold_no_time_passes(alice):
    with pytest.raises(NoHeldCheckout):
        hasten_checkout(customer=alice, seconds=60)


def test_a_hold_that_is_over_is_hastened_no_more(alice, lamp):
    given_stock({lamp: 3})
    hold(alice, {lamp: 2})
    hasten_checkout(customer=alice, seconds=600)

    with pytest.raises(NoHeldCheckout):
        hasten_checkout(customer=alice, seconds=60)
