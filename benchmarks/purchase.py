"""The cost of a purchase of two items: by verbs, over HTTP, and at the limit of PostgreSQL.

    make bench-purchase [SECONDS=10]

The limit is pgbench running the least SQL that a purchase needs, on the same server in
the same run; its scripts are those of ../shared/bench, where that folder exists.
"""

import http.client
import json
import multiprocessing
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.stage import ADDRESS, fill_shop, make_tokens, own_shop, web_server
from shop.embedded.data_folder import BASE_DIR
from shop.embedded.servers.binaries import postgres_binary

SECONDS = float(os.environ.get("SECONDS", "10"))
ITEMS = int(os.environ.get("ITEMS", "20000"))
LIMIT = BASE_DIR.parent / "shared" / "bench"


@dataclass
class Tally:
    """The measurements of a client: seconds of each purchase, and responses by status."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: Counter[str] = field(default_factory=Counter)


def main() -> None:
    with own_shop(MAX_HOLDS_PER_HOUR="100000"):
        items = fill_shop(items=ITEMS, stock=100_000)
        rows = []
        for name, choose in {"uniform": uniform, "hot item": with_hot_item}.items():
            for clients in (1, 8):
                limit = pgbench(clients, is_hot=name == "hot item")
                verbs = by_verbs(items, choose, clients)
                web = over_http(items, choose, clients)
                rows += [(name, clients, "limit", limit), (name, clients, "verbs", verbs)]
                rows += [(name, clients, "HTTP", web)]
        print_table(rows)
        print_statements(items)
        crowd()
        audit()


def uniform(items: list[int]) -> list[int]:
    return random.sample(items, 2)


def with_hot_item(items: list[int]) -> list[int]:
    return [items[0], random.choice(items[1:])]


def pgbench(clients: int, *, is_hot: bool) -> tuple[float, list[float]]:
    """Return purchases a second by the least SQL, and no latencies."""
    script = LIMIT / ("pgbench_purchase_hot.sql" if is_hot else "pgbench_purchase.sql")
    if not script.exists():
        return 0.0, []
    make = [str(postgres_binary("psql")), "-q"]  # its CHECKPOINT needs a superuser, and may fail
    url = os.environ["DATABASE_URL"]
    quiet = subprocess.DEVNULL
    schema = ["-f", str(LIMIT / "pgbench_schema.sql"), url]
    subprocess.run([*make, *schema], check=True, stdout=quiet, stderr=quiet)
    run = [str(postgres_binary("pgbench")), "-n", "-M", "prepared", "-j", "2"]
    run += ["-c", str(clients), "-T", str(int(SECONDS)), "-f", str(script), url]
    output = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"tps = ([\d.]+)", output)
    latency = re.search(r"latency average = ([\d.]+) ms", output)
    return float(rate[1]), [float(latency[1]) / 1000]


def print_statements(items: list[int]) -> None:
    """Print the number of SQL statements of a purchase by a shopper with a cart."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from rest_framework.test import APIClient

    client = APIClient(
        headers={"Authorization": f"Bearer {make_tokens(1)[0]}", "Host": "localhost"}
    )

    def buy() -> None:
        for item_id in uniform(items):
            client.put(f"/api/v1/cart/items/{item_id}/", {"quantity": 1})
        checkout = client.post("/api/v1/checkout/").json()
        order = {"checkout": checkout["id"], "shipping_address": ADDRESS}
        client.post("/api/v1/orders/", order, headers={"Idempotency-Key": uuid.uuid4().hex})

    buy()
    with CaptureQueriesContext(connection) as captured:
        buy()
    kinds = Counter(query["sql"].split()[0] for query in captured.captured_queries)
    print(f"\nStatements of a purchase over HTTP: {kinds.total()} {dict(kinds.most_common())}")


