"""Writing evidence: recorded, closed when a state ends, withdrawn with a reason when it was wrong; never changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.evidence import bell
from vitalfew.relationship.models import Evidence
from vitalfew.relationship.models.evidence import Expectation, Side
from vitalfew.selection import checks
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor

MOST_WORDS = 4000
_KIND = re.compile(r"[a-z][a-z_]{1,39}")


class EvidenceRefused(Refusal):
    """Evidence names its kind, its side and a source that can be opened. Nothing was recorded."""


@transaction.atomic
def record_evidence(
    *,
    account: int,
    kind: str,
    side: str,
    source: str,
    holds_from: date,
    by: Actor,
    at: datetime,
    expectation: str = "",
    value: Any = None,
    words: str = "",
    holds_until: date | None = None,
) -> Evidence:
    """Write down one thing known of an account. The same kind from the same source on the same day is one record.

    `side` is "ours", "customer" or "behaviour"; what a person types by hand is ours whatever they say (the doors see
    to it). `source` is a record ("response:7") or an address. A state has no `holds_until` until its step closes it.
    Raises EvidenceRefused, Missing for an account that is hidden or does not exist.
    """
    customer = checks.seen(account, by)
    draft = Evidence(
        account=customer, kind=kind, expectation=expectation, side=side, value=value, words=words, holds_from=holds_from,
        holds_until=holds_until, source=source, recorded_at=at, recorded_by=by.name,
    )  # fmt: skip
    kept = put(draft)
    if kept is draft:
        told = {"kind": kind, "side": side, "source": source, "holds_from": holds_from.isoformat()}
        audit.record(by=by, at=at, verb="relationship.record_evidence", target=f"customer:{customer.pk}", after=told)
    return kept


def put(draft: Evidence) -> Evidence:
    """Keep evidence inside the transaction of an operation that has decided who may, and that tells the audit trail.

    What the same source said of the same day before is withdrawn; the same once more is kept as it is and given back.
    """
    _sound(draft)
    known = Evidence.objects.filter(
        account=draft.account_id, kind=draft.kind, source=draft.source, holds_from=draft.holds_from, withdrawn_at=None
    )
    same = known.first()
    if same and (same.value, same.words, same.holds_until) == (draft.value, draft.words, draft.holds_until):
        return same
    known.update(
        withdrawn_at=draft.recorded_at, withdrawn_by=draft.recorded_by,
        withdrawn_because="replaced by what came later from the same source",
    )  # fmt: skip
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        raise EvidenceRefused("Somebody recorded the same evidence at this moment. Nothing was recorded.") from None
    bell.ring(draft.account_id)
    return draft


@transaction.atomic
def close_evidence(*, account: int, kind: str, source: str, on: date, by: Actor, at: datetime) -> int:
    """End the states of a kind that a source opened; how many there were. Called by the step that opened them."""
    rows = Evidence.objects.filter(account=account, kind=kind, source=source, holds_until=None, withdrawn_at=None)
    closed = rows.update(holds_until=on)
    if closed:
        bell.ring(account)
        told = {"kind": kind, "source": source, "on": on.isoformat()}
        audit.record(by=by, at=at, verb="relationship.close_evidence", target=f"customer:{account}", after=told)
    return closed


@transaction.atomic
def withdraw_evidence(*, number: int, reason: str, by: Actor, at: datetime) -> Evidence:
    """Take back evidence that was wrong; it stays in the history with who took it back and why."""
    found = Evidence.objects.select_for_update(no_key=True).filter(may_see(by.person), pk=number).first()
    if found is None:
        raise Missing("There is no such evidence, or you may not see it.")
    if found.withdrawn_at:
        raise EvidenceRefused(f"{found.withdrawn_by} withdrew this evidence already. Nothing was changed.")
    reason = " ".join(reason.split())[:400]
    if not reason:
        raise EvidenceRefused("Say why the evidence is withdrawn. Nothing was changed.")
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_because = at, by.name, reason
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    bell.ring(found.account_id)
    told = {"number": number, "kind": found.kind, "reason": reason}
    audit.record(by=by, at=at, verb="relationship.withdraw_evidence", target=f"customer:{found.account_id}", after=told)
    return found


def renew(*, account: int, source: str, drafts: Iterable[Evidence], because: str, by: str, at: datetime) -> None:
    """Let a source say something else than before: what it said and says no more is withdrawn, the rest is kept.

    For an answer that can be changed: `drafts` is all that it says now, one of each kind. Call it as `put`.
    """
    wanted = {(draft.kind, draft.holds_from): draft for draft in drafts}
    for draft in wanted.values():
        _sound(draft)
    stale = []
    for row in Evidence.objects.filter(account=account, source=source, withdrawn_at=None):
        new = wanted.get((row.kind, row.holds_from))
        if new and (row.value, row.words, row.holds_until) == (new.value, new.words, new.holds_until):
            del wanted[row.kind, row.holds_from]
        else:
            stale.append(row.pk)
    if stale:
        withdrawn = {"withdrawn_at": at, "withdrawn_by": by, "withdrawn_because": because}
        Evidence.objects.filter(pk__in=stale).update(**withdrawn)
    Evidence.objects.bulk_create(wanted.values())
    if stale or wanted:
        bell.ring(account)


def sound_kind(kind: str) -> None:
    """Raises EvidenceRefused for what is no word for a kind of evidence."""
    if not _KIND.fullmatch(kind):
        raise EvidenceRefused(f"“{kind}” is no kind of evidence: a word of small letters. Nothing was recorded.")


def _sound(draft: Evidence) -> None:
    sound_kind(draft.kind)
    if draft.side not in Side.values:
        raise EvidenceRefused(f"“{draft.side}” is no side: say {', '.join(Side.values)}. Nothing was recorded.")
    if draft.expectation and draft.expectation not in Expectation.values:
        raise EvidenceRefused(
            f"“{draft.expectation}” is none of the six expectations: say {', '.join(Expectation.values)}. Nothing was recorded."
        )
    if not draft.source.strip() or len(draft.source) > 200:
        raise EvidenceRefused("Say where this is known from: a record, a file or an address. Nothing was recorded.")
    if draft.holds_until is not None and draft.holds_until < draft.holds_from:
        raise EvidenceRefused("Evidence ends before it begins: mend the dates. Nothing was recorded.")
    if len(draft.words) > MOST_WORDS:
        raise EvidenceRefused(f"The words are longer than {MOST_WORDS} letters: say it shorter. Nothing was recorded.")


def known(*, account: int, on: date, kinds: tuple[str, ...] = ()) -> list[Evidence]:
    """The evidence on an account that holds on a day, newest first; of these kinds, or of all."""
    rows = Evidence.objects.filter(Evidence.holds(on), account=account)
    return list((rows.filter(kind__in=kinds) if kinds else rows).order_by("-holds_from", "-pk"))
