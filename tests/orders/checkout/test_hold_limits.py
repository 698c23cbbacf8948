"""Limits against hoarding: what one account, one network and all new accounts may hold."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from orders.cancellation import cancel_items, cancel_order
from orders.checkout.hold_limits import MIN_UNITS
from orders.checkout.holds import begin_checkout, cancel_checkout
from orders.exceptions import (
    HoldBudgetSpent,
    HoldTooLarge,
    NewcomerShareReached,
    ShareLimit,
    TooManyHolds,
)
from orders.models import Checkout, Newcomer
from orders.newcomers import confirm_newcomer, record_newcomer, trust_customers
from shop.accounts.personal_data.erasure import close_account
from tests.orders.test_statement_budget import BEGIN_CHECKOUT
from tests.support.concurrency import at_once
from tests.support.factories import ItemFactory, UserFactory, given_stock, stock_left
from tests.support.stories import hold, order, order_and_assign, put_in_cart
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

HOME = "203.0.113.7"
ELSEWHERE = "198.51.100.9"


def newcomer(network: str = HOME, *, is_confirmed: bool = True):
    customer = UserFactory()
    record_newcomer(customer=customer, network=network)
    if is_confirmed:
        confirm_newcomer(customer_id=customer.pk)
    return customer


def sign_up_long_ago(customer) -> None:
    Newcomer.objects.filter(customer=customer).update(signed_up_at=Now() - timedelta(days=8))


# The budget of unit-minutes


@pytest.mark.parametrize(
    ("is_confirmed", "is_settled", "limit"),
    [(False, False, 50), (True, False, 100), (True, True, 300)],
)
def test_a_new_account_holds_more_once_confirmed_and_settled(is_confirmed, is_settled, limit):
    items = ItemFactory.create_batch(5)
    given_stock(dict.fromkeys(items, 1000))
    customer = newcomer(is_confirmed=is_confirmed)
    if is_settled:
        sign_up_long_ago(customer)
    put_in_cart(customer, dict.fromkeys(items, limit // 5))
    begin_checkout(customer=customer)
    put_in_cart(customer, {items[0]: limit // 5 + 1})

    with pytest.raises(HoldTooLarge) as refusal:
        begin_checkout(customer=customer)

    assert refusal.value.details() == {"limit": limit, "wanted": limit + 1}


def test_a_known_customer_holds_a_whole_cart(alice, lamp, rug):
    given_stock({lamp: 99, rug: 99})
    hold(alice, {lamp: 99, rug: 99})
    assert stock_left(lamp, rug) == (0, 0)


def test_what_was_held_and_not_bought_is_spent(lamp):
    given_stock({lamp: 1000})
    customer = newcomer()
    checkout = hold(customer, {lamp: 60})
    Checkout.objects.filter(pk=checkout.pk).update(created_at=Now() - timedelta(minutes=9))
    cancel_checkout(customer=customer)  # 540 of 1,000 unit-minutes

    with pytest.raises(HoldBudgetSpent) as refusal:
        begin_checkout(customer=customer)

    assert 0 < refusal.value.retry_after <= 51 * 60 + 1
    put_in_cart(customer, {lamp: 40})
    begin_checkout(customer=customer)


def test_what_was_bought_is_not_spent(lamp):
    given_stock({lamp: 4000})
    customer = newcomer()
    for _ in range(5):
        order(customer, {lamp: 90})
    hold(customer, {lamp: 90})


@pytest.mark.parametrize("quantity", [90, 89])
def test_what_was_bought_and_cancelled_is_spent(lamp, quantity):
    given_stock({lamp: 4000})
    customer = newcomer()
    placed = order(customer, {lamp: 90})
    if quantity == 90:
        cancel_order(order_id=placed.pk)
    else:
        cancel_items(order_id=placed.pk, quantities={lamp.pk: quantity})
    with pytest.raises(HoldBudgetSpent):
        hold(customer, {lamp: 90})


def test_cancelled_orders_count_as_holds(alice, lamp, settings):
    settings.MAX_HOLDS_PER_HOUR = 3
    given_stock({lamp: 9})
    for _ in range(3):
        cancel_order(order_id=order(alice, {lamp: 1}).pk)
    with pytest.raises(TooManyHolds):
        hold(alice, {lamp: 1})


def test_a_known_customer_has_a_budget_too(alice, lamp, settings):
    settings.MAX_UNIT_MINUTES_PER_HOUR = 100
    given_stock({lamp: 99})
    hold(alice, {lamp: 10})
    with pytest.raises(HoldTooLarge):
        hold(alice, {lamp: 11})


def test_the_new_accounts_of_one_network_share_a_budget(settings):
    settings.NEWCOMER_UNIT_MINUTES_PER_HOUR = 100
    items = ItemFactory.create_batch(30)
    given_stock(dict.fromkeys(items, 100))
    for item in items[:20]:
        hold(newcomer(), {item: 10})

    with pytest.raises(HoldBudgetSpent):
        hold(newcomer(), {items[20]: 1})

    hold(newcomer(ELSEWHERE), {items[20]: 10})


# The share of an item


def test_the_new_accounts_of_one_network_tie_up_a_quarter_of_an_item(lamp):
    given_stock({lamp: 80})
    hold(newcomer(), {lamp: 15})
    second = newcomer()

    with pytest.raises(NewcomerShareReached) as refusal:
        hold(second, {lamp: 6})

    assert refusal.value.limits == [ShareLimit(lamp.pk, lamp.name, wanted=6, allowed=5)]
    hold(second, {lamp: 5})
    assert stock_left(lamp) == (60,)


def test_orders_that_have_not_left_count_in_the_share(lamp):
    given_stock({lamp: 80})
    order(newcomer(), {lamp: 15})
    with pytest.raises(NewcomerShareReached):
        hold(newcomer(), {lamp: 6})


def test_closing_an_account_gives_its_network_nothing_back(lamp):
    given_stock({lamp: 80})
    closed = newcomer()
    order(closed, {lamp: 15})
    close_account(customer=closed)
    with pytest.raises(NewcomerShareReached):
        hold(newcomer(), {lamp: 6})


def test_all_new_accounts_together_leave_some_to_known_customers(lamp, alice):
    given_stock({lamp: 100})
    for number in range(3):
        hold(newcomer(f"192.0.2.{number}"), {lamp: 20})
    with pytest.raises(NewcomerShareReached):
        hold(newcomer("192.0.2.9"), {lamp: 1})
    hold(alice, {lamp: 40})
    assert stock_left(lamp) == (0,)


def test_a_family_can_buy_of_the_last_few(lamp):
    given_stock({lamp: MIN_UNITS})
    order(newcomer(), {lamp: 1})
    order(newcomer(), {lamp: 1})
    assert stock_left(lamp) == (0,)


def test_replacing_a_hold_does_not_count_it_twice(lamp):
    given_stock({lamp: 80})
    customer = newcomer()
    hold(customer, {lamp: 20})
    hold(customer, {lamp: 19})
    assert stock_left(lamp) == (61,)


def test_the_first_parcel_ends_the_limits(lamp, rug):
    given_stock({lamp: 80, rug: 80})
    customer = newcomer()
    _, [parcel] = order_and_assign(customer, {rug: 1})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    hold(customer, {lamp: 80})


def test_staff_can_trust_a_customer(lamp):
    given_stock({lamp: 80})
    customer = newcomer()
    assert trust_customers(customer_ids=[customer.pk]) == 1
    hold(customer, {lamp: 80})


def test_a_limit_is_turned_off_by_100_percent(lamp, settings):
    settings.NEWCOMER_SHARE = settings.NEWCOMER_NETWORK_SHARE = 100
    given_stock({lamp: 80})
    hold(newcomer(), {lamp: 80})


def test_a_refused_hold_changes_nothing_and_is_logged(lamp, security_events):
    given_stock({lamp: 8})
    customer = newcomer()
    before = hold(customer, {lamp: 2})
    with pytest.raises(NewcomerShareReached):
        hold(customer, {lamp: 8})
    assert Checkout.objects.held().get() == before
    assert stock_left(lamp) == (6,)
    (event,) = security_events.of("excess_holds")
    assert event["user.id"] == customer.pk
    assert event["labels"] == {"limit": "new-account-limit"}


# At once


def test_a_network_cannot_overdraw_its_share_at_once(lamp):
    given_stock({lamp: 40})
    crowd = [newcomer() for _ in range(8)]
    for customer in crowd:
        put_in_cart(customer, {lamp: 3})

    results = at_once(*(lambda c=c: begin_checkout(customer=c) for c in crowd))

    refused = [r for r in results if isinstance(r, NewcomerShareReached)]
    assert len(refused) == 5
    assert stock_left(lamp) == (40 - 9,)


def test_a_network_cannot_overdraw_its_budget_at_once(settings):
    settings.NEWCOMER_UNIT_MINUTES_PER_HOUR = 10  # twenty newcomers may hold a unit each
    items = ItemFactory.create_batch(24)
    given_stock(dict.fromkeys(items, 100))
    crowd = [newcomer() for _ in items]
    for customer, item in zip(crowd, items, strict=True):
        put_in_cart(customer, {item: 1})

    results = at_once(*(lambda c=c: begin_checkout(customer=c) for c in crowd))

    assert len([r for r in results if isinstance(r, HoldBudgetSpent)]) == 4
    assert not [
        r for r in results if isinstance(r, Exception) and not isinstance(r, HoldBudgetSpent)
    ]


def test_the_limits_of_a_new_account_cost_four_statements(lamp):
    given_stock({lamp: 80})
    customer = newcomer()
    put_in_cart(customer, {lamp: 2})
    with CaptureQueriesContext(connection) as captured:
        begin_checkout(customer=customer)
    statements = [
        q["sql"] for q in captured.captured_queries if q["sql"] not in {"BEGIN", "COMMIT"}
    ]
    assert len(statements) == BEGIN_CHECKOUT + 4
