"""A version on every record that people edit: a stale save is refused with both values shown."""

from __future__ import annotations

from typing import Any

from django.db import models

from vitalfew.ground.errors import Refusal


class StaleRecord(Refusal):
    """Somebody changed this since you opened it. Nothing was saved: look at both values and save again."""

    def __init__(self, *, yours: dict[str, Any], theirs: dict[str, Any]) -> None:
        told = "; ".join(f"{field}: yours {yours[field]!s}, now {theirs[field]!s}" for field in yours)
        super().__init__(f"Somebody changed this since you opened it ({told}). Nothing was saved: open it again.")
        self.yours, self.theirs = yours, theirs


class Versioned(models.Model):
    """A record that people edit; `version` counts its saves, `changed` says at which one each field was last written."""

    version = models.PositiveIntegerField(default=1)
    changed = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True


def save(record: Versioned, *, expected: int | None, **values: Any) -> None:
    """Write `values` if the record still has the version its editor saw (None: the writer holds the row's lock).

    Raises StaleRecord with both values otherwise. The comparison and the write are one statement.
    """
    seen = record.version if expected is None else expected
    kind = type(record)
    changed = kind._default_manager.filter(pk=record.pk, version=seen).update(version=seen + 1, **values)
    if not changed:
        now = kind._default_manager.filter(pk=record.pk).values(*values).first()
        raise StaleRecord(yours=values, theirs=now or dict.fromkeys(values, "deleted"))
    record.version = seen + 1
    for name, value in values.items():
        setattr(record, name, value)
