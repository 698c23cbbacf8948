"""Races for ordered units that broke other shops, one test each."""

import os
import signal
import subprocess
import sys
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from orders.cancellation import cancel_items, cancel_order
from orders.models import Checkout, Order
from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import ItemFactory, given_stock, stock_left
from tests.support.stories import hold, order, order_and_assign, submit
from tests.warehouses.inventory.test_receiving import place_of
from warehouses.exceptions import CountConflict
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import recount_stock
from warehouses.inventory.receiving import Receipt, receive_delivery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

# A process that submits a checkout and stops at `where`. Then the test kills it.
SUBMITTER = """
import sys, time
import django
django.setup()
from shop.core.db.transactions import run_transaction
from orders.models.order import Checkout
from tests.support.stories import submit

checkout_id, where = int(sys.argv[1]), sys.argv[2]

def stop():
    print(where, flush=True)
    time.sleep(60)

def submit_and_stop():
    if where == "before the verb":
        stop()
    submit(Checkout.objects.get(pk=checkout_id))
    if where == "before the commit":
        stop()

run_transaction(submit_and_stop)
stop()
"""


def submit_and_be_killed(checkout: Checkout, where: str) -> None:
    database = urlsplit(os.environ["DATABASE_URL"])
    url = database._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with subprocess.Popen(
        [sys.executable, "-c", SUBMITTER, str(checkout.pk), where],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "shop.settings"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == where
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("where", ["before the verb", "before the commit", "after the commit"])
def test_a_submitter_killed_at_any_point_leaves_one_order_after_a_retry(alice, lamp, where):
    given_stock({lamp: 5})
    checkout = hold(alice, {lamp: 2})

    submit_and_be_killed(checkout, where)
    placed = run_transaction(submit, checkout)

    assert Order.objects.get() == placed
    assert stock_left(lamp) == (3,)


def test_a_hundred_equal_submits_are_one_order(alice, lamp):
    given_stock({lamp: 5})
    checkout = hold(alice, {lamp: 2})

    results = at_once(*[lambda: run_transaction(submit, checkout)] * 100)

    assert {placed.pk for placed in results} == {Order.objects.get().pk}
    assert stock_left(lamp) == (3,)


def test_a_count_that_races_a_shipment_never_writes_blindly(alice, lamp, seattle):
    given_stock({lamp: 20}, seattle)
    for _ in range(5):
        physical, _ = place_of(lamp, seattle)
        _, [parcel] = order_and_assign(alice, {lamp: 2})

        results = at_once(
            lambda pk=parcel.pk: run_transaction(ship_warehouse_order, warehouse_order_id=pk),
            lambda n=physical: run_transaction(
                recount_stock, warehouse=seattle, item=lamp, physical_stock=n, expected=n
            ),
        )

        # The count comes before the parcel leaves or is refused: it never restores its units.
        assert all(isinstance(r, CountConflict) for r in results if isinstance(r, Exception))
        assert place_of(lamp, seattle)[0] == physical - 2


def test_cancelling_single_lines_while_the_whole_order_is_cancelled(alice, lamp, rug, seattle):
    given_stock({lamp: 20, rug: 20}, seattle)
    for _ in range(4):
        placed, _ = order_and_assign(alice, {lamp: 2, rug: 1})

        at_once(
            lambda pk=placed.pk: run_transaction(cancel_order, order_id=pk),
            lambda pk=placed.pk: run_transaction(
                cancel_items, order_id=pk, quantities={lamp.pk: 1}
            ),
            lambda pk=placed.pk: run_transaction(cancel_items, order_id=pk, quantities={rug.pk: 1}),
        )

        assert stock_left(lamp, rug) == (20, 20)


def test_the_same_item_twice_in_one_delivery_is_counted_together(lamp, seattle):
    receive_delivery([Receipt(seattle, lamp.pk, 2, "N1"), Receipt(seattle, lamp.pk, 3, "N2")])

    assert (place_of(lamp, seattle), stock_left(lamp)) == ((5, 5), (5,))


def test_a_total_is_the_sum_of_its_rounded_lines(alice):
    items = [ItemFactory(price=price) for price in ("0.01", "33.33", "99999.99")]
    given_stock(dict.fromkeys(items, 50))

    placed = order(alice, dict.fromkeys(items, 33))

    lines = [line.line_total for line in placed.lines.all()]
    assert lines == [Decimal("0.33"), Decimal("1099.89"), Decimal("3299999.67")]
    assert placed.price == placed.items_total == sum(lines)


def test_concurrent_cancellations_never_exceed_the_order(alice, lamp):
    given_stock({lamp: 9})
    placed = order(alice, {lamp: 3})

    results = at_once(
        *[lambda: run_transaction(cancel_items, order_id=placed.pk, quantities={lamp.pk: 2})] * 3
    )

    line = placed.lines.get()
    assert len([r for r in results if not isinstance(r, Exception)]) == 1
    assert line.cancelled_quantity * line.price <= placed.price
    assert stock_left(lamp) == (8,)
