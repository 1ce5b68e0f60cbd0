"""Accounts judged again at once when something is heard of them, with what the last run learnt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from vitalfew.ledger import choices, runs, tree
from vitalfew.ledger.models import Run
from vitalfew.relationship.level import announcing, judgement, stored
from vitalfew.relationship.level.announcing import Before
from vitalfew.relationship.level.answered import answered
from vitalfew.relationship.level.complaints import complaining
from vitalfew.relationship.level.judgement import Thresholds
from vitalfew.relationship.level.stored import Learnt
from vitalfew.relationship.models import LevelFound, LevelRun

_AT_ONCE = 500
NEWS = 0.002


def judge_again(*, accounts: Collection[int], at: datetime) -> int:
    """Judge the accounts of these customers anew; how many are told otherwise now. Rows of before stay, superseded.

    Nobody is judged before the first refresh, where no model could be learnt, or who came later than the last run.
    """
    run = runs.current()
    kept = LevelRun.objects.filter(run=run).first() if run else None
    learnt = stored.from_json(kept.model) if kept and kept.model else None
    if run is None or learnt is None:
        return 0
    risen, by = tree.accounts(level=choices.account_level(), on=run.as_of), judgement.thresholds()
    wanted = sorted({risen.get(account, account) for account in accounts})
    parts = (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
    return sum(_judged(run, learnt, risen, some, by=by, at=at) for some in parts)


@transaction.atomic
def _judged(
    run: Run, learnt: Learnt, risen: Mapping[int, int], accounts: Collection[int], *, by: Thresholds, at: datetime
) -> int:
    # Locked in one order: two who heard of the same account take turns, and the second sees what the first wrote.
    found = LevelFound.objects.filter(run=run, account__in=accounts, superseded_at=None)
    rows = list(found.order_by("account_id").select_for_update(no_key=True))
    if not rows:
        return 0
    heard = {row.account_id for row in rows}
    below = [*heard, *(customer for customer, top in risen.items() if top in heard)]
    today = max(at.date(), run.as_of)
    fresh = answered(accounts=[row.account_id for row in rows], as_of=today, risen=risen, only=below)
    known = judgement.known_again(
        rows=rows, learnt=learnt, answered=fresh, complaining=complaining(on=today, risen=risen, only=below)
    )
    levels = judgement.judge(learnt=learnt, known=known, rules=by.rules)
    before = _before(run, rows)
    made = list(judgement.rows(run=run, known=known, levels=levels, before=before, by=by, at=at, again=True))
    news = [(old, new) for old, new in zip(rows, made, strict=True) if _otherwise(old, new)]
    LevelFound.objects.filter(pk__in=[old.pk for old, _new in news]).update(superseded_at=at)
    LevelFound.objects.bulk_create([new for _old, new in news])
    return len(news)


def _otherwise(old: LevelFound, new: LevelFound) -> bool:
    """Whether a judgement says something else than the one before, and not only the last digit of what was stored."""
    known = [(row.newest_answer, row.verdict, row.known["forms"], row.known["complaint"]) for row in (old, new)]
    return known[0] != known[1] or any(abs(a - b) >= NEWS for a, b in zip(old.chance, new.chance, strict=True))


def _before(run: Run, rows: list[LevelFound]) -> Before:
    """What stood before these rows: a level that this run announced stands already."""
    found = announcing.before(run, only=[row.account_id for row in rows])
    stands = {row.account_id: row.announced for row in rows if row.announced is not None}
    return Before({**found.announced, **stands}, found.quarter)
