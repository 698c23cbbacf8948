from django.db import migrations

# Units on shipped warehouse orders were counted where they are read; now they are a column
# of the order line, and its changes are a history.
BACKFILL = """
UPDATE orders_orderitem l SET shipped_quantity = p.units
  FROM (SELECT p.order_item_id, sum(p.quantity) AS units
          FROM warehouses_warehouseorderitem p
          JOIN warehouses_warehouseorder w ON w.id = p.warehouse_order_id
         WHERE w.status = 'shipped' GROUP BY 1) p
 WHERE p.order_item_id = l.id;

INSERT INTO orders_orderchange (
       order_id, order_item_id, kind, quantity, cancelled_change, short_change, shipped_change,
       returned_change, details, reason, author_kind, token, created_at)
SELECT w.order_id, p.order_item_id, 'shipped', p.quantity, 0, 0, p.quantity, 0,
       jsonb_build_object('parcel', w.id), '', 'system', '', w.shipped_at
  FROM warehouses_warehouseorderitem p
  JOIN warehouses_warehouseorder w ON w.id = p.warehouse_order_id
 WHERE w.status = 'shipped' ORDER BY w.shipped_at, p.id;

INSERT INTO orders_orderchange (
       order_id, order_item_id, kind, quantity, cancelled_change, short_change, shipped_change,
       returned_change, details, reason, author_kind, token, created_at)
SELECT l.order_id, l.id, 'cancelled', l.cancelled_quantity, l.cancelled_quantity, 0, 0, 0,
       '{}', o.cancel_reason, 'system', '', coalesce(o.cancelled_at, now())
  FROM orders_orderitem l JOIN orders_order o ON o.id = l.order_id
 WHERE l.cancelled_quantity > 0 ORDER BY l.id;

INSERT INTO orders_orderchange (
       order_id, order_item_id, kind, quantity, cancelled_change, short_change, shipped_change,
       returned_change, details, reason, author_kind, token, created_at)
SELECT l.order_id, l.id, 'short', l.short_quantity, 0, l.short_quantity, 0, 0,
       '{}', '', 'system', '', now()
  FROM orders_orderitem l WHERE l.short_quantity > 0 ORDER BY l.id;

WITH units AS (
    SELECT l.order_id,
           sum(l.quantity - l.cancelled_quantity - l.shipped_quantity) AS owed,
           sum(l.shipped_quantity) AS shipped,
           sum(l.short_quantity) AS short,
           sum(l.quantity - l.cancelled_quantity - l.shipped_quantity - l.short_quantity
               - coalesce(p.on_parcels, 0)) AS unassigned
      FROM orders_orderitem l LEFT JOIN (
           SELECT p.order_item_id, sum(p.quantity) AS on_parcels
             FROM warehouses_warehouseorderitem p
             JOIN warehouses_warehouseorder w ON w.id = p.warehouse_order_id
            WHERE w.status IN ('assigned', 'picked') GROUP BY 1) p ON p.order_item_id = l.id
     GROUP BY l.order_id
), computed AS (
    SELECT order_id, unassigned > 0 AS awaits_assignment,
           CASE WHEN owed = 0 AND shipped = 0 THEN 'cancelled'
                WHEN owed = 0 THEN 'shipped'
                WHEN shipped > 0 THEN 'partially_shipped'
                WHEN unassigned + short = 0 THEN 'assigned'
                ELSE 'submitted' END AS status
      FROM units
)
UPDATE orders_order o
   SET status = n.status, awaits_assignment = n.awaits_assignment
  FROM computed n
 WHERE o.id = n.order_id
   AND (o.status, o.awaits_assignment) <> (n.status, n.awaits_assignment);
"""


class Migration(migrations.Migration):
    """Count the shipped units of order lines, begin their history, and correct the statuses."""

    dependencies = [
        ("orders", "0003_what_is_owed"),
        ("warehouses", "0004_carriers_and_transfers"),
    ]

    operations = [migrations.RunSQL(BACKFILL, migrations.RunSQL.noop)]
