"""Whether the audit trail is whole: every entry as it was written, each following the one before, none missing at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings

from vitalfew.ground.errors import Missing
from vitalfew.trust import access, audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.audit import chain, heads
from vitalfew.trust.audit.heads import Head
from vitalfew.trust.models import AuditEntry, AuditHead
from vitalfew.trust.rights import Right

_AT_ONCE = 2_000  # entries in memory at a time, however long the trail is
_ROW, _FILE, _WORD = "the database's own head", "the head kept in the data folder", "the head you named"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: how many entries are good, how many of them erased, and the first that is not.

    `first_bad` is None where all is whole, and where a head is wrong rather than an entry. `head` is the newest good
    head as a word, "" where there is none.
    """

    whole: bool
    entries: int
    erased: int
    first_bad: int | None
    sentence: str
    head: str


class _Entry(NamedTuple):
    """An entry as it lies in the table; a model's instance for each would cost a third more time."""

    id: int
    number: int
    at: datetime
    actor_id: int | None
    actor_name: str
    door: str
    verb: str
    target: str
    before: dict[str, Any]
    after: dict[str, Any]
    request_id: str
    digest: str
    chain: str
    erased_at: datetime | None
    seal: bytes | None


@dataclass(slots=True)
class _Walked:
    """How far the trail was found good."""

    number: int = 0
    chain: str = chain.GENESIS
    erased: int = 0

    def bad(self, first: int | None, sentence: str) -> Verdict:
        head = Head(self.number, self.chain).word if self.number else ""
        return Verdict(False, self.number, self.erased, first, sentence, head)


def verify(*, by: Actor, head: str = "") -> Verdict:
    """Check the whole trail, entry by entry, and the heads that were kept apart; `head` is one more, as a word.

    Memory stays flat however long the trail is, and others may write meanwhile. Raises Denied, and HeadRefused for a
    word that is no head.
    """
    access.allow(by, Right.AUDIT)
    named = heads.spoken(head) if head else None
    kept, row = heads.read(settings.VITALFEW_HOME), _row()  # read first: whatever they tell of must still be found
    witnesses = [(told, who) for told, who in ((named, _WORD), (kept, _FILE), (row, _ROW)) if told and told.number]
    walked = _Walked()
    return _walk(walked, witnesses) or _cut(walked, witnesses) or _headless(walked, kept) or _good(walked)


def newest_head(*, by: Actor) -> str:
    """The newest head as one word, to be kept elsewhere. Raises Missing while the trail is empty."""
    access.allow(by, Right.AUDIT)
    entry = AuditEntry.objects.order_by("-number").first()
    if entry is None:
        raise Missing("The audit trail is empty: it has no head yet.")
    return Head(entry.number, entry.chain).word


def _walk(walked: _Walked, witnesses: list[tuple[Head, str]]) -> Verdict | None:
    """Go along the trail as far as it is good."""
    key = chain.key()
    for entry in _entries():
        number = walked.number + 1
        wrong = _misplaced(entry, number) or _changed(entry, key) or _unlinked(entry, walked.chain, key)
        if wrong:
            return walked.bad(min(entry.number, number), wrong)
        denied = next((who for told, who in witnesses if told.number == number and not told.fits(entry.chain)), "")
        if denied:
            return walked.bad(number, _DENIED.format(number=number, who=denied))
        walked.number, walked.chain = number, entry.chain
        walked.erased += entry.erased_at is not None
    return None


_DENIED = (
    "Entry {number} is not the one that {who} tells of: the entries up to it were cut off, or replaced by an older "
    "copy, and written anew. Compare them with a backup."
)


def _misplaced(entry: _Entry, number: int) -> str:
    if entry.number > number:
        return f"Entry {number} is missing: the next one there is number {entry.number}. Entries were deleted or renumbered."
    if entry.number < number:
        return f"Entry {entry.number} stands there twice or has a number that was never given. An entry was put in."
    return ""


