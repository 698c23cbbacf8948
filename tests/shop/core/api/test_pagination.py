"""Lists by cursor: complete during concurrent writes, and of the same cost at any depth."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from orders.models import Order
from tests.support.api import STAFF, client_of
from tests.support.factories import UserFactory, WarehouseFactory, given_stock
from tests.support.stories import order

ROWS = 50_000
MAX_PAGES = 200
BEGINNING = (timezone.now() - timedelta(minutes=ROWS - 200)).strftime("%Y-%m-%dT%H:%M:%SZ")
# Old orders, a minute apart, one in a hundred of them alice's, and their warehouse orders. What
# a filter is for (open ones, those of an address or of a rare item) are the oldest ones, which a
# scan from the newest reaches last.
FILL = """
WITH checkout AS (
    INSERT INTO orders_checkout (customer_id, status, expires_at)
    SELECT CASE WHEN n %% 100 = 0 THEN %(alice)s ELSE %(bob)s END, 'submitted', now()
      FROM generate_series(1, %(rows)s) AS n
    RETURNING id, customer_id
), numbered AS (
    SELECT id, customer_id, row_number() OVER (ORDER BY id) AS n FROM checkout
), orders AS (
    INSERT INTO orders_order (number, customer_id, checkout_id, email, status, awaits_assignment,
           shipping_address, items_total, shipping, tax, price, cancel_reason, placed_at)
    SELECT 'old-' || n, customer_id, id,
           CASE WHEN n <= 100 THEN 'Rare@example.com' ELSE n || '@example.com' END,
           CASE WHEN n <= 100 THEN 'assigned' ELSE 'shipped' END,
           false, '{}', 1, 0, 0, 1, '', now() - (%(rows)s - n) * interval '1 minute'
      FROM numbered ORDER BY n
    RETURNING id
), lines AS (
    INSERT INTO orders_orderitem
           (order_id, item_id, name, price, quantity, cancelled_quantity, short_quantity)
    SELECT id, CASE WHEN row_number() OVER w <= 100 THEN %(rare)s ELSE %(common)s END,
           'Thing', 1, 1, 0, 0
      FROM orders WINDOW w AS (ORDER BY id)
    RETURNING id, order_id, item_id
), parcels AS (
    INSERT INTO warehouses_warehouseorder
           (order_id, warehouse_id, status, shipping_address, decision, assigned_to, tracking)
    SELECT id, CASE WHEN row_number() OVER w <= 200 THEN %(small)s ELSE %(large)s END,
           CASE WHEN row_number() OVER w <= 100 THEN 'picked' ELSE 'shipped' END,
           '{}', '{}', '', '1Z' || row_number() OVER w
      FROM orders WINDOW w AS (ORDER BY id)
    RETURNING id, order_id
)
INSERT INTO warehouses_warehouseorderitem (warehouse_order_id, order_item_id, item_id, quantity)
SELECT parcels.id, lines.id, lines.item_id, 1 FROM parcels JOIN lines USING (order_id)
"""
FILL_STOCK = """
WITH item AS (
    INSERT INTO catalog_item (sku, name, description, price, brand, category, image, is_active)
    SELECT 'old-' || n, 'Thing', '', 1, '', '', '', true FROM generate_series(1, %(rows)s) AS n
    RETURNING id
)
INSERT INTO warehouses_warehousestock (item_id, warehouse_id, physical_stock, available_stock)
SELECT id, CASE WHEN row_number() OVER w <= 200 THEN %(small)s ELSE %(large)s END, 0, 0
  FROM item WINDOW w AS (ORDER BY id)
