"""The laws of the audit as SQL: what is counted, and the rows whose numbers break them."""

from orders.state.status import STATUS, UNITS

BALANCES = """
WITH held AS (
    SELECT l.item_id, sum(l.quantity) AS units
      FROM orders_checkoutitem l JOIN orders_checkout c ON c.id = l.checkout_id
     WHERE c.status = 'held' {only_l} GROUP BY 1
), ordered AS (
    SELECT l.item_id, sum(l.short_quantity) AS short,
           sum(l.quantity - l.cancelled_quantity - l.shipped_quantity - l.short_quantity) AS units
      FROM orders_orderitem l
     WHERE l.quantity > l.cancelled_quantity + l.shipped_quantity {only_l} GROUP BY 1
), on_warehouse_orders AS (
    SELECT l.item_id, sum(l.quantity) AS units
      FROM warehouses_warehouseorderitem l
      JOIN warehouses_warehouseorder w ON w.id = l.warehouse_order_id
     WHERE w.status IN ('assigned', 'picked') {only_l} GROUP BY 1
), available AS (
    SELECT l.item_id, sum(l.available_stock) AS units
      FROM warehouses_warehousestock l JOIN warehouses_warehouse w ON w.id = l.warehouse_id
     WHERE w.is_open {only_l} GROUP BY 1
), open_shortfalls AS (
    SELECT l.item_id, sum(l.promised) AS units
      FROM warehouses_shortfall l
     WHERE l.resolved_at IS NULL {only_l} GROUP BY 1
), transfers AS (
    SELECT l.item_id, sum(l.promised_quantity) AS units
      FROM warehouses_transferitem l
     WHERE l.promised_quantity <> 0 {only_l} GROUP BY 1
)
SELECT i.id AS item_id, i.sku, coalesce(s.stock, 0) AS stock,
       coalesce(h.units, 0)::bigint AS held,
       (coalesce(o.units, 0) - coalesce(a.units, 0))::bigint AS unassigned,
       coalesce(v.units, 0)::bigint AS available,
       coalesce(p.units, 0)::bigint AS promised,
       coalesce(t.units, 0)::bigint AS in_transit,
       coalesce(o.short, 0)::bigint AS short
  FROM catalog_item i
  LEFT JOIN catalog_aggregatedstock s ON s.item_id = i.id
  LEFT JOIN held h ON h.item_id = i.id
  LEFT JOIN ordered o ON o.item_id = i.id
  LEFT JOIN on_warehouse_orders a ON a.item_id = i.id
  LEFT JOIN available v ON v.item_id = i.id
  LEFT JOIN open_shortfalls p ON p.item_id = i.id
  LEFT JOIN transfers t ON t.item_id = i.id
 WHERE true {only_i}
"""

STOCK_ROWS = """
WITH open_orders AS (
    SELECT l.item_id, w.warehouse_id, sum(l.quantity) AS units
      FROM warehouses_warehouseorderitem l
      JOIN warehouses_warehouseorder w ON w.id = l.warehouse_order_id
     WHERE w.status IN ('assigned', 'picked') {only_l} GROUP BY 1, 2
), open_shortfalls AS (
    SELECT l.item_id, l.warehouse_id, sum(l.missing) AS units
      FROM warehouses_shortfall l
     WHERE l.resolved_at IS NULL {only_l} GROUP BY 1, 2
), ledger AS (
    SELECT l.item_id, l.warehouse_id,
           sum(l.physical_change) AS physical, sum(l.available_change) AS available
      FROM warehouses_stockmovement l
     WHERE true {only_l} GROUP BY 1, 2
), stock_rows AS (
    SELECT l.item_id, l.warehouse_id, l.physical_stock, l.available_stock
      FROM warehouses_warehousestock l WHERE true {only_l}
)
SELECT item_id, i.sku, w.code AS warehouse,
       coalesce(p.physical_stock, 0) AS physical, coalesce(p.available_stock, 0) AS available,
       coalesce(o.units, 0)::bigint AS on_orders, coalesce(s.units, 0)::bigint AS missing,
       coalesce(l.physical, 0)::bigint AS ledger_physical,
       coalesce(l.available, 0)::bigint AS ledger_available
  FROM stock_rows p
  FULL JOIN open_orders o USING (item_id, warehouse_id)
  FULL JOIN open_shortfalls s USING (item_id, warehouse_id)
  FULL JOIN ledger l USING (item_id, warehouse_id)
  JOIN catalog_item i ON i.id = item_id
  JOIN warehouses_warehouse w ON w.id = warehouse_id
"""