def _changed(entry: _Entry, key: bytes) -> str:
    if entry.erased_at is not None:
        return _falsely_erased(entry, key)
    if chain.digest(audit.content(entry), key=key) == entry.digest:
        return ""
    hint = " Or audit.key in the data folder is not the key this trail was written with." if entry.number == 1 else ""
    return f"{_shown(entry)} was changed after it was written, or was never written by Vital Few.{hint}"


def _falsely_erased(entry: _Entry, key: bytes) -> str:
    if entry.actor_name or entry.before or entry.after or entry.erased_at is None:
        return f"{_shown(entry)} claims to be erased, but still holds content."
    seal = chain.seal(audit.content(entry), digest=entry.digest, erased_at=entry.erased_at, key=key)
    if bytes(entry.seal or b"") == seal:
        return ""
    return f"{_shown(entry)} claims to be erased, but no erasure of ours did it: its content was taken away or changed."


def _unlinked(entry: _Entry, before: str, key: bytes) -> str:
    if chain.link(number=entry.number, digest=entry.digest, before=before, key=key) == entry.chain:
        return ""
    what = f"entry {entry.number - 1}" if entry.number > 1 else "the beginning of the trail"
    return f"{_shown(entry)} does not follow {what}: entries were swapped, put in, or taken out and renumbered."


def _cut(walked: _Walked, witnesses: list[tuple[Head, str]]) -> Verdict | None:
    """Whether a head tells of entries that are not there, or entries are there that the database's own head denies."""
    newest, who = max(((told, who) for told, who in witnesses), key=lambda one: one[0].number, default=(None, ""))
    missing = walked.number + 1
    ends = f"the trail ends with entry {walked.number}" if walked.number else "the trail is empty"
    if newest and newest.number > walked.number:
        return walked.bad(missing, f"Entry {missing} is missing: {ends}, but {who} tells of entry {newest.number}.")
    row = _row()  # again: entries written meanwhile moved it on
    if walked.number and (row is None or row.number < walked.number):
        told = f"tells of entry {row.number} as the newest" if row and row.number else "is gone"
        first = row.number + 1 if row else None
        return walked.bad(first, f"{ends.capitalize()}, but {_ROW} {told}: it was set back, or entries were put in.")
    return None


def _headless(walked: _Walked, kept: Head | None) -> Verdict | None:
    """A trail whose kept head is gone proves nothing about its end."""
    if kept or not walked.number:
        return None
    sentence = (
        f"The {walked.number:,} entries there fit each other, but {_FILE} (audit.head) is missing or cannot be read, so "
        "a tail that was cut off could not be seen. It comes back with the next entry; compare with a head kept elsewhere."
    )
    return walked.bad(None, sentence)


def _good(walked: _Walked) -> Verdict:
    if not walked.number:
        return Verdict(True, 0, 0, None, "The audit trail is empty: nothing was done here yet.", "")
    head = Head(walked.number, walked.chain).word
    erased = f", {walked.erased:,} of them erased on purpose" if walked.erased else ""
    many = "The one entry is" if walked.number == 1 else f"All {walked.number:,} entries are"
    return Verdict(True, walked.number, walked.erased, None, f"{many} whole{erased}. The newest head is {head}.", head)


def _row() -> Head | None:
    row = AuditHead.objects.filter(pk=1).first()
    return Head(row.number, row.chain) if row else None


def _entries() -> Iterator[_Entry]:
    """Every entry by number, a bounded number at a time; each part begins with the last of the one before, so that no twin hides."""
    rows, last = AuditEntry.objects.order_by("number", "pk").values_list(*_Entry._fields), None
    while True:
        part = [_Entry._make(row) for row in (rows.filter(number__gte=last.number) if last else rows)[:_AT_ONCE]]
        yield from (part[1:] if last and part and part[0].id == last.id else part)
        if len(part) < _AT_ONCE:
            return
        last = part[-1]


def _shown(entry: _Entry) -> str:
    return f"Entry {entry.number} ({entry.verb[:60]} on {entry.target[:80]}, {entry.at:%Y-%m-%d %H:%M} UTC)"
