"""Requests and tasks in flight when a process stops are finished, by it or by another."""

import json
import os
import signal
import subprocess
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction

from benchmarks.stage import wait_until_it_answers
from orders.models import Order
from shop.accounts.models import ApiToken
from shop.embedded.process.ports import free_port
from shop.embedded.process.programs import Program
from shop.embedded.shop_programs import web, worker
from tests.support.factories import given_stock, stock_left
from tests.support.stories import ADDRESS, hold, order
from warehouses.tasks import assign_order, assign_submitted_orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

PATIENCE = 20  # seconds, for machines that are busy


def test_a_web_server_finishes_its_request_before_it_stops(alice, lamp):
    given_stock({lamp: 5})
    checkout = hold(alice, {lamp: 2})
    token = ApiToken.issue(user=alice, scopes=["shopper"])
    port = free_port()
    orders: list[dict] = []
    client = threading.Thread(target=lambda: orders.append(submit_over_http(port, token, checkout)))

    with run_program(web("web", port, workers=1)) as server:
        wait_until_it_answers(f"http://127.0.0.1:{port}/livez")
        with lock_table("cart_cart"):
            client.start()
            wait_until(is_lock_awaited)
            server.send_signal(signal.SIGTERM)
        client.join(PATIENCE)
        server.wait(PATIENCE)

    assert [submitted["items"][0]["quantity"] for submitted in orders] == [2]
    assert Order.objects.count() == 1
    assert stock_left(lamp) == (3,)


def test_a_worker_finishes_its_task_before_it_stops(alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 2})

    with run_program(worker()) as worker_process:
        with lock_table("orders_order"):
            assign_order.delay(placed.pk)
            wait_until(is_lock_awaited)
            worker_process.send_signal(signal.SIGTERM)
        worker_process.wait(PATIENCE)

    assert placed.warehouse_orders.count() == 1


def test_the_task_of_a_killed_worker_is_done_by_another(alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 2})

    with run_program(worker()) as first:
        with lock_table("orders_order"):
            assign_order.delay(placed.pk)
            wait_until(is_lock_awaited)
            os.killpg(first.pid, signal.SIGKILL)
            first.wait(PATIENCE)
        assert placed.warehouse_orders.count() == 0
    with run_program(worker()):
        assign_submitted_orders.delay()  # as beat does every second
        wait_until(placed.warehouse_orders.exists)

    assert placed.warehouse_orders.count() == 1


def submit_over_http(port: int, token: str, checkout) -> dict:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/orders/",
        json.dumps({"checkout": checkout.pk, "shipping_address": ADDRESS}).encode(),
        {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid.uuid4().hex,
        },
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return json.load(response)


@contextmanager
def run_program(program: Program) -> Iterator[subprocess.Popen]:
    """Run a program of the shop, in a process group of its own, on the test's database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {**os.environ, "DATABASE_URL": database, "SHOP_DEMO": "1"}
    with subprocess.Popen(
        program.command, cwd=settings.BASE_DIR, env=environment, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def lock_table(table: str) -> Iterator[None]:
    """Lock the table until the block ends, so that no other transaction locks its rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield


def is_lock_awaited() -> bool:
    """Return whether another transaction of the database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM pg_locks AS waiting JOIN pg_database AS d ON d.oid = database
             WHERE datname = current_database() AND NOT granted
            """
        )
        return cursor.fetchone()[0] > 0


def wait_until(is_reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)
