"""A version on every record that people edit: saves of different fields merge, a stale save is refused with both values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction

from vitalfew.ground.errors import Refusal

DELETED = "deleted"
_NUMBER = re.compile(r"\s*[-+]?\d+([.,]\d+)?\s*")


class StaleRecord(Refusal):
    """Somebody changed this since you opened it. Nothing was saved: look at both values and save again.

    `yours` and `theirs` hold only the fields in conflict, as they are stored; `version` is the record's of now.
    """

    def __init__(
        self,
        *,
        yours: Mapping[str, Any],
        theirs: Mapping[str, Any],
        record: Versioned | None = None,
        version: int | None = None,
    ) -> None:
        self.yours, self.theirs, self.record, self.version = dict(yours), dict(theirs), record, version
        told = "; ".join(f"{label}: yours {mine}, now {now}" for label, mine, now in self.both())
        super().__init__(f"Somebody changed this since you opened it ({told}). Nothing was saved: open it again.")

    def both(self) -> list[tuple[str, str, str]]:
        """Each field in conflict as a person reads it: its name, your value, the value of now."""
        return [
            (_label(self.record, name), _read(self.record, name, mine), _read(self.record, name, self.theirs[name]))
            for name, mine in self.yours.items()
        ]


class Versioned(models.Model):
    """A record that people edit; `version` counts its saves, `changed` says at which one each field got its value."""

    version = models.PositiveIntegerField(default=1)
    changed = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True

    @property
    def trail(self) -> str:
        """The target under which the audit trail tells of this record."""
        return f"{self._meta.model_name}:{self.pk}"


@transaction.atomic
def save(record: Versioned, *, expected: int | None, **values: Any) -> dict[str, Any]:
    """Write `values`, unless somebody else has changed one of these fields since the version the editor saw.

    `expected` is that version; None is for a writer without a form, who always writes. Other fields of the record may
    have changed meanwhile: both changes are kept. The same word, date or choice from two people is no conflict.
    Returns what stood in the fields before. Raises StaleRecord.
    """
    wanted = _stored(record, values)
    # The row stays locked until the outermost transaction ends (SQLite: its whole file, from BEGIN on), and what is
    # read under the lock is what was committed last, also under READ COMMITTED. Without key: a foreign key that is
    # being set to this record, such as the audit trail's to a person, need not wait for us and cannot deadlock with us.
    locked = type(record)._default_manager.select_for_update(no_key=True).filter(pk=record.pk)
    now = locked.values("version", "changed", *wanted).first()
    if now is None:
        raise StaleRecord(yours=wanted, theirs=dict.fromkeys(wanted, DELETED), record=record)
    before = {name: now[name] for name in wanted}
    stale = [] if expected is None else _stale(type(record), expected, now=now, wanted=wanted)
    if stale:
        yours, theirs = ({name: side[name] for name in stale} for side in (wanted, before))
        raise StaleRecord(yours=yours, theirs=theirs, record=record, version=now["version"])
    _write(record, wanted, now=now)
    return before


def hold(rows: models.QuerySet[Any]) -> list[Any]:
    """Lock these records until the transaction ends; their keys, of those that still fit once nobody else holds them.

    An operation that saves several records calls this first: all lock in the same order, and the audit trail comes last,
    so that no two operations wait for each other.
    """
    return list(held(rows).values_list("pk", flat=True))


def held[Rows: models.QuerySet[Any]](rows: Rows) -> Rows:
    """The records, read under their locks: for who reads many rows, changes them and writes them at once."""
    return rows.order_by("pk").select_for_update(no_key=True, of=("self",))


def written(record: Versioned, fields: Iterable[str]) -> None:
    """Note on the record itself that these fields are being written; for who writes many rows at once.

    The rows were read by `held`, and "version" and "changed" are written with the fields.
    """
    record.version += 1
    record.changed = {**record.changed, **dict.fromkeys(fields, record.version)}


def _stale(kind: type[Versioned], expected: int, *, now: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """The fields that somebody else has given another value than the one we would write, since `expected`."""
    other = [name for name, value in wanted.items() if now[name] != value]
    if expected > now["version"]:  # seen before a backup was restored: nobody can say what changed since
        return other
    # A field that nobody changed has stood there since the record was made, at version 1: news to who saw none (0).
    since = [name for name in wanted if now["changed"].get(name, 1) > expected]
    return [name for name in since if name in other or _counts(kind, name, wanted[name])]


def _counts(kind: type[Versioned], name: str, value: Any) -> bool:
    """True for a number, which may be reckoned from the one that was seen: the same number twice is then one too few."""
    if isinstance(kind._meta.get_field(name), models.ForeignKey) or isinstance(value, bool):
        return False
    return isinstance(value, int | float | Decimal) or (isinstance(value, str) and _NUMBER.fullmatch(value) is not None)


def _write(record: Versioned, wanted: Mapping[str, Any], *, now: Mapping[str, Any]) -> None:
    alone = record.version == now["version"]
    version = now["version"] + 1
    news = [name for name, value in wanted.items() if now[name] != value]
    changed = {**now["changed"], **dict.fromkeys(news, version)}
    rows = type(record)._default_manager.filter(pk=record.pk)
    rows.update(**wanted, version=version, changed=changed)
    if not alone:  # somebody else's fields were kept: the caller goes on with the whole record
        record.refresh_from_db()
        return
    record.version, record.changed = version, changed
    for name, value in wanted.items():
        setattr(record, name, value)


def _stored(record: Versioned, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under their columns' names, as the database gives them back: a related record becomes its key."""
    found = {}
    for name, value in values.items():
        field: models.Field[Any, Any] = record._meta.get_field(name)  # type: ignore[assignment]  # no way back has a column
        found[field.attname] = field.to_python(value.pk if isinstance(value, models.Model) else value)
    return found


def _field(record: Versioned | None, name: str) -> models.Field[Any, Any] | None:
    try:
        return record._meta.get_field(name) if record else None  # type: ignore[return-value]  # no way back has a column
    except FieldDoesNotExist:
        return None


def _label(record: Versioned | None, name: str) -> str:
    field = _field(record, name)
    return str(field.verbose_name if field else name.replace("_", " ")).removeprefix("is ")


def _read(record: Versioned | None, name: str, value: Any) -> str:
    """A stored value as a person reads it: a choice by its label, a related record by its name."""
    field = _field(record, name)
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(field, models.ForeignKey) and value != DELETED:
        related = field.related_model._default_manager.filter(pk=value).first()
        return str(related or value)
    choices = dict(field.flatchoices) if field else {}
    return str(choices.get(value, value))
