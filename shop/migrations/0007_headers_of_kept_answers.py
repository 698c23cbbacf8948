from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0006_bulk_jobs"),
    ]

    operations = [
        migrations.AddField(
            model_name="idempotentanswer",
            name="headers",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                verbose_name="those that belong to the answer itself",
            ),
        ),
    ]
