"""The kinds of bulk jobs of counts and of discards."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0004_change_triggers")]

    operations = [
        migrations.AlterField(
            model_name="bulkjob",
            name="kind",
            field=models.CharField(
                choices=[
                    ("items", "Items"),
                    ("receipts", "Receipts"),
                    ("counts", "Counts"),
                    ("discards", "Discards"),
                ],
                max_length=16,
            ),
        ),
    ]
