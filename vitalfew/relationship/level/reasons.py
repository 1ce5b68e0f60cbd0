"""Why one account's level is what it is: the evidence weighed, three views side by side, its history, what would change our mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from vitalfew.analytics.level import Indicators, Levels, Rules, Survey, estimate_level, weigh_evidence
from vitalfew.ledger import choices, runs, tree
from vitalfew.ledger.models import Run
from vitalfew.ledger.visibility import let_see
from vitalfew.relationship.level import judgement, stored
from vitalfew.relationship.level.answered import answered
from vitalfew.relationship.level.judgement import Known, rules_of, silent
from vitalfew.relationship.level.stored import Learnt
from vitalfew.relationship.level.targets import TargetShown, target
from vitalfew.relationship.level.told import Chance, LevelShown, shown, why_none
from vitalfew.relationship.models import LevelFound, LevelRun
from vitalfew.relationship.survey import mirror
from vitalfew.relationship.survey.questions import ANCHOR
from vitalfew.trust.models import Person

MOMENTS = 24


@dataclass(frozen=True, slots=True)
class Weight:
    """What one group of evidence adds to the log odds of the level: `group` is an indicator, or "answers: " and a part."""

    group: str
    weight: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """From what is known of such accounts (`start`, a chance) to what is known of this one (`end`), weight by weight.

    `ask` and `wait` are bits that one more answered form, or another quarter of orders, would teach on average.
    """

    level: int
    start: float
    end: float
    weights: tuple[Weight, ...]
    ask: float
    wait: float


@dataclass(frozen=True, slots=True)
class Side:
    """What one side alone says: chances of the levels and the shortest run that holds the true one with a chance of `held`."""

    chance: Chance
    low: int
    high: int
    held: float


@dataclass(frozen=True, slots=True)
class Belief:
    """What one of us believes: the level of the sentence they chose in the mirror form, and when."""

    name: str
    level: int | None
    on: date


@dataclass(frozen=True, slots=True)
class Moment:
    """The level as it was judged at a moment; `because` "refresh" or "heard"; `low` to `high` holds it with `held`."""

    at: datetime
    as_of: date
    because: str
    verdict: str
    level: int | None
    likeliest: int
    low: int
    high: int
    held: float
    chance: Chance


@dataclass(frozen=True, slots=True)
class AccountLevel:
    """All that is told of an account's level. Without one, `missing` says why and what to do."""

    found: LevelShown | None
    missing: str
    weighed: Weighed | None
    they_say: Side | None
    they_do: Side | None
    we_believe: tuple[Belief, ...]
    target: TargetShown | None
    history: tuple[Moment, ...]


def account_level(*, account: int, person: Person | None) -> AccountLevel:
    """The level of one account with its reasons. Raises Missing for one that is hidden or does not exist."""
    let_see(account, person)
    run, beliefs, wanted = runs.current(), _beliefs(account), target(account=account)
    row = LevelFound.objects.filter(run=run, account=account, superseded_at=None).first() if run else None
    if run is None or row is None:
        missing = (
            why_none(run) or "The last refresh found no sales line of this account, so nothing is known of it yet."
        )
        return AccountLevel(None, missing, None, None, None, beliefs, wanted, ())
    learnt = _learnt(run)
    if learnt is None:
        return AccountLevel(shown(row, run), "", None, None, None, beliefs, wanted, _history(account))
    known = _known(run, row, learnt)
    rules, weighed = rules_of(row), _weighed(learnt, known, row.level)
    they_say, they_do = _said(learnt, known, rules), _done(learnt, known, rules)
    return AccountLevel(shown(row, run), "", weighed, they_say, they_do, beliefs, wanted, _history(account))


def _learnt(run: Run) -> Learnt | None:
    kept = LevelRun.objects.filter(run=run).first()
    return stored.from_json(kept.model) if kept and kept.model else None


def _known(run: Run, row: LevelFound, learnt: Learnt) -> Known:
    """What the row was judged by: answers as of the day it was judged."""
    risen = tree.accounts(level=choices.account_level(), on=run.as_of)
    below = [row.account_id, *(customer for customer, top in risen.items() if top == row.account_id)]
    as_of = max(run.as_of, row.judged_at.date()) if row.known["again"] else run.as_of
    said = answered(accounts=[row.account_id], as_of=as_of, risen=risen, only=below)
    complaining = [row.account_id] if row.known["complaint"] else []
    return judgement.known_again(rows=[row], learnt=learnt, answered=said, complaining=complaining)


def _weighed(learnt: Learnt, known: Known, level: int) -> Weighed:
    found = weigh_evidence(
        model=learnt.model,
        survey=known.answered.survey,
        indicators=known.indicators,
        covariates=learnt.kinds.design(known.facts),
        level=np.array([level]),
    )
    start, end = (float(1 / (1 + np.exp(-odds[0]))) for odds in (found.start, found.end))
    weights = (Weight(group, float(weight)) for group, weight in zip(found.groups, found.weight[0], strict=True))
    kept = tuple(one for one in weights if abs(one.weight) > 1e-6)  # what was not measured or not asked says nothing
    return Weighed(level, start, end, kept, float(found.ask[0]), max(float(found.wait[0]), 0.0))


def _said(learnt: Learnt, known: Known, rules: Rules) -> Side | None:
    """What their answers alone say; nothing where nobody answered."""
    if not known.answered.newest:
        return None
    return _side(_estimated(learnt, known, known.answered.survey, silent(known.indicators), rules), rules.held)


def _done(learnt: Learnt, known: Known, rules: Rules) -> Side | None:
    """What their orders alone say; nothing where none of it could be measured."""
    if known.indicators is None or not known.indicators.known.any():
        return None
    survey = known.answered.survey
    nobody = survey.where(np.zeros(survey.account.size, dtype=np.bool_))
    return _side(_estimated(learnt, known, nobody, known.indicators, rules), rules.held)


def _estimated(learnt: Learnt, known: Known, survey: Survey, shown_: Indicators | None, rules: Rules) -> Levels:
    design = learnt.kinds.design(known.facts)
    return estimate_level(model=learnt.model, survey=survey, indicators=shown_, covariates=design, rules=rules)


def _side(found: Levels, held: float) -> Side:
    one, two, three, four = (float(chance) for chance in found.chance[0])
    return Side((one, two, three, four), int(found.low[0]), int(found.high[0]), held)


def _beliefs(account: int) -> tuple[Belief, ...]:
    rows = mirror.beliefs(account=account)
    return tuple(Belief(person.name, row.answers.get(ANCHOR), row.answered_on) for person, row in rows)


def _history(account: int) -> tuple[Moment, ...]:
    """Judgements from the oldest on: the last of each run, and those in between that named something else."""
    rows = LevelFound.objects.select_related("run").filter(account=account).exclude(run__shown_at=None)
    newest = list(rows.order_by("-run__as_of", "-judged_at", "-pk")[:MOMENTS])
    return tuple(
        Moment(
            at=row.judged_at,
            as_of=(found := shown(row, row.run)).as_of,
            because="heard" if row.known["again"] else "refresh",
            verdict=found.verdict,
            level=row.told,
            likeliest=row.level,
            low=row.low,
            high=row.high,
            held=found.held,
            chance=found.chance,
        )
        for row in reversed(newest)
    )
