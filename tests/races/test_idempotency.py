"""Idempotency keys under concurrent requests and killed processes: one key, one effect."""

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

# A process that sends a request through the real handler and stops after the statement that
# contains `where`, or after the response. Then the test kills it.
SENDER = """
import json, sys, time
import django
django.setup()
from django.db import connection
from rest_framework.test import APIClient

path, body, headers, where = json.loads(sys.argv[1])

def stop_after(execute, sql, *rest):
    result = execute(sql, *rest)
    if where in sql:
        print("stopped", flush=True)
        time.sleep(60)
    return result

with connection.execute_wrapper(stop_after):
    APIClient().post(path, body, headers=headers)
print("stopped", flush=True)
time.sleep(60)
"""
KEY_IS_LOCKED = "pg_try_advisory_xact_lock"
ORDER_IS_WRITTEN = "INSERT INTO orders_order"
RECORD_IS_WRITTEN = 'INSERT INTO "core_idempotencyrecord"'
AFTER_THE_RESPONSE = "a text that no statement contains"


@dataclass
class Request:
    """A repeatable write with one idempotency key, and a count of its effects."""

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
        """Retry as a client does, until the server notices that the killed sender is gone."""
        for _attempt in range(2000):
            response = self.send()
            if response.status_code != 409:
                return response
        raise AssertionError("The key stayed in use.")


@pytest.fixture
def both(alice):
    """A caller with the scopes of a shopper and of staff."""
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
def test_fifty_concurrent_equal_requests_have_one_effect(both, lamp, seattle, write):
    given_stock({lamp: 100}, seattle)
    request = write(both, lamp, seattle)

    responses = at_once(*[request.send] * 50)
    replay = request.send()

    done = [response for response in responses if response.status_code < 400]
    refused = [response for response in responses if response not in done]
    assert {problem_of(response) for response in refused} <= {(409, "idempotency-key-in-use")}
    assert {response.content for response in done} == {replay.content}
    assert len([response for response in done if "Idempotency-Replayed" not in response]) == 1
    assert replay["Idempotency-Replayed"] == "true"
    assert replay.get("ETag") == done[0].get("ETag")
    assert request.count_effects() == 1


@contextmanager
def stopped_sender(request: Request, where: str) -> Iterator[None]:
    """Send the request from another process that stops after `where`, and kill it at exit."""
    database = urlsplit(os.environ["DATABASE_URL"])
    url = database._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    argument = json.dumps([request.path, request.body, request.headers, where])
    with subprocess.Popen(
        [sys.executable, "-c", SENDER, argument],
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
            assert process.stdout.readline().strip() == "stopped"
            yield
        finally:
            process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("where", [KEY_IS_LOCKED, ORDER_IS_WRITTEN, RECORD_IS_WRITTEN])
def test_a_sender_killed_before_the_commit_has_no_effect(both, lamp, seattle, where):
    given_stock({lamp: 100}, seattle)
    request = an_order(both, lamp, seattle)

    with stopped_sender(request, where):
        meanwhile = request.send()
        before = request.count_effects()
    response = request.send_until_done()

    assert (problem_of(meanwhile), before) == ((409, "idempotency-key-in-use"), 0)
    assert meanwhile["Retry-After"] == "1"
    assert (response.status_code, "Idempotency-Replayed" in response) == (201, False)
    assert (request.count_effects(), IdempotencyRecord.objects.count()) == (1, 1)


@pytest.mark.parametrize("write", [a_checkout, a_receipt, a_cancelled_unit, a_shipment, an_item])
def test_no_write_is_half_done_when_its_process_is_killed(both, lamp, seattle, write):
    given_stock({lamp: 100}, seattle)
    request = write(both, lamp, seattle)

    with stopped_sender(request, RECORD_IS_WRITTEN):
        before = request.count_effects()
    response = request.send_until_done()

    assert (before, request.count_effects()) == (0, 1)
    assert (response.status_code < 300, "Idempotency-Replayed" in response) == (True, False)


def test_a_lost_response_is_replayed(both, lamp, seattle):
    given_stock({lamp: 100}, seattle)
    request = an_order(both, lamp, seattle)

    with stopped_sender(request, AFTER_THE_RESPONSE):
        pass
    response = request.send()

    assert (response.status_code, response["Idempotency-Replayed"]) == (201, "true")
    assert response.json()["number"] == Order.objects.get().number
