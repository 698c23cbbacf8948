"""The status of an order: one function of its lines, and the statement that writes it.

The statement reads the warehouse orders of the layer above by their tables.
"""

from collections.abc import Iterable

from django.db import connection

from orders.models import Order

# Of an order's lines: the sums of their units `owed`, `shipped`, `unassigned` and `short`.
STATUS = """
CASE WHEN owed = 0 AND shipped = 0 THEN 'cancelled'
     WHEN owed = 0 THEN 'shipped'
     WHEN shipped > 0 THEN 'partially_shipped'
     WHEN unassigned + short = 0 THEN 'assigned'
     ELSE 'submitted' END
"""

# The same sums by order. `on_parcels` are a line's units on unshipped warehouse orders.
UNITS = """
SELECT l.order_id,
       sum(l.quantity - l.cancelled_quantity - l.shipped_quantity) AS owed,
       sum(l.shipped_quantity) AS shipped,
       sum(l.short_quantity) AS short,
       sum(l.quantity - l.cancelled_quantity - l.shipped_quantity - l.short_quantity
           - coalesce(on_parcels, 0)) AS unassigned
"""

WRITE_STATUSES = f"""
WITH units AS (
    {UNITS}
      FROM orders_orderitem l, LATERAL (
           SELECT sum(p.quantity) AS on_parcels
             FROM warehouses_warehouseorderitem p
             JOIN warehouses_warehouseorder w ON w.id = p.warehouse_order_id
            WHERE p.order_item_id = l.id AND w.status IN ('assigned', 'picked')) parcels
     WHERE l.order_id = ANY(%s) GROUP BY l.order_id
), computed AS (
    SELECT order_id, {STATUS} AS status, unassigned > 0 AS awaits_assignment FROM units
)
UPDATE orders_order o
   SET status = n.status, awaits_assignment = n.awaits_assignment,
       cancelled_at = CASE WHEN n.status = 'cancelled'
                           THEN coalesce(o.cancelled_at, now()) ELSE o.cancelled_at END
  FROM computed n
 WHERE o.id = n.order_id
   AND (o.status, o.awaits_assignment) <> (n.status, n.awaits_assignment)
RETURNING o.id, o.status, o.awaits_assignment, o.cancelled_at
"""  # noqa: S608 -- constants only


def write_statuses(orders: Iterable[Order]) -> None:
    """Write the status, `awaits_assignment` and `cancelled_at` of locked orders by their lines."""
    by_id = {order.pk: order for order in orders}
    if not by_id:
        return
    with connection.cursor() as cursor:
        cursor.execute(WRITE_STATUSES, [sorted(by_id)])
        for pk, status, awaits_assignment, cancelled_at in cursor.fetchall():
            order = by_id[pk]
            order.status = status
            order.awaits_assignment = awaits_assignment
            order.cancelled_at = cancelled_at
