"""Races for held units that broke other shops, one test each."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.models.functions import Now
from django.utils import timezone

from catalog.exceptions import InsufficientStock, Shortage
from catalog.items import update_item
from catalog.live_items import get_item
from catalog.stock import lock_stock
from orders.cancellation import cancel_order
from orders.checkout.expiry import release_expired_checkouts
from orders.checkout.holds import begin_checkout, cancel_checkout
from orders.checkout.queries import current_checkout
from orders.exceptions import CheckoutExpired, NoHeldCheckout, TooManyHolds
from orders.models import Checkout
from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import ItemFactory, UserFactory, given_stock, stock_left
from tests.support.stories import expire_hold, hold, order, order_and_assign, put_in_cart, submit
from warehouses.assignment.assigning import assign_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.receiving import receive_stock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]


def faults(results) -> list[Exception]:
    """Return the exceptions that are no refusals of the shop."""
    refusals = (InsufficientStock, NoHeldCheckout, CheckoutExpired)
    return [r for r in results if isinstance(r, Exception) and not isinstance(r, refusals)]


def while_locked(lock, then) -> None:
    """Run `then` in this thread while another transaction keeps the locks that `lock` takes."""
    locked, done = threading.Event(), threading.Event()

    def keep_locks():
        with transaction.atomic():
            lock()
            locked.set()
            done.wait(20)
        connection.close()

    locker = threading.Thread(target=keep_locks)
    locker.start()
    locked.wait(20)
    try:
        then()
    finally:
        done.set()
        locker.join()


def test_the_last_unit_goes_to_the_first_lock(alice, bob, lamp):
    given_stock({lamp: 1})
    put_in_cart(alice, {lamp: 1})
    put_in_cart(bob, {lamp: 1})
    refused = []

    def alice_locks():
        begin_checkout(customer=alice)

    def bob_begins():
        # Bob's unlocked read sees one unit, because alice's hold is not committed yet.
        assert stock_left(lamp) == (1,)
        thread = threading.Thread(target=bob_waits)
        thread.start()
        threads.append(thread)

    def bob_waits():
        try:
            run_transaction(begin_checkout, customer=bob)
        except InsufficientStock as refusal:
            refused.extend(refusal.shortages)
        connection.close()

    threads: list[threading.Thread] = []
    while_locked(alice_locks, bob_begins)
    threads[0].join()

    assert refused == [Shortage(lamp.pk, lamp.name, wanted=1, left=0)]
    assert Checkout.objects.held().get().customer == alice


def test_stale_cart_is_refused_at_checkout(alice, bob, lamp):
    given_stock({lamp: 2})
    put_in_cart(alice, {lamp: 2})
    order(bob, {lamp: 1})

    with pytest.raises(InsufficientStock) as refusal:
        begin_checkout(customer=alice)

    assert refusal.value.shortages == [Shortage(lamp.pk, lamp.name, wanted=2, left=1)]
    assert stock_left(lamp) == (1,)


def test_opposite_carts_crossed_with_everything_never_deadlock(clerk, seattle, dallas):
    x, y, z = ItemFactory.create_batch(3)
    for warehouse in (seattle, dallas):
        given_stock({x: 60, y: 60, z: 60}, warehouse)
    for turn in range(4):
        buyers = UserFactory.create_batch(4)
        for buyer, cart in zip(buyers, [(x, y), (y, x), (z, x), (y, z)], strict=True):
            put_in_cart(buyer, dict.fromkeys(cart, 2))
        cancelled, _ = order_and_assign(buyers[0], {x: 1, y: 1})
        waiting = order(buyers[1], {y: 1, z: 1})
        _, [parcel, *_] = order_and_assign(buyers[2], {z: 1, x: 1})
        for buyer, cart in zip(buyers, [(x, y), (y, x), (z, x), (y, z)], strict=True):
            put_in_cart(buyer, dict.fromkeys(cart, 2))
        hold(buyers[3], {y: 1})
        calls = [
            *[lambda b=b: run_transaction(begin_checkout, customer=b) for b in buyers[:3]],
            lambda b=buyers[3]: run_transaction(cancel_checkout, customer=b),
            lambda: run_transaction(receive_stock, warehouse=seattle, item=y, quantity=1),
            lambda: run_transaction(discard_stock, warehouse=dallas, item=x, quantity=1),
            lambda pk=cancelled.pk: run_transaction(cancel_order, order_id=pk),
            lambda pk=waiting.pk: run_transaction(assign_order, order_id=pk),
            lambda pk=parcel.pk: run_transaction(ship_warehouse_order, warehouse_order_id=pk),
            lambda: run_transaction(update_item, item_id=x.pk, price="11.00"),
        ]

        results = at_once(*calls[turn:], *calls[:turn])

        assert faults(results) == []


def test_two_customers_replace_their_overdue_holds_on_the_same_item(alice, bob, lamp):
    given_stock({lamp: 4})
    for _ in range(5):
        for customer in (alice, bob):
            expire_hold(hold(customer, {lamp: 2}))

        results = at_once(
            lambda: run_transaction(begin_checkout, customer=alice),
            lambda: run_transaction(begin_checkout, customer=bob),
        )

        assert faults(results) == []
        assert stock_left(lamp) == (0,)
        for customer in (alice, bob):
            cancel_checkout(customer=customer)


def test_two_customers_replace_holds_by_each_others_items(alice, bob, lamp, rug):
    assert lamp.pk < rug.pk
    given_stock({lamp: 10, rug: 10})
    for _ in range(5):
        hold(alice, {rug: 2})
        hold(bob, {lamp: 2})
        put_in_cart(alice, {lamp: 1})
        put_in_cart(bob, {rug: 1})

        results = at_once(
            lambda: run_transaction(begin_checkout, customer=alice),
            lambda: run_transaction(begin_checkout, customer=bob),
        )

        assert faults(results) == []
        assert stock_left(lamp, rug) == (7, 7)
        for customer in (alice, bob):
            cancel_checkout(customer=customer)
            customer.cart.lines.all().delete()


def test_discarding_while_a_hold_is_cancelled(alice, lamp, seattle):
    given_stock({lamp: 30}, seattle)
    for _ in range(5):
        hold(alice, {lamp: 3})

        results = at_once(
            lambda: run_transaction(cancel_checkout, customer=alice),
            lambda: run_transaction(discard_stock, warehouse=seattle, item=lamp, quantity=3),
        )

        assert faults(results) == []


def test_units_are_back_at_expiry_without_a_sweep(alice, bob, lamp, settings):
    settings.CHECKOUT_HOLD_SECONDS = 0
    given_stock({lamp: 1})
    put_in_cart(bob, {lamp: 1})
    hold(alice, {lamp: 1})

    stock = get_item(lamp.pk).stock
    checkout = begin_checkout(customer=bob)

    assert stock == 1
    assert checkout.status == Checkout.Status.HELD


def test_no_use_of_cart_or_checkout_extends_a_hold(alice, lamp):
    given_stock({lamp: 5})
    first = hold(alice, {lamp: 2})

    put_in_cart(alice, {lamp: 2})
    second = begin_checkout(customer=alice)
    current = current_checkout(customer=alice)

    assert {checkout.expires_at for checkout in (second, current)} == {first.expires_at}


def test_an_overdue_hold_is_never_resurrected(alice, lamp):
    given_stock({lamp: 5})
    first = hold(alice, {lamp: 2})
    expire_hold(first)

    with pytest.raises(NoHeldCheckout):
        current_checkout(customer=alice)
    second = begin_checkout(customer=alice)

    assert second.pk != first.pk
    assert stock_left(lamp) == (3,)


def test_fifty_concurrent_verbs_return_an_overdue_hold_once(alice, lamp):
    given_stock({lamp: 50})
    checkout = hold(alice, {lamp: 30})
    expire_hold(checkout)
    buyers = UserFactory.create_batch(20)
    for buyer in buyers:
        put_in_cart(buyer, {lamp: 2})

    results = at_once(
        *[lambda: run_transaction(release_expired_checkouts)] * 10,
        *[lambda: run_transaction(cancel_checkout, customer=alice)] * 10,
        *[lambda: run_transaction(submit, checkout)] * 10,
        *[lambda b=b: run_transaction(begin_checkout, customer=b) for b in buyers],
    )

    checkout.refresh_from_db()
    assert faults(results) == []
    assert checkout.status == Checkout.Status.EXPIRED
    assert stock_left(lamp) == (50 - 2 * 20,)


def test_a_web_server_with_a_wrong_clock_changes_nothing(alice, lamp, monkeypatch):
    given_stock({lamp: 5})
    wrong_time = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: wrong_time)
    checkout = hold(alice, {lamp: 2})

    placed = submit(checkout)

    assert placed.checkout == checkout
    deadline = Now() + timedelta(seconds=601)
    assert Checkout.objects.filter(pk=checkout.pk, expires_at__lte=deadline).exists()


def test_a_hold_that_cannot_be_replaced_stays(alice, bob, lamp, rug):
    given_stock({lamp: 5, rug: 1})
    first = hold(alice, {lamp: 2})
    put_in_cart(alice, {lamp: 3, rug: 1})
    hold(bob, {rug: 1})

    with pytest.raises(InsufficientStock):
        begin_checkout(customer=alice)

    assert current_checkout(customer=alice) == first
    assert stock_left(lamp, rug) == (3, 0)


def test_units_of_the_customers_own_hold_count_as_left(alice, lamp):
    given_stock({lamp: 5})
    hold(alice, {lamp: 4})
    put_in_cart(alice, {lamp: 5})

    begin_checkout(customer=alice)

    assert stock_left(lamp) == (0,)


def test_a_submit_that_waited_past_the_deadline_is_refused(alice, lamp):
    given_stock({lamp: 5})
    checkout = hold(alice, {lamp: 2})
    soon = Now() + timedelta(milliseconds=300)
    Checkout.objects.filter(pk=checkout.pk).update(expires_at=soon)
    results = []

    def submit_late():
        results.extend(at_once(lambda: run_transaction(submit, checkout)))

    def lock_checkout():
        list(Checkout.objects.filter(pk=checkout.pk).lock())

    submitter = threading.Thread(target=submit_late)
    while_locked(lock_checkout, lambda: (submitter.start(), time.sleep(0.8)))
    submitter.join()

    assert [type(r) for r in results] == [CheckoutExpired]
    assert stock_left(lamp) == (3,)


def test_too_many_holds_within_an_hour_are_refused(alice, lamp, settings):
    settings.MAX_HOLDS_PER_HOUR = 3
    given_stock({lamp: 9})
    for _ in range(3):
        hold(alice, {lamp: 1})
        begin_checkout(customer=alice)  # the same hold, so it does not count
        cancel_checkout(customer=alice)

    with pytest.raises(TooManyHolds):
        begin_checkout(customer=alice)

    assert stock_left(lamp) == (9,)


def test_a_buyer_waits_no_longer_than_the_lock_timeout(alice, lamp, monkeypatch):
    options = connections.settings["default"]["OPTIONS"]
    monkeypatch.setitem(options, "options", "-c lock_timeout=100")  # of the buyer's connection
    given_stock({lamp: 5})
    put_in_cart(alice, {lamp: 1})
    results = []

    while_locked(
        lambda: lock_stock([lamp.pk]),
        lambda: results.extend(at_once(lambda: run_transaction(begin_checkout, customer=alice))),
    )

    assert [type(r).__name__ for r in results] == ["Busy"]
    assert stock_left(lamp) == (5,)
