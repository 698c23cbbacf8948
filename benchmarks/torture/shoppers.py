"""Shoppers that use the shop over HTTP, and a record of all responses."""

import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.stage import ADDRESS


@dataclass
class Record:
    """The operations and responses of all threads."""

    operations: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    lost_responses: int = 0
    slowest: float = 0.0
    # Orders that were acknowledged: number by checkout.
    acknowledged: dict[int, str] = field(default_factory=dict)
    # Submits without a response, to be retried: (token, key, checkout).
    unanswered: list[tuple[str, str, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Caller:
    """A client of the API with one token, which survives outages."""

    def __init__(self, port: int, token: str, record: Record) -> None:
        self.port, self.token, self.record = port, token, record

    def call(self, operation: str, method: str, path: str, body=None, key: str = "") -> tuple:
        """Return (status, payload), or (0, {}) if the response was lost."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        started = time.monotonic()
        status, payload = self._send(method, path, json.dumps(body) if body else None, headers)
        with self.record.lock:
            self.record.operations[operation] += 1
            self.record.slowest = max(self.record.slowest, time.monotonic() - started)
            self.record.statuses[status] += 1
            self.record.lost_responses += status == 0
        return status, payload

    def _send(self, method: str, path: str, body: str | None, headers: dict) -> tuple:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, f"/api/v1/{path}", body, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.1)
            return 0, {}
        finally:
            connection.close()


def shop(caller: Caller, items: list[int], stop: threading.Event) -> None:
    """Browse, fill a cart, begin a checkout, then order, cancel, or let the hold expire."""
    while not stop.is_set():
        caller.call("browse", "GET", f"items/?q=thing&page={random.randint(1, 3)}")
        for item_id in random.sample(items, random.randint(1, 3)):
            quantity = {"quantity": random.randint(1, 3)}
            caller.call("fill cart", "PUT", f"cart/items/{item_id}/", quantity)
        status, checkout = caller.call("begin checkout", "POST", "checkout/")
        if status not in {200, 201}:
            continue
        chance = random.random()
        if chance < 0.6:
            submit(caller, checkout["id"])
        elif chance < 0.8:
            caller.call("cancel checkout", "DELETE", "checkout/")
        if random.random() < 0.4:
            _change_something(caller)


def submit(caller: Caller, checkout_id: int) -> None:
    key = uuid.uuid4().hex
    _submit(caller, key, checkout_id)


def retry(caller: Caller, key: str, checkout_id: int) -> int:
    """Repeat an unanswered submit exactly; returns the status."""
    return _submit(caller, key, checkout_id, is_retry=True)


def _submit(caller: Caller, key: str, checkout_id: int, *, is_retry: bool = False) -> int:
    body = {"checkout": checkout_id, "shipping_address": ADDRESS}
    status, order = caller.call("submit order", "POST", "orders/", body, key)
    with caller.record.lock:
        if status == 201:
            caller.record.acknowledged[checkout_id] = order["number"]
        elif (status == 0 or status >= 500) and not is_retry:
            caller.record.unanswered.append((caller.token, key, checkout_id))
    return status


def _change_something(caller: Caller) -> None:
    """Cancel an order or a unit of it, send it elsewhere, or ask to return a unit."""
    _, orders = caller.call("list orders", "GET", "orders/?limit=10")
    if not (results := orders.get("results")):
        return
    order = random.choice(results)
    if not (actions := order["allowed_actions"]):
        return
    path = f"orders/{order['number']}/"
    line = random.choice(order["items"])
    unit = {"items": [{"item_id": line["item_id"], "quantity": 1}], "reason": "torture"}
    match random.choice(actions):
        case "cancel":
            caller.call("cancel order", "POST", f"{path}cancel/", {"reason": "torture"})
        case "cancel_items":
            caller.call("cancel items", "POST", f"{path}cancel/", unit)
        case "change_address":
            address = {**ADDRESS, "line1": f"{random.randint(1, 999)} Pine St"}
            caller.call("change address", "PATCH", path, {"shipping_address": address})
        case "return":
            caller.call("request return", "POST", f"{path}returns/", unit)
