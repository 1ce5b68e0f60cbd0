"""The choices a form offers for a contact: functions, parts, languages, each as (value, label)."""

from __future__ import annotations

from vitalfew.relationship.models import Contact, Part, Position

FUNCTIONS = tuple(Position.Function.choices)
PARTS = tuple(Part.Kind.choices)
LANGUAGES = tuple(Contact.Language.choices)
