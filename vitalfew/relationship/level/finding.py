"""How every account sees us, found once in a run: what is known gathered, a model learnt from it, each account judged."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import numpy as np
from django.db import transaction
from numpy.typing import NDArray
from scipy.special import gammaincc

from vitalfew.analytics.level import History, Indicators, fit_level
from vitalfew.analytics.refusals import UnusableInput
from vitalfew.ledger import choices, tree
from vitalfew.ledger.models import Run
from vitalfew.ledger.snapshot import Found
from vitalfew.relationship.behaviour.prices import Prices
from vitalfew.relationship.level import announcing, checking, judgement, stored
from vitalfew.relationship.level.answered import QUESTIONS, answered
from vitalfew.relationship.level.complaints import complaining
from vitalfew.relationship.level.judgement import Known, Thresholds
from vitalfew.relationship.level.kinds import Kinds, facts_of
from vitalfew.relationship.level.stored import Learnt
from vitalfew.relationship.models import LevelFound, LevelRun
from vitalfew.selection.standings import Rhythm, aligned

YEAR = 365
# Fewer orders than this in a year, where the years before let more be expected, are a fall: one chance in twenty.
FALL = 0.05
_AT_ONCE = 2_000


def find_levels(
    *,
    run: Run,
    found: Found,
    rhythm: Rhythm,
    indicators: Indicators | None,
    prices: Prices | None,
    at: datetime,
) -> None:
    """Learn how this firm's customers answer and behave, judge every account, and write it under the run's number.

    Where nothing can be learnt (too few accounts, neither answers nor orders) the run says what is missing.
    """
    known = gathered(run=run, found=found, rhythm=rhythm, indicators=indicators)
    learnt = learn(known)
    if isinstance(learnt, str):
        LevelRun.objects.create(run=run, missing=learnt[:400])
        return
    tested = checking.checks(run=run, found=found, known=known, learnt=learnt, prices=prices)
    LevelRun.objects.create(run=run, model=stored.as_json(learnt), checks=tested)
    write(run, known, learnt, by=judgement.thresholds(), at=at)


def gathered(*, run: Run, found: Found, rhythm: Rhythm, indicators: Indicators | None) -> Known:
    """All that is known of the accounts of a run as of its day."""
    risen = tree.accounts(level=choices.account_level(), on=run.as_of)
    complain = np.isin(found.account, list(complaining(on=run.as_of, risen=risen)))
    return Known(
        account=found.account,
        answered=answered(accounts=found.account, as_of=run.as_of, risen=risen),
        indicators=indicators,
        facts=facts_of(found.account),
        history=_history(found, rhythm, complain),
    )


def learn(known: Known) -> Learnt | str:
    """What the firm's own customers teach; or, in a sentence, why nothing can be learnt."""
    kinds = Kinds.among(known.facts)
    try:
        model = fit_level(
            survey=known.answered.survey,
            indicators=known.indicators,
            covariates=kinds.design(known.facts),
            questions=QUESTIONS,
        )
    except UnusableInput as refusal:
        return str(refusal)
    return Learnt(model, kinds)


def write(run: Run, known: Known, learnt: Learnt, *, by: Thresholds, at: datetime) -> None:
    """Judge the accounts and store what came of it, in short transactions."""
    levels = judgement.judge(learnt=learnt, known=known, rules=by.rules)
    before = announcing.before(run)
    made = judgement.rows(run=run, known=known, levels=levels, before=before, by=by, at=at, again=False)
    while some := list(islice(made, _AT_ONCE)):
        with transaction.atomic():
            LevelFound.objects.bulk_create(some)


def _history(found: Found, rhythm: Rhythm, complain: NDArray[np.bool_]) -> History:
    """Orders, how long the account is known, whether its orders fall, whether a critical issue is open."""
    orders, age = aligned(rhythm.orders, found, rhythm), aligned(rhythm.first_age, found, rhythm)
    return History(orders, age.astype(np.float64), falling(found, rhythm), complain)


def falling(found: Found, rhythm: Rhythm) -> NDArray[np.bool_]:
    """Accounts whose orders of the last twelve months are fewer than chance allows beside the time before."""
    late = aligned(rhythm.orders_12, found, rhythm)
    early = aligned(rhythm.orders, found, rhythm) - late
    span = np.maximum(aligned(rhythm.first_age, found, rhythm) - YEAR, 0)
    expected = early * YEAR / np.maximum(span, 1)
    chance = gammaincc(late + 1.0, np.maximum(expected, 1e-12))  # Poisson: so few or fewer
    return np.asarray((span >= YEAR / 2) & (chance < FALL))
