"""The triggers that record an event beside each change of an order's history, or of a transfer."""

from django.db import migrations

# One event for an order and a kind of change: the entries of a verb are one statement. What
# shipped has the event order.shipped of its parcel.
CREATE_TRIGGERS = """
CREATE FUNCTION integrations_record_changes() RETURNS trigger AS $$
BEGIN
    INSERT INTO integrations_event (type, resource, user_id, data)
    SELECT 'order.changed', 'order:' || o.number, o.customer_id,
           jsonb_build_object(
               'order', o.number, 'changed', c.kind, 'status', o.status,
               'due', (SELECT (o.shipping + o.tax + sum(
                          l.price * (l.quantity - l.cancelled_quantity - l.returned_quantity))
                      )::text FROM orders_orderitem l WHERE l.order_id = o.id),
               'items', c.items)
      FROM (SELECT a.order_id, a.kind, min(a.id) AS first,
                   coalesce(jsonb_agg(jsonb_build_object(
                       'item_id', l.item_id, 'sku', i.sku, 'quantity', a.quantity) ORDER BY a.id)
                       FILTER (WHERE l.id IS NOT NULL), '[]') AS items
              FROM added a
              LEFT JOIN orders_orderitem l ON l.id = a.order_item_id
              LEFT JOIN catalog_item i ON i.id = l.item_id
             WHERE a.kind <> 'shipped'
             GROUP BY a.order_id, a.kind) c
      JOIN orders_order o ON o.id = c.order_id
     ORDER BY c.first;

    INSERT INTO integrations_event (type, resource, user_id, data)
    SELECT 'order.short', 'order:' || o.number, o.customer_id,
           jsonb_build_object('order', o.number, 'status', o.status, 'item_id', l.item_id,
                              'sku', i.sku, 'quantity', a.quantity)
      FROM added a
      JOIN orders_order o ON o.id = a.order_id
      JOIN orders_orderitem l ON l.id = a.order_item_id
      JOIN catalog_item i ON i.id = l.item_id
     WHERE a.kind = 'short'
     ORDER BY a.id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER record_changes AFTER INSERT ON orders_orderchange
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION integrations_record_changes();

CREATE FUNCTION integrations_record_transfer() RETURNS trigger AS $$
BEGIN
    INSERT INTO integrations_event (type, resource, data)
    SELECT TG_ARGV[0], 'transfer:' || NEW.id,
           jsonb_build_object(
               'transfer', NEW.id, 'from', origin.code, 'to', destination.code,
               'status', NEW.status, 'items', (
                   SELECT jsonb_agg(jsonb_build_object(
                              'item_id', l.item_id, 'sku', i.sku, 'quantity', l.quantity,
                              'arrived', l.arrived_quantity, 'lost', l.lost_quantity)
                              ORDER BY l.id)
                     FROM warehouses_transferitem l JOIN catalog_item i ON i.id = l.item_id
                    WHERE l.transfer_id = NEW.id))
      FROM warehouses_warehouse origin, warehouses_warehouse destination
     WHERE origin.id = NEW.origin_id AND destination.id = NEW.destination_id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER record_sent AFTER UPDATE ON warehouses_transfer
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.status = 'sent')
    EXECUTE FUNCTION integrations_record_transfer('transfer.sent');
-- Every update from then on is an arrival.
CREATE TRIGGER record_received AFTER UPDATE ON warehouses_transfer
    FOR EACH ROW WHEN (NEW.status IN ('partially_arrived', 'arrived'))
    EXECUTE FUNCTION integrations_record_transfer('transfer.received');
"""

DROP_TRIGGERS = """
DROP TRIGGER record_received ON warehouses_transfer;
DROP TRIGGER record_sent ON warehouses_transfer;
DROP FUNCTION integrations_record_transfer();
DROP TRIGGER record_changes ON orders_orderchange;
DROP FUNCTION integrations_record_changes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0003_events_of_changes"),
        ("orders", "0004_append_only_history"),
        ("warehouses", "0005_backfill_what_is_owed"),
    ]

    operations = [migrations.RunSQL(CREATE_TRIGGERS, DROP_TRIGGERS)]