BROKEN_BALANCES = f"""
SELECT * FROM ({BALANCES}) b
 WHERE stock + held + unassigned <> available + promised + in_transit
    OR least(stock, held, unassigned, available, promised, in_transit, short) < 0
    OR (short > 0 AND stock + held > 0)
 ORDER BY item_id
"""  # noqa: S608 -- constants only

BROKEN_STOCK_ROWS = f"""
SELECT * FROM ({STOCK_ROWS}) p
 WHERE physical - available <> on_orders - missing
    OR physical <> ledger_physical OR available <> ledger_available
    OR least(physical, available, on_orders, missing) < 0
 ORDER BY sku, warehouse
"""  # noqa: S608 -- constants only

# The units of each order line: by its columns, on warehouse orders, and in its history.
LINES = """
WITH parcels AS (
    SELECT l.order_item_id,
           sum(l.quantity) FILTER (WHERE w.status IN ('assigned', 'picked')) AS on_parcels,
           sum(l.quantity) FILTER (WHERE w.status = 'shipped') AS shipped
      FROM warehouses_warehouseorderitem l
      JOIN warehouses_warehouseorder w ON w.id = l.warehouse_order_id
     WHERE w.status <> 'cancelled' {only_l} GROUP BY 1
), history AS (
    SELECT c.order_item_id, sum(c.cancelled_change) AS cancelled, sum(c.short_change) AS short,
           sum(c.shipped_change) AS shipped, sum(c.returned_change) AS returned
      FROM orders_orderchange c
     WHERE c.order_item_id IS NOT NULL {only_c} GROUP BY 1
)
SELECT l.order_id, l.item_id, l.quantity, l.cancelled_quantity AS cancelled,
       l.short_quantity AS short, l.shipped_quantity AS shipped,
       l.returned_quantity AS returned, coalesce(p.on_parcels, 0)::bigint AS on_parcels,
       coalesce(p.shipped, 0)::bigint AS shipped_in_parcels,
       coalesce(h.cancelled, 0)::bigint AS history_cancelled,
       coalesce(h.short, 0)::bigint AS history_short,
       coalesce(h.shipped, 0)::bigint AS history_shipped,
       coalesce(h.returned, 0)::bigint AS history_returned
  FROM orders_orderitem l
  LEFT JOIN parcels p ON p.order_item_id = l.id
  LEFT JOIN history h ON h.order_item_id = l.id
 WHERE true {only_l}
"""

# quantity = cancelled + shipped + owed, owed = unassigned + short + on unshipped parcels.
BROKEN_LINES = f"""
SELECT x.*, o.number AS "order", i.sku
  FROM ({LINES}) x
  JOIN orders_order o ON o.id = x.order_id
  JOIN catalog_item i ON i.id = x.item_id
 WHERE shipped <> shipped_in_parcels OR returned > shipped
    OR quantity < cancelled + shipped + short + on_parcels
    OR least(cancelled, short, shipped, returned, on_parcels) < 0
    OR (cancelled, short, shipped, returned)
       <> (history_cancelled, history_short, history_shipped, history_returned)
 ORDER BY x.order_id, x.item_id
"""  # noqa: S608 -- constants only

# The status of an order is a function of its lines (orders.state.status).
BROKEN_ORDERS = f"""
WITH units AS (
    {UNITS}
      FROM orders_orderitem l LEFT JOIN (
           SELECT p.order_item_id, sum(p.quantity) AS on_parcels
             FROM warehouses_warehouseorderitem p
             JOIN warehouses_warehouseorder w ON w.id = p.warehouse_order_id
            WHERE w.status IN ('assigned', 'picked') GROUP BY 1) p ON p.order_item_id = l.id
     GROUP BY l.order_id
), computed AS (
    SELECT *, {STATUS} AS computed_status FROM units
)
SELECT o.number AS "order", o.status, o.awaits_assignment, c.computed_status,
       c.owed::bigint, c.shipped::bigint, c.short::bigint, c.unassigned::bigint
  FROM computed c JOIN orders_order o ON o.id = c.order_id
 WHERE o.status <> c.computed_status OR o.awaits_assignment <> (c.unassigned > 0)
 ORDER BY o.id
"""  # noqa: S608 -- constants only
