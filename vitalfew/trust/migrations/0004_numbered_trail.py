"""Every entry of the trail has a number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trust", "0003_seal_the_trail")]

    operations = [
        migrations.AlterField(
            model_name="auditentry", name="number", field=models.PositiveBigIntegerField(unique=True)
        ),
    ]
