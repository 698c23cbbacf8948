"""A soak test of webhooks: EVENTS events, a receiver that fails, and killed processes.

Each event must arrive, in the order of its resource, with a signature that the public
library verifies.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.stage import own_shop
from shop.embedded.data_folder import BASE_DIR
from shop.embedded.process.ports import free_port, is_listened_to

EVENTS = int(os.environ.get("EVENTS", "10000"))
ITEMS = min(500, max(10, EVENTS // 20))
WORKERS = 3
KILLS_OF_RECEIVER = 2
KILLS_OF_WORKERS = 6 if EVENTS >= 1000 else 2
PATIENCE = 300.0  # seconds without a delivery


class Soak:
    """The receiver and the workers, and the log of the received calls."""

    def __init__(self, secret: str, port: int, log: Path):
        self.secret, self.port, self.log = secret, port, log
        self.kills: Counter[str] = Counter()
        self.receiver = self.start_receiver()
        self.workers = [self.start("worker") for _ in range(WORKERS)]

    def start(self, name: str, *arguments: str) -> subprocess.Popen:
        module = f"benchmarks.webhook_soak.{name}"
        return subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=BASE_DIR)

    def start_receiver(self) -> subprocess.Popen:
        receiver = self.start("receiver", str(self.port), self.secret, str(self.log))
        while not is_listened_to(self.port):
            time.sleep(0.02)
        return receiver

    def kill_receiver(self) -> None:
        end(self.receiver)
        time.sleep(random.uniform(0.2, 0.8))
        self.receiver = self.start_receiver()
        self.kills["receiver"] += 1

    def kill_worker(self) -> None:
        number = random.randrange(WORKERS)
        end(self.workers[number])
        self.workers[number] = self.start("worker")
        self.kills["worker"] += 1

    def stop(self) -> None:
        for process in (*self.workers, self.receiver):
            end(process)

    def arrived(self) -> list[tuple[str, str, str]]:
        """Return every call so far: webhook-id, resource, verdict."""
        if not self.log.exists():
            return []
        whole = self.log.read_text().rpartition("\n")[0]
        return [tuple(line.split()) for line in whole.splitlines()]


def main() -> int:
    with own_shop(WEBHOOK_SENDERS=str(WORKERS), LOG_LEVEL="ERROR"):
        from django.conf import settings

        port, log = free_port(), Path(settings.DATA_DIR) / "received"
        endpoint = make_endpoint(f"http://127.0.0.1:{port}/")
        soak = Soak(endpoint.secret, port, log)
        started = time.monotonic()
        try:
            expected = make_events()
            torment(soak, len(expected))
        finally:
            soak.stop()
        return report(soak, expected, time.monotonic() - started)


def make_endpoint(url: str):
    from shop.accounts.models import User
    from shop.integrations.webhooks.endpoints import create_endpoint

    user = User.objects.create(email="soak@example.com")
    return create_endpoint(user=user, scopes=[], url=url, events=["stock.changed"])


def make_events() -> dict[str, list[str]]:
    """Receive goods until there are EVENTS events; returns the webhook-ids by resource."""
    from catalog.items import upsert_items
    from catalog.models import Item
    from shop.integrations.models import Event
    from warehouses.inventory.receiving import Receipt, receive_delivery
    from warehouses.models import Warehouse

    upsert_items([{"sku": f"S{n}", "name": f"Thing {n}", "price": "1.00"} for n in range(ITEMS)])
    warehouse = Warehouse.objects.create(code="SOAK", name="Soak", postal_code="98101")
    keys = list(Item.objects.values_list("pk", flat=True))
    for step in range(-(-EVENTS // ITEMS)):
        receive_delivery([Receipt(warehouse, pk, 1, f"{step}-{pk}") for pk in keys])
    expected: dict[str, list[str]] = {}
    for event in Event.objects.filter(type="stock.changed").in_order():
        expected.setdefault(event.resource, []).append(f"evt_{event.pk}")
    return expected


def torment(soak: Soak, resources: int) -> None:
    """Kill the receiver and workers meanwhile, until all events or none arrive any more."""
    total = -(-EVENTS // ITEMS) * resources
    plan = [
        *_spread(KILLS_OF_RECEIVER, soak.kill_receiver),
        *_spread(KILLS_OF_WORKERS, soak.kill_worker),
    ]
    plan.sort(key=lambda step: step[0])
    done, last = 0, time.monotonic()
    while done < total and time.monotonic() - last < PATIENCE:
        time.sleep(0.05)
        now = len({key for key, _, verdict in soak.arrived() if verdict == "accepted"})
        if now > done:
            done, last = now, time.monotonic()
        while plan and done >= plan[0][0] * total:
            plan.pop(0)[1]()


def _spread(times: int, fault: Callable[[], None]) -> list[tuple[float, Callable[[], None]]]:
    """Return the fault that many times, spread evenly over the events."""
    return [(number / (times + 1), fault) for number in range(1, times + 1)]


def report(soak: Soak, expected: dict[str, list[str]], seconds: float) -> int:
    calls = soak.arrived()
    verdicts = Counter(verdict for _, _, verdict in calls)
    accepted = [key for key, _, verdict in calls if verdict == "accepted"]
    events = {key for keys in expected.values() for key in keys}
    faults = {
        "events that never arrived": len(events - set(accepted)),
        "calls out of order": out_of_order(calls, expected),
        "calls without a valid signature": verdicts["unsigned"],
    }
    rows = {
        "events": len(events),
        "resources": len(expected),
        "calls": len(calls),
        "  failed on purpose": verdicts["failed"],
        "  accepted": verdicts["accepted"],
        "  accepted once more": len(accepted) - len(set(accepted)),
        "kill -9 of the receiver": soak.kills["receiver"],
        "kill -9 of a worker": soak.kills["worker"],
        "seconds": round(seconds, 1),
        "events a second": round(len(set(accepted)) / seconds),
        **faults,
    }
    for name, value in rows.items():
        print(f"{name:34} {value:>8}")
    return 1 if any(faults.values()) else 0


def out_of_order(calls: list[tuple[str, str, str]], expected: dict[str, list[str]]) -> int:
    """Count the calls that came before all earlier events of their resource were accepted."""
    accepted_count = dict.fromkeys(expected, 0)
    count = 0
    for key, resource, verdict in calls:
        if verdict == "unsigned":
            continue
        index = expected[resource].index(key)
        count += index > accepted_count[resource]
        if verdict == "accepted" and index == accepted_count[resource]:
            accepted_count[resource] += 1
    return count


def end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()


if __name__ == "__main__":
    sys.exit(main())