def by_verbs(items, choose, clients: int) -> tuple[float, list[float]]:
    """Return purchases a second by verbs, and their seconds; each client is a process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(clients, initializer=set_up) as pool:
        start = time.monotonic()
        tallies = pool.starmap(buy_by_verbs, [(items, choose)] * clients)
        took = time.monotonic() - start
    seconds = [s for tally in tallies for s in tally]
    return len(seconds) / min(took, SECONDS), seconds


def set_up() -> None:
    import django

    django.setup()


def buy_by_verbs(items, choose) -> list[float]:
    from cart.cart import cart_of, update_item_in_cart
    from orders.checkout.holds import begin_checkout
    from orders.ordering import submit_order
    from shop.accounts.models import User
    from shop.core.db.transactions import run_transaction

    user = User.objects.create(email=f"{uuid.uuid4()}@example.com", password="!")  # noqa: S106
    cart = cart_of(user)
    seconds = []
    end = time.monotonic() + SECONDS
    while (started := time.monotonic()) < end:
        for item_id in choose(items):
            run_transaction(update_item_in_cart, cart=cart, item_id=item_id, quantity=1)
        checkout = run_transaction(begin_checkout, customer=user)
        run_transaction(
            submit_order, customer=user, checkout_id=checkout.pk, shipping_address=ADDRESS
        )
        seconds.append(time.monotonic() - started)
    return seconds


class Client:
    """A shopper's connection to the API, kept alive."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.tally = Tally()
        self.tag = ""  # the ETag of the last response

    def call(self, method: str, path: str, body: dict | None = None, **headers: str) -> dict:
        sent = json.dumps(body) if body is not None else None
        address = path if path.startswith("/") else f"/api/v1/{path}"
        self.connection.request(method, address, sent, {**self.headers, **headers})
        response = self.connection.getresponse()
        payload = json.loads(response.read() or b"{}")
        self.tag = response.getheader("ETag", "")
        self.tally.statuses[response.status] += 1
        return payload

    def buy(self, item_ids: list[int]) -> None:
        started = time.monotonic()
        for item_id in item_ids:
            self.call("PUT", f"cart/items/{item_id}/", {"quantity": 1})
        checkout = self.call("POST", "checkout/")
        order = {"checkout": checkout["id"], "shipping_address": ADDRESS}
        self.call("POST", "orders/", order, **{"Idempotency-Key": uuid.uuid4().hex})
        self.tally.seconds.append(time.monotonic() - started)


def over_http(items, choose, clients: int) -> tuple[float, list[float]]:
    """Return purchases a second over HTTP, and their seconds; each client is a thread."""
    tokens = make_tokens(clients)
    with web_server() as port:
        shoppers = [Client(port, token) for token in tokens]
        end = time.monotonic() + SECONDS

        def shop(client: Client) -> None:
            while time.monotonic() < end:
                client.buy(choose(items))

        threads = [threading.Thread(target=shop, args=[client]) for client in shoppers]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - start
    statuses: Counter[int] = sum((c.tally.statuses for c in shoppers), Counter())
    if set(statuses) - {200, 201}:
        print(f"unexpected answers: {statuses}", file=sys.stderr)
    seconds = [s for client in shoppers for s in client.tally.seconds]
    return len(seconds) / took, seconds


def crowd(*, buyers: int = 300, units: int = 100) -> None:
    """Let many buyers check out an item at once, and print the outcomes."""
    item_id = make_scarce_item(units)
    tokens = make_tokens(buyers)
    outcomes: Counter[str] = Counter()
    gate = threading.Barrier(buyers + 1)

    def rush(port: int, token: str) -> None:
        outcomes[buy_at_gate(Client(port, token), item_id, gate)] += 1

    with web_server() as port:
        threads = [threading.Thread(target=rush, args=[port, token]) for token in tokens]
        for thread in threads:
            thread.start()
        gate.wait()
        start = time.monotonic()
        for thread in threads:
            thread.join()
        took = time.monotonic() - start
    crowd_size = f"{buyers} buyers at once for {units} units"
    print(f"\nThe crowd: {crowd_size} in {took:.1f} s: {dict(outcomes)}")


def make_scarce_item(units: int) -> int:
    """Make an item with that many units; returns its id."""
    from catalog.items import create_item
    from warehouses.inventory.receiving import receive_stock
    from warehouses.models import Warehouse

    item = create_item(sku=f"CROWD-{uuid.uuid4()}", name="Wanted by all", price="10.00")
    receive_stock(warehouse=Warehouse.objects.first(), item=item, quantity=units)
    return item.pk


def buy_at_gate(client: Client, item_id: int, gate: threading.Barrier) -> str:
    """Fill the cart, wait at the gate, and buy; returns "sold" or the problem's type."""
    client.call("PUT", f"cart/items/{item_id}/", {"quantity": 1})
    gate.wait()
    payload = client.call("POST", "checkout/")
    if "id" in payload:
        order = {"checkout": payload["id"], "shipping_address": ADDRESS}
        payload = client.call("POST", "orders/", order, **{"Idempotency-Key": uuid.uuid4().hex})
    return "sold" if "number" in payload else payload["type"].rsplit("/", 1)[-1]


def audit() -> None:
    from warehouses.stock.audit import find_breaches

    start = time.monotonic()
    breaches = find_breaches()
    print(f"The law: {len(breaches)} items break it ({time.monotonic() - start:.1f} s).")


def print_table(rows) -> None:
    limits = {(name, clients): rate for name, clients, how, (rate, _) in rows if how == "limit"}
    print(f"\n{'':10} clients  {'how':6} purchases/s   of limit   p50 ms   p99 ms")
    for name, clients, how, (rate, seconds) in rows:
        share = rate / limits[name, clients] if limits[name, clients] else 0
        ordered = sorted(seconds) or [0.0]
        p50 = statistics.median(ordered) * 1000
        p99 = ordered[int(len(ordered) * 0.99) - 1] * 1000
        print(f"{name:10} {clients:7}  {how:6} {rate:11.1f} {share:10.2f} {p50:8.1f} {p99:8.1f}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main()
