"""What was there before: its audit trail is sealed, and whoever could do everything keeps their rights."""

from django.conf import settings
from django.db import migrations

from vitalfew.trust.audit import chain

CONTENT = ("at", "actor_id", "actor_name", "door", "verb", "target", "before", "after", "request_id")


def seal(apps, schema_editor):
    """Number the entries in the order they were written and link each to the one before."""
    entries, heads = apps.get_model("trust", "AuditEntry"), apps.get_model("trust", "AuditHead")
    key, number, link = str(settings.VITALFEW_AUDIT_KEY).encode(), 0, chain.GENESIS
    for entry in entries.objects.order_by("pk").iterator():
        number += 1
        entry.number = number
        entry.digest = chain.digest({name: getattr(entry, name) for name in CONTENT}, key=key)
        entry.chain = link = chain.link(number=number, digest=entry.digest, before=link, key=key)
        entry.save(update_fields=["number", "digest", "chain"])
    heads.objects.create(pk=1, number=number, chain=link)


def keep_rights(apps, schema_editor):
    """Before there were roles everybody could do everything."""
    apps.get_model("trust", "Person").objects.update(role="administrator", sees_margin=True)


class Migration(migrations.Migration):
    dependencies = [("trust", "0002_people_and_trust")]

    operations = [
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RunPython(keep_rights, migrations.RunPython.noop),
    ]
