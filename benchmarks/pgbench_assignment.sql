-- The least that assigning an order of two items writes, in the shop's own tables.
\set number random(:first_order, :last_order)
\set any random(:first_item, :last_item)
\set other random(:first_item, :last_item)
\set low least(:any, :other)
\set high greatest(:any, :other)
BEGIN;
SELECT id FROM orders_order WHERE id = :number FOR NO KEY UPDATE;
UPDATE warehouses_warehousestock SET available_stock = available_stock - 1
 WHERE item_id = :low;
UPDATE warehouses_warehousestock SET available_stock = available_stock - 1
 WHERE item_id = :high;
INSERT INTO warehouses_warehouseorder
       (order_id, warehouse_id, status, shipping_address, decision, assigned_to, tracking)
VALUES (:number, :warehouse, 'assigned', '{}', '{"reason": "the nearest"}', '', '')
RETURNING id AS parcel \gset
INSERT INTO warehouses_warehouseorderitem (warehouse_order_id, order_item_id, item_id, quantity)
SELECT :parcel, id, item_id, 1 FROM orders_orderitem WHERE order_id = :number;
INSERT INTO warehouses_stockmovement
       (warehouse_id, item_id, kind, physical_change, available_change, warehouse_order_id, reference)
VALUES (:warehouse, :low, 'assigned', 0, -1, :parcel, ''),
       (:warehouse, :high, 'assigned', 0, -1, :parcel, '');
INSERT INTO warehouses_decision (order_id, kind, strategy, version, inputs, outputs)
VALUES (:number, 'assigned', 'least', 1, '{}', '{}');
UPDATE orders_order SET status = 'assigned', awaits_assignment = false WHERE id = :number;
COMMIT;
