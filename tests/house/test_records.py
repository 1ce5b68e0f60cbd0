"""The rules of the house that the records can show."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command

from vitalfew.trust.versions import Versioned

OURS = ("trust", "ledger", "selection", "relationship", "playbook", "rounds")
# Written once or by machines only: nobody edits these, so nobody can save over somebody.
NEVER_EDITED = {
    "ApiToken", "CacheEntry", "DoneOnce", "Erasure", "Grant", "OutboxMail", "SignedLink", "AuditHead", "HandOver", "AuditEntry", "StoredFile", "Batch", "Alias", "Membership", "Merge", "Product", "Rate", "Run", "AccountTotals",
    "ConcentrationFound", "Standing", "Review", "Refreshing",
    "Part", "Opinion", "Touch", "Evidence", "Statement", "Invitation",
    "LevelRun", "LevelFound", "Behaviour", "PriceEvent",
    "StageMove",
}  # fmt: skip


def ours():
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def test_every_record_that_people_edit_has_a_version():
    assert {model.__name__ for model in ours() if not issubclass(model, Versioned)} == NEVER_EDITED


def test_no_foreign_key_has_a_way_back():
    back = [
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if getattr(field, "remote_field", None) and field.concrete and field.remote_field.related_name != "+"
    ]
    assert back == []


@pytest.mark.django_db
def test_migrations_say_all_that_the_records_say():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
