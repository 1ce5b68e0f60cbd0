"""Whoever leads an account sees it: a grant for each lead that holds."""

from django.db import migrations


def grant(apps, schema_editor):
    """One grant for each lead that holds, from the day it began."""
    grants = apps.get_model("trust", "Grant")
    for lead in apps.get_model("selection", "Lead").objects.filter(holds_until=None):
        grants.objects.create(
            person_id=lead.person_id,
            account=lead.account_id,
            source="lead",
            holds_from=lead.holds_from,
            reason=lead.reason,
            granted_by=lead.assigned_by,
        )


class Migration(migrations.Migration):
    dependencies = [("selection", "0002_people_and_trust"), ("trust", "0004_numbered_trail")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
