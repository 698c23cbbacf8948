from django.db import migrations


class Migration(migrations.Migration):
    """A movement, once written, is never changed or taken back; a later one corrects it."""

    dependencies = [("warehouses", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION warehouses_ledger_is_append_only() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'The ledger is append-only: % is refused.', TG_OP
                    USING ERRCODE = 'restrict_violation';
            END
            $$ LANGUAGE plpgsql;

            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON warehouses_stockmovement
                FOR EACH ROW EXECUTE FUNCTION warehouses_ledger_is_append_only();
            """,
            """
            DROP TRIGGER append_only ON warehouses_stockmovement;
            DROP FUNCTION warehouses_ledger_is_append_only();
            """,
        ),
    ]
