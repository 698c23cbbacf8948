"""A shop begins with rates like those of parcel carriers; staff put their own in the admin."""

from django.db import migrations

from warehouses.rates import DEFAULT_RATES, ZONE_ENDS


def write_first_rates(apps, schema_editor):
    table = apps.get_model("warehouses", "RateTable").objects.create(note="where a shop begins")
    apps.get_model("warehouses", "ZoneRate").objects.bulk_create(
        apps.get_model("warehouses", "ZoneRate")(
            table=table, up_to_km=end, parcel=rate.parcel, per_kg=rate.per_kg, days=rate.days
        )
        for end, rate in zip([*ZONE_ENDS, None], DEFAULT_RATES, strict=True)
    )


class Migration(migrations.Migration):
    dependencies = [("warehouses", "0004_costs_and_decisions")]
    operations = [migrations.RunPython(write_first_rates, migrations.RunPython.noop)]
