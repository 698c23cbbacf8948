"""Wider totals without a scan: the check of their sum is made anew, and validated apart."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0005_anonymised_orders'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='order', name='order_price_is_the_sum_of_its_parts'),
        migrations.AlterField(
            model_name='order',
            name='items_total',
            field=models.DecimalField(decimal_places=2, max_digits=20),
        ),
        migrations.AlterField(
            model_name='order',
            name='price',
            field=models.DecimalField(decimal_places=2, max_digits=20, verbose_name='items, shipping and tax'),
        ),
        AddConstraintNotValid(
            model_name='order',
            constraint=models.CheckConstraint(
                condition=models.Q(('price', models.F('items_total') + models.F('shipping') + models.F('tax'))),
                name='order_price_is_the_sum_of_its_parts',
            ),
        ),
    ]
