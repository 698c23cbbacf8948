"""Reads all orders while they are written: the lock of a validation is a weak one."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_totals_of_any_cart'),
    ]

    operations = [
        ValidateConstraint(model_name='order', name='order_price_is_the_sum_of_its_parts'),
    ]