"""
LISTS = [
    "orders/?",
    "orders/?status=assigned&",
    "orders/?status=shipped&",
    "orders/?email=rare@EXAMPLE.com&",
    "orders/?email=nobody@example.com&",
    "orders/?number=old-7&",
    "orders/?sku=RUG&",
    "orders/?sku=LAMP&",
    f"orders/?placed_before={BEGINNING}&",
    f"orders/?placed_after={BEGINNING}&",
    f"orders/?status=shipped&placed_after={BEGINNING}&placed_before={BEGINNING}&",
    "warehouse-orders/?",
    "warehouse-orders/?warehouse=SMALL&",
    "warehouse-orders/?status=picked&",
    "warehouse-orders/?warehouse=LARGE&status=shipped&",
    "warehouse-orders/?order=old-7&",
    "warehouse-orders/?tracking=1Z7&",
    "warehouse-orders/?sku=RUG&",
    "warehouse-orders/?sku=LAMP&",
    "warehouse-orders/?sku=LAMP&warehouse=SMALL&",
    "warehouses/SMALL/stock/?",
    "warehouses/LARGE/stock/?",
]


def walk(client, url, between=lambda: None):
    """Return the numbers on all pages, with a call of `between` after each page."""
    seen = []
    while url:
        page = client.get(url).json()
        seen += [row["number"] for row in page["results"]]
        url = page["next"]
        between()
    return seen


@pytest.mark.django_db
def test_paging_is_complete_and_without_repeats_during_writes(alice, lamp):
    given_stock({lamp: 90})
    numbers = [order(alice, {lamp: 1}).number for _ in range(9)]
    client = client_of(alice, "shopper")
    doomed = iter(numbers[::-1][3::4])  # numbers on later pages

    def meanwhile():
        order(alice, {lamp: 1})
        remove_order(next(doomed, None))

    seen = walk(client, "/api/v1/orders/?limit=2", meanwhile)

    remaining = set(Order.objects.values_list("number", flat=True))
    assert len(seen) == len(set(seen))
    assert [number for number in numbers[::-1] if number in remaining and number not in seen] == []
    assert set(seen) <= set(numbers)  # new orders are before the first page


@pytest.mark.django_db
def test_a_page_with_deleted_rows_still_has_a_next_page(alice, lamp):
    given_stock({lamp: 90})
    numbers = [order(alice, {lamp: 1}).number for _ in range(6)][::-1]
    client = client_of(alice, "shopper")

    first = client.get("/api/v1/orders/?limit=2").json()
    for number in numbers[:3]:
        remove_order(number)
    rest = walk(client, first["next"])
    back = client.get(client.get(first["next"]).json()["previous"]).json()

    assert rest == numbers[3:]
    assert back["results"] == []


def remove_order(number):
    """Delete an order with SQL, because the shop itself never deletes one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM orders_order WHERE number = %s RETURNING id), "
            "mails AS "
            "(DELETE FROM orders_ordernotification WHERE order_id IN (SELECT id FROM gone)) "
            "DELETE FROM orders_orderitem WHERE order_id IN (SELECT id FROM gone)",
            [number],
        )


def fill(alice, rare, common, rows):
    """Insert many old rows with SQL."""
    small, large = WarehouseFactory(code="SMALL"), WarehouseFactory(code="LARGE")
    parameters = {"alice": alice.pk, "bob": UserFactory().pk, "rows": rows}
    parameters |= {"rare": rare.pk, "common": common.pk}
    with connection.cursor() as cursor:
        for statement in (FILL, FILL_STOCK):
            cursor.execute(statement, {**parameters, "small": small.pk, "large": large.pk})
        cursor.execute("ANALYZE")


class PageCounter:
    """A wrapper of a connection that counts the database pages of each SELECT."""

    def __init__(self):
        self.pages = 0

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("SELECT"):
            explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}"
            [[output]] = connection.connection.execute(explain, params).fetchall()
            plan = (output if isinstance(output, list) else json.loads(output))[0]["Plan"]
            self.pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        return execute(sql, params, many, context)


def pages_read(client, url) -> int:
    """Return the number of database pages that a request reads."""
    counter = PageCounter()
    with connection.execute_wrapper(counter):
        assert client.get(url).status_code == 200
    return counter.pages


@pytest.mark.django_db
def test_every_list_costs_the_same_at_any_depth(alice, lamp, rug):
    fill(alice, rug, lamp, ROWS)
    shopper, staff = client_of(alice, "shopper"), client_of(alice, *STAFF)
    middles = {
        "orders/?": middle_of("orders_order"),
        "orders/?status=shipped&": middle_of("orders_order"),
        "orders/?sku=LAMP&": middle_of("orders_order"),
        "warehouse-orders/?sku=LAMP&": middle_of("warehouses_warehouseorder"),
        "warehouse-orders/?": middle_of("warehouses_warehouseorder"),
        "warehouses/LARGE/stock/?": middle_of("warehouses_warehousestock"),
    }

    own = pages_read(shopper, "/api/v1/orders/?")
    first = {path: pages_read(staff, f"/api/v1/{path}") for path in LISTS}
    deep = {path: pages_read(staff, f"/api/v1/{path}{middles[path]}") for path in middles}

    # A page of 24 rows, their related rows, a token, and the index pages on the way.
    assert {path: n for path, n in {"own": own, **first}.items() if n > MAX_PAGES} == {}
    assert {path: n for path, n in deep.items() if n > 1.5 * first[path]} == {}


def middle_of(table: str) -> str:
    """Return the cursor of the page in the middle of the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM {table}")  # noqa: S608
        [position] = cursor.fetchone()
    return f"cursor={b64encode(f'p={position}'.encode()).decode()}"
