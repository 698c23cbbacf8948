"""One key, one effect: however many send it at once, and whoever is killed on the way."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from rest_framework.test import APIClient

from catalog.models import Item
from orders.models import Checkout, Order
from shop.core.models import IdempotencyRecord
from tests.support.api import STAFF, client_of, hold, order, problem_of
from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left
from tests.support.stories import ADDRESS
from warehouses.models import StockMovement, WarehouseOrder
from warehouses.tasks import assign_submitted_orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

# A process that sends a request through the real handler and stands still where it is told
# to: after the statement that says so, or after the answer. Then it is killed.
SENDER = """
import json, sys, time
import django
django.setup()
from django.db import connection
from rest_framework.test import APIClient

path, body, headers, where = json.loads(sys.argv[1])

def stand_still(execute, sql, *rest):
    result = execute(sql, *rest)
    if where in sql:
        print("standing", flush=True)
        time.sleep(60)
    return result

with connection.execute_wrapper(stand_still):
    APIClient().post(path, body, headers=headers)
print("standing", flush=True)
time.sleep(60)
"""
KEY_IS_TAKEN = "pg_try_advisory_xact_lock"
ORDER_IS_WRITTEN = "INSERT INTO orders_order"
RECORD_IS_WRITTEN = 'INSERT INTO "core_idempotencyrecord"'
AFTER_THE_ANSWER = "nothing that any statement says"


@dataclass
class Request:
    """A write that somebody sends again and again, and how to count what it did."""

    client: APIClient
    path: str
    body: dict[str, Any]
    count_effects: Callable[[], int]

    @property
    def headers(self) -> dict[str, str]:
        credentials = self.client._credentials["HTTP_AUTHORIZATION"]
        return {"Authorization": credentials, "Idempotency-Key": "k"}

    def send(self):
        return APIClient().post(self.path, self.body, headers=self.headers)

    def send_until_done(self):
        """Try again as a client does; the server soon notices that the other one is dead."""
        for _attempt in range(2000):
            answer = self.send()
            if answer.status_code != 409:
                return answer
        raise AssertionError("The key stayed in use.")


@pytest.fixture
def both(alice):
    """A caller who may do everything."""
    return client_of(alice, "shopper", *STAFF)


def an_order(client, lamp, seattle) -> Request:
    body = {"checkout": hold(client, lamp)["id"], "shipping_address": ADDRESS}
    return Request(client, "/api/v1/orders/", body, Order.objects.count)


def a_checkout(client, lamp, seattle) -> Request:
    client.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})
    return Request(client, "/api/v1/checkout/", {}, Checkout.objects.count)


def a_receipt(client, lamp, seattle) -> Request:
    body = {"item_id": lamp.pk, "quantity": 5}
    path = "/api/v1/warehouses/SEA1/receipts/"
    return Request(client, path, body, StockMovement.objects.filter(physical_change=5).count)


def a_cancelled_unit(client, lamp, seattle) -> Request:
    placed = order(client, lamp, 9).json()
    path = f"/api/v1/orders/{placed['number']}/cancel/"
    body = {"items": [{"item_id": lamp.pk, "quantity": 1}]}
    return Request(client, path, body, lambda: stock_left(lamp)[0] - 91)


def a_shipment(client, lamp, seattle) -> Request:
    order(client, lamp)
    assign_submitted_orders()
    path = f"/api/v1/warehouse-orders/{WarehouseOrder.objects.get().pk}/ship/"
    shipped = StockMovement.objects.filter(kind=StockMovement.Kind.SHIPPED)
    return Request(client, path, {"tracking": "1Z"}, shipped.count)


def an_item(client, lamp, seattle) -> Request:
    body = {"sku": "RUG", "name": "Rug", "price": "9.00"}
    return Request(client, "/api/v1/items/", body, Item.objects.filter(sku="RUG").count)


each_write = pytest.mark.parametrize(
    "write", [an_order, a_checkout, a_receipt, a_cancelled_unit, a_shipment, an_item]
)


@each_write
def test_fifty_equal_requests_at_once_are_one(both, lamp, seattle, write):
    given_stock({lamp: 100}, seattle)
    request = write(both, lamp, seattle)

    answers = at_once(*[request.send] * 50)
    again = request.send()

    done = [answer for answer in answers if answer.status_code < 400]
    assert {problem_of(a) for a in answers if a not in done} <= {(409, "idempotency-key-in-use")}
    assert {answer.content for answer in done} == {again.content}
    assert len([answer for answer in done if "Idempotency-Replayed" not in answer]) == 1
    assert again["Idempotency-Replayed"] == "true"
    assert again.get("ETag") == done[0].get("ETag")
    assert request.count_effects() == 1


@contextmanager
def standing_still(request: Request, where: str) -> Iterator[None]:
    """Send the request from a process of its own that stands still there, then kill it."""
    given = urlsplit(os.environ["DATABASE_URL"])
    url = given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    told = json.dumps([request.path, request.body, request.headers, where])
    with subprocess.Popen(
        [sys.executable, "-c", SENDER, told],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            "ALLOWED_HOSTS": "testserver",
        },
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "standing"
            yield
        finally:
            process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("where", [KEY_IS_TAKEN, ORDER_IS_WRITTEN, RECORD_IS_WRITTEN])
def test_whoever_is_killed_before_the_commit_has_done_nothing(both, lamp, seattle, where):
    given_stock({lamp: 100}, seattle)
    request = an_order(both, lamp, seattle)

    with standing_still(request, where):
        meanwhile = request.send()
        before = request.count_effects()
    answer = request.send_until_done()

    assert (problem_of(meanwhile), before) == ((409, "idempotency-key-in-use"), 0)
    assert meanwhile["Retry-After"] == "1"
    assert (answer.status_code, "Idempotency-Replayed" in answer) == (201, False)
    assert (request.count_effects(), IdempotencyRecord.objects.count()) == (1, 1)


@pytest.mark.parametrize("write", [a_checkout, a_receipt, a_cancelled_unit, a_shipment, an_item])
def test_no_write_is_half_done_when_its_process_is_killed(both, lamp, seattle, write):
    given_stock({lamp: 100}, seattle)
    request = write(both, lamp, seattle)

    with standing_still(request, RECORD_IS_WRITTEN):
        before = request.count_effects()
    answer = request.send_until_done()

    assert (before, request.count_effects()) == (0, 1)
    assert (answer.status_code < 300, "Idempotency-Replayed" in answer) == (True, False)


def test_an_answer_that_got_lost_is_given_again(both, lamp, seattle):
    given_stock({lamp: 100}, seattle)
    request = an_order(both, lamp, seattle)

    with standing_still(request, AFTER_THE_ANSWER):
        pass
    answer = request.send()

    assert (answer.status_code, answer["Idempotency-Replayed"]) == (201, "true")
    assert answer.json()["number"] == Order.objects.get().number
