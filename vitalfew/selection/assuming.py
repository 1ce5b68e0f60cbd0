"""What the firm takes as given of hours and accounts, as it has set it; for statements too, which read it with their rows."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import Subquery

from vitalfew.ledger import choices
from vitalfew.ledger.models import Setting
from vitalfew.selection.rules import Assumed

_HOURS = "selection_hours_assumed"
_NAMES = (_HOURS, "selection_capacity_assumed", "selection_accounts_each")
_USUAL = Assumed()
# What is set, as JSON text or NULL, in the order of Assumed: columns for a statement that reads it with its rows.
COLUMNS = ", ".join(f"(SELECT s.value FROM ledger_setting s WHERE s.name = '{name}')" for name in _NAMES)


def assumed() -> Assumed:
    """What holds by now; one query."""
    found = choices.numbers(*_NAMES)
    return Assumed(*(int(found[name]) for name in _NAMES))


def from_columns(values: Sequence[str | None]) -> Assumed:
    """What the COLUMNS of a statement say."""
    usual = (_USUAL.hours, _USUAL.capacity, _USUAL.accounts)
    return Assumed(*(one if text is None else int(json.loads(text)) for text, one in zip(values, usual, strict=True)))


def hours_set() -> Subquery:
    """The hours of an account nobody planned as a column of another query; null while nobody has set them."""
    return Subquery(Setting.objects.filter(name=_HOURS).values("value")[:1])
