"""Closing an account while its customer buys, and while its parcels leave."""

import pytest

from cart.models import Cart
from orders.checkout.holds import begin_checkout
from orders.exceptions import CheckoutExpired, EmptyCart
from orders.models import Checkout, Order
from orders.notifications import send_notifications
from shop.accounts.personal_data.erasure import anonymise_closed_accounts, close_account
from shop.core.db.transactions import run_transaction
from shop.core.models import IdempotencyRecord, OutgoingMail
from tests.support.concurrency import at_once
from tests.support.factories import UserFactory, given_stock, stock_left
from tests.support.stories import hold, order_and_assign, put_in_cart, submit
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]


def test_closing_while_a_checkout_begins_loses_no_unit(lamp, rug):
    given_stock({lamp: 20, rug: 20})
    for turn in range(8):
        buyer = UserFactory()
        put_in_cart(buyer, {lamp: 2, rug: 1})
        if turn % 2:
            begin_checkout(customer=buyer)
            put_in_cart(buyer, {lamp: 3})

        results = at_once(
            lambda b=buyer: run_transaction(begin_checkout, customer=b),
            lambda b=buyer: run_transaction(close_account, customer=b),
            lambda b=buyer: run_transaction(begin_checkout, customer=b),
        )

        assert [r for r in results if isinstance(r, Exception) and type(r) is not EmptyCart] == []
        assert not Checkout.objects.held().exists()
        assert stock_left(lamp, rug) == (20, 20)


def test_closing_while_an_order_is_placed_leaves_an_order_or_the_units(lamp):
    given_stock({lamp: 40})
    left = 40
    for _ in range(8):
        buyer = UserFactory()
        checkout = hold(buyer, {lamp: 2})

        results = at_once(
            lambda c=checkout: run_transaction(submit, c),
            lambda b=buyer: run_transaction(close_account, customer=b),
            lambda c=checkout: run_transaction(submit, c),
        )

        refused = [r for r in results if isinstance(r, Exception)]
        assert [r for r in refused if type(r) is not CheckoutExpired] == []
        left -= 2 * Order.objects.filter(customer=buyer).count()
        assert stock_left(lamp) == (left,)
        assert not Checkout.objects.held().exists()
        assert not Cart.objects.exists()


def test_closing_twice_while_a_parcel_leaves_and_the_sweep_runs(alice, lamp, seattle):
    given_stock({lamp: 20}, seattle)
    parcels = [parcel for _ in range(4) for parcel in order_and_assign(alice, {lamp: 1})[1]]
    shipping = [
        lambda pk=parcel.pk: run_transaction(ship_warehouse_order, warehouse_order_id=pk)
        for parcel in parcels
    ]

    results = at_once(
        lambda: run_transaction(close_account, customer=alice),
        lambda: run_transaction(close_account, customer=alice),
        lambda: run_transaction(anonymise_closed_accounts),
        *shipping,
    )

    assert [r for r in results if isinstance(r, Exception)] == []
    send_notifications()
    anonymise_closed_accounts()
    assert Order.objects.filter(anonymised_at=None).count() == 0
    assert OutgoingMail.objects.count() == IdempotencyRecord.objects.count() == 0
