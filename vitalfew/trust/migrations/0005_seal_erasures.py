"""An erased entry carries a seal of its own: blanked content alone proves no erasure."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trust", "0004_numbered_trail")]

    operations = [
        migrations.AddField(model_name="auditentry", name="seal", field=models.BinaryField(max_length=32, null=True)),
    ]
