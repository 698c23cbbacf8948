"""Indexes built while parcels are written, so outside of a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('warehouses', '0006_limits_by_day_and_names'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='warehouseorder',
            index=models.Index(condition=models.Q(('status', 'assigned')), fields=['order'], name='warehouse_order_to_pick'),
        ),
        AddIndexConcurrently(
            model_name='warehouseorder',
            index=models.Index(condition=models.Q(('shipped_at__isnull', False)), fields=['warehouse', 'shipped_at'], name='warehouse_order_shipped'),
        ),
    ]
