"""The registers of personal data: no text field stands in none, none in two, and none is invented."""

from __future__ import annotations

from collections import Counter

from django.apps import apps
from django.db import models

from vitalfew.rounds.privacy.registers import ALL, model_of
from vitalfew.trust.register import Kind, held

OURS = ("trust", "ledger", "selection", "relationship", "playbook", "rounds")
TEXT = (models.CharField, models.TextField, models.JSONField)


def text_fields() -> set[tuple[str, str]]:
    return {
        (f"{label}.{model.__name__}", field.name)
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT)
    }


def test_every_text_field_stands_in_one_register():
    found = Counter((row.model, field) for row in ALL for field in row.fields)
    assert set(found) == text_fields()
    assert [field for field, n in found.items() if n > 1] == []


def test_every_step_of_ours_is_looked_at():
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("vitalfew.")}
    assert ours == {*OURS, "web"}
    assert list(apps.get_app_config("web").get_models()) == []


def test_whoever_is_named_by_a_row_can_be_found_by_it():
    for row in ALL:
        if row.of:
            model_of(row)._default_manager.filter(**{row.of: 1})  # raises FieldError where the way leads nowhere


def unbounded_opinions(rows) -> list[str]:
    """Opinions whose record lacks a reason or an end."""
    need = {"reason", "holds_until"}
    return [
        row.model
        for row in rows
        if row.kind == Kind.OPINION and not need <= {field.name for field in model_of(row)._meta.concrete_fields}
    ]


def test_an_opinion_about_a_person_carries_a_reason_and_an_end():
    assert unbounded_opinions(ALL) == []
    assert unbounded_opinions([held("selection.Review", Kind.OPINION, "reason")]) == ["selection.Review"]
    assert unbounded_opinions([held("trust.Grant", Kind.OPINION, "reason")]) == []
