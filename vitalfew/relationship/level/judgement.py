"""One judgement of accounts: what is known of them, put to the model, and the rows that tell what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level import VERDICTS, History, Indicators, Levels, Rules, estimate_level
from vitalfew.ledger import choices
from vitalfew.ledger.models import Run
from vitalfew.relationship.level.announcing import Before, announce
from vitalfew.relationship.level.answered import DECIDING, Answered
from vitalfew.relationship.level.stored import Learnt
from vitalfew.relationship.models import LevelFound

NAMED = VERDICTS.index("level")
USUAL = Rules(deciding=DECIDING)
# The rules that a firm may set, by the name of the setting.
_SET = {f"level_{name}": name for name in ("likely", "bits", "orders", "days", "cap", "held", "apart", "damage_signs")}
_SURE = "level_sure"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The firm's thresholds of one judgement: when a level may be told, and how sure a change must be in two quarters."""

    rules: Rules
    sure: float


def thresholds() -> Thresholds:
    """What the firm has set by now; one query."""
    found = choices.numbers(*_SET, _SURE)
    rules: dict[str, Any] = {_SET[name]: found[name] for name in _SET}
    return Thresholds(replace(USUAL, **rules), found[_SURE])


def rules_of(row: LevelFound) -> Rules:
    """The rules that shaped the chances and the range of a judgement, as they stood when it was made."""
    return replace(USUAL, **{name: row.known[name] for name in ("cap", "held") if name in row.known})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some accounts, in one order; `facts` are industry and size of each, `indicators` None where
    nothing of what anybody does could be measured."""

    account: NDArray[np.int64]
    answered: Answered
    indicators: Indicators | None
    facts: list[tuple[str, str]]
    history: History


def judge(*, learnt: Learnt, known: Known, rules: Rules) -> Levels:
    """The level of each account with its chances under the model, told as the rules allow."""
    return estimate_level(
        model=learnt.model,
        survey=known.answered.survey,
        indicators=known.indicators,
        covariates=learnt.kinds.design(known.facts),
        history=known.history,
        rules=rules,
    )


def rows(
    *, run: Run, known: Known, levels: Levels, before: Before, by: Thresholds, at: datetime, again: bool
) -> Iterator[LevelFound]:
    """A row for each account, in their order, judged `by` these; `again` where something was heard of them since the run."""
    for place, account in enumerate(known.account.tolist()):
        chance = [round(float(one), 4) for one in levels.chance[place]]
        level, verdict = int(levels.level[place]), int(levels.verdict[place])
        told = level if verdict == NAMED else None
        yield LevelFound(
            run=run,
            account_id=account,
            judged_at=at,
            verdict=verdict,
            level=level,
            told=told,
            announced=announce(account=account, told=told, level=level, top=max(chance), before=before, sure=by.sure),
            low=int(levels.low[place]),
            high=int(levels.high[place]),
            chance=chance,
            newest_answer=known.answered.newest.get(account),
            known=_kept(known, levels, place) | {"again": again, "cap": by.rules.cap, "held": by.rules.held},
        )


def _kept(known: Known, levels: Levels, place: int) -> dict[str, Any]:
    """What the account was judged by, so that it can be judged again, and the rest of what was found."""
    shown, past = known.indicators, known.history
    return {
        "value": [_number(one) for one in shown.value[place]] if shown else [],
        "variance": [_number(one) for one in shown.variance[place]] if shown else [],
        "facts": list(known.facts[place]),
        "orders": int(past.orders[place]),
        "days": int(past.days[place]),
        "falling": bool(past.falling[place]),
        "complaint": bool(past.complaint[place]),
        "forms": known.answered.forms.get(int(known.account[place]), 0),
        "trait": _number(levels.trait[place]),
        "spread": _number(levels.spread[place]),
        "before": [_number(one) for one in levels.before[place]],
        "low_90": int(levels.low_90[place]),
        "high_90": int(levels.high_90[place]),
        "gained": _number(levels.gained[place]),
        "lacking": int(levels.lacking[place]),
        "unstable": bool(levels.unstable[place]),
        "mixed": int(levels.mixed[place]),
        "damaged": bool(levels.damaged[place]),
    }


def _number(value: Any) -> float | None:
    """Five digits are more than any of it is sure of; None where it was not measured."""
    return None if np.isnan(value) else float(f"{value:.5g}")


def silent(shown: Indicators | None) -> Indicators | None:
    """The same indicators, none of them measured: what is left is what was said."""
    return replace(shown, value=np.full_like(shown.value, np.nan)) if shown else None


def known_again(
    *, rows: Sequence[LevelFound], learnt: Learnt, answered: Answered, complaining: Collection[int]
) -> Known:
    """What is known of accounts that a run judged before, with the answers of now and who complains now."""
    kept = [row.known for row in rows]
    value, variance = (
        np.array([[np.nan if one is None else one for one in each[name]] for each in kept])
        for name in ("value", "variance")
    )
    account = np.array([row.account_id for row in rows], dtype=np.int64)
    history = History(
        np.array([each["orders"] for each in kept]),
        np.array([float(each["days"]) for each in kept]),
        np.array([each["falling"] for each in kept]),
        np.isin(account, list(complaining)),
    )
    names, sides = learnt.model.indicators, learnt.model.sides
    shown = Indicators(names, sides, value, np.nan_to_num(variance)) if names else None
    return Known(account, answered, shown, [(each["facts"][0], each["facts"][1]) for each in kept], history)
