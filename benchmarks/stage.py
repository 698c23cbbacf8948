"""Fixtures of the benchmarks: servers of their own, a filled shop, a web server."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.process.ports import free_port
from shop.embedded.servers.shared_servers import borrowed_servers
from shop.embedded.servers.startup import missing_servers
from shop.embedded.shop_programs import web

ADDRESS = {
    "name": "Bench",
    "line1": "400 Broad St",
    "city": "Seattle",
    "region": "WA",
    "postal_code": "98109",
    "country": "US",
}


@contextmanager
def own_shop(**environment: str) -> Iterator[None]:
    """Run a migrated, empty shop on servers of its own (fsync on) unless URLs are given."""
    folder = DataFolder(Path(tempfile.gettempdir()) / f"shop-bench-{secrets.token_hex(4)}")
    folder.prepare()
    os.environ.update(
        SECRET_KEY="for benchmarks only",  # noqa: S106
        SHOP_DEMO="1",
        SHOP_DATA_DIR=str(folder.path),
        API_RATE="100000",  # requests are counted, but no client reaches the limit
        API_BURST="1000000",
        PAGE_RATE="100000",
        PAGE_BURST="1000000",
        DJANGO_SETTINGS_MODULE="shop.settings",
        **environment,
    )
    try:
        with borrowed_servers(folder, missing_servers()) as urls:
            os.environ.update(urls)
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            yield
    finally:
        shutil.rmtree(folder.path, ignore_errors=True)


@contextmanager
def web_server(*, workers: int = 2, target: str = "shop.wsgi:application") -> Iterator[int]:
    """Run the shop's web server as the demo does; yields its port."""
    port = free_port()
    program = web("web", port, workers=workers, target=target)
    with subprocess.Popen(program.command, cwd=BASE_DIR, stderr=sys.stderr) as process:
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/livez")
            yield port
        finally:
            process.terminate()


def wait_until_it_answers(url: str) -> None:
    """Wait for a response of the URL, up to 20 seconds. Raises TimeoutError."""
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310 -- loopback
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within 20 s.")


def fill_shop(*, items: int, stock: int) -> list[int]:
    """Make `items` items with `stock` units each in one warehouse; returns their ids."""
    from catalog.items import upsert_items
    from catalog.models import Item
    from warehouses.inventory.receiving import Receipt, receive_delivery
    from warehouses.models import Warehouse

    warehouse = Warehouse.objects.create(code="BENCH", name="Benchmark", postal_code="98101")
    for start in range(0, items, 2000):
        rows = [
            {"sku": f"B{n:07d}", "name": f"Thing {n}", "price": "10.00", "category": "Things"}
            for n in range(start, min(start + 2000, items))
        ]
        upsert_items(rows)
        ids = Item.objects.filter(sku__in=[row["sku"] for row in rows]).values_list("pk", flat=True)
        receive_delivery([Receipt(warehouse, pk, stock, f"B{pk}") for pk in ids])
    return list(Item.objects.order_by("pk").values_list("pk", flat=True))


def make_tokens(count: int) -> list[str]:
    """Make `count` shoppers, each with a token; returns the tokens."""
    from shop.accounts.models import ApiToken, User

    users = User.objects.bulk_create(
        User(email=f"bench{n}-{secrets.token_hex(3)}@example.com", password="!")  # noqa: S106
        for n in range(count)
    )
    return [ApiToken.issue(user=user, scopes=["shopper"]) for user in users]
