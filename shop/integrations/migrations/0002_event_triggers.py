"""The triggers that record an event beside each change of an order, a parcel, stock or an item."""

from django.db import migrations

# Row by row, because a purchase touches few rows and a bulk import costs the same either
# way (decision 0011); `WHEN` keeps rows that say nothing new from calling anything.
CREATE_TRIGGERS = """
CREATE FUNCTION integrations_record_order() RETURNS trigger AS $$
BEGIN
    INSERT INTO integrations_event (type, resource, user_id, data)
    VALUES (TG_ARGV[0], 'order:' || NEW.number, NEW.customer_id,
            jsonb_build_object('order', NEW.number, 'status', NEW.status));
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER record_submitted AFTER INSERT ON orders_order
    FOR EACH ROW EXECUTE FUNCTION integrations_record_order('order.submitted');
CREATE TRIGGER record_assigned AFTER UPDATE ON orders_order
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.status = 'assigned')
    EXECUTE FUNCTION integrations_record_order('order.assigned');
CREATE TRIGGER record_cancelled AFTER UPDATE ON orders_order
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.status = 'cancelled')
    EXECUTE FUNCTION integrations_record_order('order.cancelled');

CREATE FUNCTION integrations_record_shipment() RETURNS trigger AS $$
BEGIN
    INSERT INTO integrations_event (type, resource, user_id, data)
    SELECT 'shipment.shipped', 'order:' || o.number, o.customer_id,
           jsonb_build_object('order', o.number, 'shipment', NEW.id,
                              'warehouse', w.code, 'status', NEW.status)
      FROM orders_order o, warehouses_warehouse w
     WHERE o.id = NEW.order_id AND w.id = NEW.warehouse_id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER record_shipped AFTER UPDATE ON warehouses_warehouseorder
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.status = 'shipped')
    EXECUTE FUNCTION integrations_record_shipment();

CREATE FUNCTION integrations_record_expiry() RETURNS trigger AS $$
BEGIN
    INSERT INTO integrations_event (type, resource, user_id, data)
    VALUES ('checkout.expired', 'checkout:' || NEW.id, NEW.customer_id,
            jsonb_build_object('checkout', NEW.id, 'status', NEW.status));
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER record_expired AFTER UPDATE ON orders_checkout
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.status = 'expired')
    EXECUTE FUNCTION integrations_record_expiry();

CREATE FUNCTION integrations_record_stock() RETURNS trigger AS $$
DECLARE
    -- A setting of each connection of the shop; 5 for other clients of the database.
    low bigint := coalesce(nullif(current_setting('shop.low_stock', true), '')::bigint, 5);
    was bigint := CASE TG_OP WHEN 'UPDATE' THEN OLD.stock ELSE 0 END;
    facts jsonb := jsonb_build_object(
        'item_id', NEW.item_id,
        'sku', (SELECT sku FROM catalog_item WHERE id = NEW.item_id),
        'stock', NEW.stock);
BEGIN
    INSERT INTO integrations_event (type, resource, data)
    VALUES ('stock.changed', 'item:' || NEW.item_id, facts);
    IF was >= low AND NEW.stock < low THEN
        INSERT INTO integrations_event (type, resource, data)
        VALUES ('stock.low', 'item:' || NEW.item_id, facts);
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER record_first_stock AFTER INSERT ON catalog_aggregatedstock
    FOR EACH ROW WHEN (NEW.stock <> 0) EXECUTE FUNCTION integrations_record_stock();
CREATE TRIGGER record_stock AFTER UPDATE ON catalog_aggregatedstock
    FOR EACH ROW WHEN (OLD.stock <> NEW.stock) EXECUTE FUNCTION integrations_record_stock();

CREATE FUNCTION integrations_record_item() RETURNS trigger AS $$
BEGIN
    INSERT INTO integrations_event (type, resource, data)
    VALUES ('item.updated', 'item:' || NEW.id,
            jsonb_build_object('item_id', NEW.id, 'sku', NEW.sku, 'is_active', NEW.is_active));
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER record_created AFTER INSERT ON catalog_item
    FOR EACH ROW EXECUTE FUNCTION integrations_record_item();
CREATE TRIGGER record_updated AFTER UPDATE ON catalog_item
    FOR EACH ROW WHEN (
        (OLD.sku, OLD.name, OLD.description, OLD.price, OLD.brand, OLD.category, OLD.weight,
         OLD.specifications, OLD.image, OLD.is_active)
        IS DISTINCT FROM
        (NEW.sku, NEW.name, NEW.description, NEW.price, NEW.brand, NEW.category, NEW.weight,
         NEW.specifications, NEW.image, NEW.is_active))
    EXECUTE FUNCTION integrations_record_item();
"""

DROP_TRIGGERS = """
DROP TRIGGER record_updated ON catalog_item;
DROP TRIGGER record_created ON catalog_item;
DROP TRIGGER record_stock ON catalog_aggregatedstock;
DROP TRIGGER record_first_stock ON catalog_aggregatedstock;
DROP TRIGGER record_expired ON orders_checkout;
DROP TRIGGER record_shipped ON warehouses_warehouseorder;
DROP TRIGGER record_cancelled ON orders_order;
DROP TRIGGER record_assigned ON orders_order;
DROP TRIGGER record_submitted ON orders_order;
DROP FUNCTION integrations_record_item();
DROP FUNCTION integrations_record_stock();
DROP FUNCTION integrations_record_expiry();
DROP FUNCTION integrations_record_shipment();
DROP FUNCTION integrations_record_order();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("integrations", "0001_initial"),
        ("orders", "0001_initial"),
        ("warehouses", "0001_initial"),
    ]

    operations = [migrations.RunSQL(CREATE_TRIGGERS, DROP_TRIGGERS)]
