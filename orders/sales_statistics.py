"""What orders say of items: how well each sells, and what is bought together.

Jobs of the night that write tables of the catalogue; search and item pages read them.
"""

from django.db import connection, transaction

from catalog.search.cache import count_item_change

OF_LATE = 90  # days
# A change of an item's weight that is less than this (natural logarithm) waits for more.
FELT = 0.2
MAX_LINES = 50  # of an order that says what goes together: wholesalers buy everything
LEAST_ORDERS = 2
MAX_CO_PURCHASES = 8


@transaction.atomic
def count_popularity() -> int:
    """Count the units of each item that were ordered of late; returns how many items changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH counted AS (
                SELECT line.item_id,
                       sum(line.quantity - line.cancelled_quantity - line.short_quantity) AS units
                  FROM orders_orderitem AS line JOIN orders_order AS o ON o.id = line.order_id
                 WHERE o.placed_at > now() - make_interval(days => %(of_late)s)
                 GROUP BY line.item_id
            ), changed AS (
                SELECT item_id, coalesce(counted.units, 0) AS units,
                       abs(ln(1 + coalesce(counted.units, 0)) - ln(1 + coalesce(known.units, 0)))
                           > %(felt)s AS is_felt
                  FROM counted FULL JOIN catalog_popularity AS known USING (item_id)
                 WHERE coalesce(counted.units, 0) <> coalesce(known.units, 0)
            ), written AS (
                INSERT INTO catalog_popularity (item_id, units)
                SELECT item_id, units FROM changed WHERE is_felt ORDER BY item_id
                    ON CONFLICT (item_id) DO UPDATE SET units = excluded.units
                RETURNING item_id
            ), noted AS (
                INSERT INTO catalog_itemchange (item_id) SELECT item_id FROM written
            )
            SELECT count(*) FROM written
            """,
            {"of_late": OF_LATE, "felt": FELT},
        )
        [changed] = cursor.fetchone()
    count_item_change()
    return changed


@transaction.atomic
def count_co_purchases() -> int:
    """Write anew what was ordered together of late; returns how many pairs.

    Readers see the pairs of before until this commits.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE catalog_copurchase IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM catalog_copurchase")
        cursor.execute(
            """
            WITH told AS (
                SELECT line.order_id, line.item_id,
                       count(*) OVER (PARTITION BY line.order_id) AS lines
                  FROM orders_orderitem AS line JOIN orders_order AS o ON o.id = line.order_id
                 WHERE o.placed_at > now() - make_interval(days => %(of_late)s)
                   AND o.status <> 'cancelled'
            ), pairs AS (
                SELECT one.item_id, other.item_id AS other_id, count(*) AS orders
                  FROM told AS one JOIN told AS other USING (order_id)
                 WHERE one.item_id <> other.item_id AND one.lines <= %(most_lines)s
                 GROUP BY one.item_id, other.item_id HAVING count(*) >= %(least)s
            ), ranked AS (
                SELECT *, row_number() OVER (
                           PARTITION BY item_id ORDER BY orders DESC, other_id DESC) AS place
                  FROM pairs
            )
            INSERT INTO catalog_copurchase (item_id, other_id, orders)
            SELECT item_id, other_id, orders FROM ranked WHERE place <= %(most)s
            """,
            {
                "of_late": OF_LATE,
                "most_lines": MAX_LINES,
                "least": LEAST_ORDERS,
                "most": MAX_CO_PURCHASES,
            },
        )
        return cursor.rowcount
