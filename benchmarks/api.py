"""The latency of the calls of a purchase over HTTP, beside a trivial view on the same server.

    make bench-api [SECONDS=5]

Two clients, each a connection kept alive, make one kind of call after the other; the
trivial view reads one row by its key and answers JSON.
"""

import os
import random
import statistics
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator

from benchmarks.purchase import Client
from benchmarks.stage import ADDRESS, fill_shop, make_tokens, own_shop, web_server

SECONDS = float(os.environ.get("SECONDS", "5"))
CLIENTS = 2
NAMES = (
    *("trivial view", "GET /items/{id}/", "GET /items/{id}/ 304", "PUT /cart/items/{id}/"),
    *("POST /checkout/", "POST /orders/", "GET /orders/{number}/"),
)


def main() -> None:
    with own_shop(MAX_HOLDS_PER_HOUR="1000000"):
        items = fill_shop(items=2000, stock=100_000)
        tokens = make_tokens(CLIENTS)
        with web_server(target="benchmarks.trivial:application") as port:
            taken = measure([Client(port, token) for token in tokens], items)
    print_table(taken)


def measure(clients: list[Client], items: list[int]) -> dict[str, list[float]]:
    """Return the seconds of each call, by its kind."""
    taken: defaultdict[str, list[float]] = defaultdict(list)

    def run(client: Client) -> None:
        end = time.monotonic() + SECONDS * len(NAMES)
        while time.monotonic() < end:
            for name, seconds in calls(client, random.choice(items)):
                taken[name].append(seconds)

    threads = [threading.Thread(target=run, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def calls(client: Client, item_id: int) -> Iterator[tuple[str, float]]:
    """Buy a unit of an item, with reads in between; yield the kind and seconds of each call."""
    yield "trivial view", timed(client, "GET", f"/trivial/{item_id}/")[0]
    seconds, _, tag = timed(client, "GET", f"items/{item_id}/")
    yield "GET /items/{id}/", seconds
    condition = {"If-None-Match": tag}
    yield "GET /items/{id}/ 304", timed(client, "GET", f"items/{item_id}/", **condition)[0]
    yield (
        "PUT /cart/items/{id}/",
        timed(client, "PUT", f"cart/items/{item_id}/", {"quantity": 1})[0],
    )
    seconds, held, _ = timed(client, "POST", "checkout/")
    yield "POST /checkout/", seconds
    body = {"checkout": held["id"], "shipping_address": ADDRESS}
    seconds, placed, _ = timed(
        client, "POST", "orders/", body, **{"Idempotency-Key": uuid.uuid4().hex}
    )
    yield "POST /orders/", seconds
    yield "GET /orders/{number}/", timed(client, "GET", f"orders/{placed['number']}/")[0]


def timed(client: Client, method: str, path: str, body=None, **headers: str):
    """Make a call and return its seconds, its payload and its ETag."""
    started = time.perf_counter()
    payload = client.call(method, path, body, **headers)
    return time.perf_counter() - started, payload, client.tag


def print_table(taken: dict[str, list[float]]) -> None:
    trivial = statistics.median(taken["trivial view"])
    print(f"{'call':24}    calls   p50 ms   of the trivial view's rate")
    for name in NAMES:
        middle = statistics.median(taken[name])
        print(f"{name:24} {len(taken[name]):8} {middle * 1000:8.2f} {trivial / middle:8.2f}")


if __name__ == "__main__":
    main()
