"""What was done here, readable: a page of the audit trail by filters, and the history of one record."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.timezone import get_current_timezone

from vitalfew.trust import access
from vitalfew.trust.actors import Actor
from vitalfew.trust.audit.sentences import NOT_SHOWN, Row, names_of, sentence, told
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Right

PAGE = 50
_AT_ONCE = 500
# Values under these words, or of a verb that holds one of them, are shown to those only who have the right.
_GUARDED = {"margin": Right.MARGIN, "cost": Right.MARGIN, "profit": Right.MARGIN, "opinion": Right.OPINIONS}
_PERMISSIONS = frozenset({"sees_margin", "sees_opinions"})  # say who may see them, not what they are


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the trail is asked for; empty words ask for all.

    `target` is "customer:17", or "customer:" for all of a kind; `actor` an e-mail address or a name; `verb` such as
    "selection.assign", or "selection." for all of a step; days are whole, both included; `named`: what `text` is the
    name of; `after` the number behind which the page begins.
    """

    target: str = ""
    actor: str = ""
    verb: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    named: tuple[str, ...] = ()
    after: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, the newest first; `next` is the mark behind which the following page begins, 0 at the end."""

    rows: tuple[Row, ...]
    next: int


def trail(*, by: Actor, wanted: Wanted, limit: int = PAGE) -> Page:
    """One page of the whole trail. Raises Denied for whoever may not read it."""
    return _page(every_row(by=by, wanted=wanted), limit)


def every_row(*, by: Actor, wanted: Wanted) -> Iterator[Row]:
    """All entries that fit, the newest first, read in parts. Raises Denied at once for whoever may not read them."""
    access.allow(by, Right.AUDIT)
    return _fitting(wanted, by.rights)


def history_of(*, targets: Collection[str], after: int = 0, limit: int = PAGE) -> Page:
    """One page of all that was done to a record, which may stand under several targets; margins and opinions are never shown.

    The caller has made sure that the reader may see the record.
    """
    entries = AuditEntry.objects.select_related("actor").filter(target__in=list(targets))
    return _page((_row(entry, frozenset()) for entry in _down(entries, after)), limit)


def _page(rows: Iterator[Row], limit: int) -> Page:
    found = tuple(islice(rows, limit + 1))
    return Page(found[:limit], found[limit - 1].number if len(found) > limit else 0)


def _fitting(wanted: Wanted, rights: frozenset[Right]) -> Iterator[Row]:
    entries = AuditEntry.objects.select_related("actor").filter(_asked(wanted))
    if wanted.text:
        entries = entries.alias(old=Cast("before", TextField()), new=Cast("after", TextField()))
        entries = entries.filter(_written(wanted.text) | Q(target__in=wanted.named))
    rows = (_row(entry, rights) for entry in _down(entries, wanted.after))
    return (row for row in rows if not wanted.text or row.target in wanted.named or _tells(row, wanted.text))


def _down(entries: QuerySet[AuditEntry], after: int) -> Iterator[AuditEntry]:
    """Entries by falling number; the first part is small, since a page seldom needs more."""
    size = PAGE + 1
    while True:
        part = list((entries.filter(number__lt=after) if after else entries).order_by("-number")[:size])
        yield from part
        if len(part) < size:
            return
        after, size = part[-1].number, _AT_ONCE


def _asked(wanted: Wanted) -> Q:
    found = Q()
    for name, word in (("target", wanted.target), ("verb", wanted.verb)):
        if word:
            found &= Q(**{f"{name}__startswith" if word.endswith((":", ".")) else name: word})
    if wanted.actor:
        found &= Q(actor__email__iexact=wanted.actor) | Q(actor_name__iexact=wanted.actor)
    if wanted.since:
        found &= Q(at__gte=_midnight(wanted.since))
    if wanted.until and wanted.until < date.max:
        found &= Q(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=get_current_timezone())


def _written(text: str) -> Q:
    """Where a text may stand; which entries truly tell it is seen once they are read."""
    forms = {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    names = ("actor_name", "target", "verb", "request_id")
    found = Q(verb__in=[verb for verb, wording in told().items() if text.casefold() in wording.casefold()])
    for form in forms:
        found |= Q(old__icontains=form) | Q(new__icontains=form)
    for name in names:
        found |= Q(**{f"{name}__icontains": text})
    return found


def _tells(row: Row, text: str) -> bool:
    """True where the reader finds the text in what they are shown."""
    shown = json.dumps([row.before, row.after], ensure_ascii=False).casefold()
    words = (sentence(row, names_of(row.mentions)), row.who, row.target, row.verb, row.request_id)
    form = json.dumps(text, ensure_ascii=False)[1:-1]
    return form.casefold() in shown or any(text.casefold() in word.casefold() for word in words)


def _row(entry: AuditEntry, rights: frozenset[Right]) -> Row:
    row = Row(
        number=entry.number, at=entry.at, who=entry.actor_name, door=entry.door, verb=entry.verb, target=entry.target,
        before=entry.before, after=entry.after, request_id=entry.request_id, erased_at=entry.erased_at,
    )  # fmt: skip
    hidden = frozenset(word for word, right in _GUARDED.items() if right not in rights)
    whole = any(word in entry.verb for word in hidden)
    return replace(row, before=_seen(row.before, hidden, whole=whole), after=_seen(row.after, hidden, whole=whole))


def _seen(values: Mapping[str, Any], hidden: frozenset[str], *, whole: bool = False) -> dict[str, Any]:
    """The values without those that the reader may not see, however deep."""
    return {
        name: NOT_SHOWN if whole or _hides(name, hidden) else _below(value, hidden) for name, value in values.items()
    }


def _below(value: Any, hidden: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return _seen(value, hidden)
    return [_below(inner, hidden) for inner in value] if isinstance(value, list) else value


def _hides(name: str, hidden: frozenset[str]) -> bool:
    return name not in _PERMISSIONS and any(word in name.lower() for word in hidden)
