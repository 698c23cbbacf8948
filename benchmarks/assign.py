"""Benchmark of orders assigned per second by one and by two workers, and of the audit.

For comparison, pgbench writes the same rows by the least SQL, an order at a time.

make bench-assign [ORDERS=2000] [ITEMS=1000000]
"""

import multiprocessing
import os
import random
import re
import subprocess
import time
from decimal import Decimal
from pathlib import Path

from benchmarks.stage import fill_shop, own_shop
from shop.embedded.servers.binaries import postgres_binary

ORDERS = int(os.environ.get("ORDERS", "2000"))
ITEMS = int(os.environ.get("ITEMS", "1000000"))
CHUNK_SIZE = 2000  # orders written in one transaction
ORDERED_ITEMS = 2000  # items in the orders
SCRIPT = Path(__file__).with_name("pgbench_assignment.sql")
ADDRESS = {"name": "Bench", "postal_code": "98109", "country": "US"}


def main() -> None:
    """Run the benchmark and print its results."""
    rates = {}
    with own_shop():
        items = fill_shop(items=ORDERED_ITEMS, stock=100_000)
        for workers in (1, 2):
            for count in [CHUNK_SIZE] * (ORDERS // CHUNK_SIZE) + [ORDERS % CHUNK_SIZE]:
                place_orders(items, count)
            rates[workers] = ORDERS / assign_by(workers)
        audit(ORDERED_ITEMS)
        add_items(ITEMS - ORDERED_ITEMS)
        audit(ITEMS)
        for workers, rate in rates.items():  # last: the rows of pgbench break the law
            limit = pgbench(workers)
            result = f"{workers} worker(s): {rate:.0f} orders assigned a second"
            print(f"{result}, {rate / limit:.2f} of the {limit:.0f} that pgbench writes")


def place_orders(items: list[int], count: int) -> None:
    """Write submitted orders of two items in bulk, and take their units off the stock."""
    from django.db import transaction
    from django.db.models.functions import Now

    from catalog.stock import change_stock, lock_stock
    from orders.models import Checkout, Order, OrderItem
    from shop.accounts.models import User

    buyer, _ = User.objects.get_or_create(email="bench@example.com")
    with transaction.atomic():
        baskets = [sorted(random.sample(items, 2)) for _ in range(count)]
        changes: dict[int, int] = {}
        for item_id in (item_id for basket in baskets for item_id in basket):
            changes[item_id] = changes.get(item_id, 0) - 1
        lock_stock(changes)
        change_stock(changes)
        checkouts = Checkout.objects.bulk_create(
            Checkout(customer=buyer, status="submitted", expires_at=Now()) for _ in baskets
        )
        orders = Order.objects.bulk_create(
            Order(
                customer=buyer,
                checkout=checkout,
                email=buyer.email,
                shipping_address=ADDRESS,
                items_total=Decimal(20),
                price=Decimal(20),
            )
            for checkout in checkouts
        )
        OrderItem.objects.bulk_create(
            OrderItem(order=order, item_id=item_id, name="Thing", price=Decimal(10), quantity=1)
            for order, basket in zip(orders, baskets, strict=True)
            for item_id in basket
        )


def assign_by(workers: int) -> float:
    """Assign every unassigned order; returns the seconds from the first to the last."""
    from warehouses.assignment.assigning import orders_to_assign
    from warehouses.models import WarehouseOrder

    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    sweepers = [context.Process(target=sweep, args=[n, workers, ready, go]) for n in range(workers)]
    for sweeper in sweepers:
        sweeper.start()
    for _ in sweepers:
        ready.acquire()
    before = WarehouseOrder.objects.count()
    start = time.monotonic()
    go.set()
    for sweeper in sweepers:
        sweeper.join()
    seconds = time.monotonic() - start
    assert not orders_to_assign()  # noqa: S101 -- else the figure means nothing
    assert WarehouseOrder.objects.count() - before == ORDERS  # noqa: S101
    return seconds


def sweep(number: int, workers: int, ready, go) -> None:
    """Assign every n-th batch, where n is the number of workers."""
    import django

    django.setup()
    from orders.models import Order
    from warehouses.assignment.assigning import BATCH_SIZE
    from warehouses.assignment.sweeps import assign_batch

    order_ids = list(Order.objects.filter(awaits_assignment=True).values_list("pk", flat=True))
    ready.release()
    go.wait()
    for batch in list(batched(sorted(order_ids), BATCH_SIZE))[number::workers]:
        assign_batch(batch)


def batched(values: list[int], size: int):
    """Return the values in lists of `size`."""
    return (values[start : start + size] for start in range(0, len(values), size))


def pgbench(clients: int) -> float:
    """Return the orders per second of the least SQL that writes the same rows."""
    from django.db.models import Max, Min

    from orders.models import Order, OrderItem
    from warehouses.models import Warehouse

    orders = Order.objects.aggregate(first=Min("pk"), last=Max("pk"))
    items = OrderItem.objects.aggregate(first=Min("item"), last=Max("item"))
    variables = {
        **{f"{end}_order": key for end, key in orders.items()},
        **{f"{end}_item": key for end, key in items.items()},
        "warehouse": Warehouse.objects.get().pk,
    }
    command = [str(postgres_binary("pgbench")), "-n", "-M", "prepared", "-c", str(clients)]
    command += ["-j", "2", "-T", "10", "-f", str(SCRIPT)]
    command += [f"-D{name}={value}" for name, value in variables.items()]
    command.append(os.environ["DATABASE_URL"])
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    rate = re.search(r"tps = ([\d.]+)", output)
    return float(rate[1]) if rate else 0.0


def add_items(count: int) -> None:
    """Add items with stock rows and one received unit each, by SQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH new AS (
                INSERT INTO catalog_item
                    (sku, name, description, price, brand, category, image, is_active)
                SELECT 'A' || n, 'Thing ' || n, '', 10, '', 'Things', '', true
                  FROM generate_series(1, %s) AS n RETURNING id
            ), stock AS (
                INSERT INTO catalog_aggregatedstock (item_id, stock) SELECT id, 1 FROM new
            ), place AS (
                INSERT INTO warehouses_warehousestock
                    (warehouse_id, item_id, physical_stock, available_stock)
                SELECT (SELECT min(id) FROM warehouses_warehouse), id, 1, 1 FROM new
            )
            INSERT INTO warehouses_stockmovement
                (warehouse_id, item_id, kind, physical_change, available_change, reference)
            SELECT (SELECT min(id) FROM warehouses_warehouse), id, 'received', 1, 1, '' FROM new
            """,
            [count],
        )


def audit(items: int) -> None:
    """Run the audit and print its duration."""
    from warehouses.stock.audit import find_breaches

    start = time.monotonic()
    breaches = find_breaches()
    print(f"audit of {items} items: {time.monotonic() - start:.1f} s, {len(breaches)} breaches")


if __name__ == "__main__":
    main()
