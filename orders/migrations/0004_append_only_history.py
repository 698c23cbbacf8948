from django.db import migrations


class Migration(migrations.Migration):
    """An entry of an order's history is never changed or deleted; what names a person is erased."""

    dependencies = [("orders", "0003_what_is_owed")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION orders_history_is_append_only() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'UPDATE' AND NEW.reason = '' AND NEW.token = ''
                   AND to_jsonb(NEW) - 'reason' - 'token' = to_jsonb(OLD) - 'reason' - 'token' THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'The history of orders is append-only: % is refused.', TG_OP
                    USING ERRCODE = 'restrict_violation';
            END
            $$ LANGUAGE plpgsql;

            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON orders_orderchange
                FOR EACH ROW EXECUTE FUNCTION orders_history_is_append_only();
            """,
            """
            DROP TRIGGER append_only ON orders_orderchange;
            DROP FUNCTION orders_history_is_append_only();
            """,
        ),
    ]
