"""Sales statistics of items: units sold of each, and pairs bought together.

Nightly jobs write them to tables of the catalogue; search and item pages read them.
"""

from django.db import connection, transaction

from catalog.search.cache import count_item_change

PERIOD_DAYS = 90
# Popularity is written when ln(1 + units) changed by more than this, so that few items are
# indexed again.
MIN_LOG_CHANGE = 0.2
MAX_LINES = 50  # of an order that counts for pairs: a wholesaler's order pairs everything
MIN_ORDERS = 2  # with both items of a pair
MAX_CO_PURCHASES = 8  # pairs of an item


@transaction.atomic
def count_popularity() -> int:
    """Count the units of each item ordered within PERIOD_DAYS; return the number of changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH counted AS (
                SELECT line.item_id,
                       sum(line.quantity - line.cancelled_quantity - line.short_quantity
                           - line.returned_quantity) AS units
                  FROM orders_orderitem AS line JOIN orders_order AS o ON o.id = line.order_id
                 WHERE o.placed_at > now() - make_interval(days => %(period_days)s)
                 GROUP BY line.item_id
            ), changed AS (
                SELECT item_id, coalesce(counted.units, 0) AS units,
                       abs(ln(1 + coalesce(counted.units, 0)) - ln(1 + coalesce(stored.units, 0)))
                           > %(min_log_change)s AS is_large
                  FROM counted FULL JOIN catalog_popularity AS stored USING (item_id)
                 WHERE coalesce(counted.units, 0) <> coalesce(stored.units, 0)
            ), written AS (
                INSERT INTO catalog_popularity (item_id, units)
                SELECT item_id, units FROM changed WHERE is_large ORDER BY item_id
                    ON CONFLICT (item_id) DO UPDATE SET units = excluded.units
                RETURNING item_id
            ), recorded AS (
                INSERT INTO catalog_itemchange (item_id) SELECT item_id FROM written
            )
            SELECT count(*) FROM written
            """,
            {"period_days": PERIOD_DAYS, "min_log_change": MIN_LOG_CHANGE},
        )
        [changed] = cursor.fetchone()
    count_item_change()
    return changed


@transaction.atomic
def count_co_purchases() -> int:
    """Replace the pairs of items ordered together within PERIOD_DAYS; return their number.

    Readers see the old pairs until this commits.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE catalog_copurchase IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM catalog_copurchase")
        cursor.execute(
            """
            WITH recent AS (
                SELECT line.order_id, line.item_id,
                       count(*) OVER (PARTITION BY line.order_id) AS lines
                  FROM orders_orderitem AS line JOIN orders_order AS o ON o.id = line.order_id
                 WHERE o.placed_at > now() - make_interval(days => %(period_days)s)
                   AND o.status <> 'cancelled'
            ), pairs AS (
                SELECT line.item_id, other.item_id AS other_id, count(*) AS orders
                  FROM recent AS line JOIN recent AS other USING (order_id)
                 WHERE line.item_id <> other.item_id AND line.lines <= %(max_lines)s
                 GROUP BY line.item_id, other.item_id HAVING count(*) >= %(min_orders)s
            ), ranked AS (
                SELECT *, row_number() OVER (
                           PARTITION BY item_id ORDER BY orders DESC, other_id DESC) AS rank
                  FROM pairs
            )
            INSERT INTO catalog_copurchase (item_id, other_id, orders)
            SELECT item_id, other_id, orders FROM ranked WHERE rank <= %(max_co_purchases)s
            """,
            {
                "period_days": PERIOD_DAYS,
                "max_lines": MAX_LINES,
                "min_orders": MIN_ORDERS,
                "max_co_purchases": MAX_CO_PURCHASES,
            },
        )
        return cursor.rowcount
