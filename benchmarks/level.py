"""Levels told against true ones, in the world the model assumes and in three that bend it (table A10).

Data: `simulate_level`, three firms of 2,000 accounts a world, seeds fixed; 36 % of the accounts answered (in the last
world the more content ones more often), median 25 orders, four indicators with known errors. The worlds: as assumed;
traits with the tails of a t of four degrees; a contract that moves both price indicators of three accounts in ten by
one and a half residual spreads; answering that rises with the trait by .35 in log odds a unit.
Protocol: one fit of all that is known of a firm, its levels against the true ones of today. Peers see the same:
- z-score rule: mean of the z-scores of all indicators and, where there are answers, of their mean, cut so that levels
  are as frequent as among the answers to the anchor question; no chances.
- raw answer: the newest answer of an account to the anchor question, taken as its level (accounts that answered only).
- segment: the model's chances from the covariates alone.
- ordered logit (statsmodels): newest raw answers as labels, indicators and covariates as regressors, all accounts.
Standard errors by bootstrap over accounts, 200 draws. CPU seconds with one thread of BLAS each.
"""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import Peer, Row, Table, keep
from vitalfew.analytics.level import (
    Agreement,
    Simulated,
    World,
    estimate_level,
    fit_level,
    measure_agreement,
    simulate_level,
)

SEED, FIRMS, ACCOUNTS, DRAWS = 2026, 3, 2_000, 200
WORLDS = {
    "as assumed": World(),
    "heavy tails": World(tails=4.0),
    "contract prices": World(contract=1.5),
    "the sore keep silent": World(silence=0.35),
}
# Metric, its name in an Agreement, which way is better, the line, and the peers that have it.
METRICS = (
    ("weighted kappa", "kappa", "high", 0.70, ("z-score rule", "raw answer", "ordered logit")),
    ("accuracy", "accuracy", "high", None, ("z-score rule", "raw answer", "ordered logit")),
    ("within one level", "within_one", "high", None, ("z-score rule", "raw answer", "ordered logit")),
    ("log score", "log_score", "high", None, ("segment", "ordered logit")),
    ("calibration error", "calibration_error", "low", 0.05, ("segment", "ordered logit")),
    # A run that holds all four levels holds the true one: peers are compared by its length only.
    ("90 % run holds", "cover", "high", 0.88, ()),
    ("levels in the run", "size", "low", None, ("segment", "ordered logit")),
)

Floats = NDArray[np.float64]


def main() -> None:
    rows: list[Row] = []
    for name, world in WORLDS.items():
        rows += _world(name, world)
    rows += _speed()
    table = Table("level", "Levels told against true ones (A10)", str(__doc__).split("\n\n", 1)[1], rows)
    keep(table, packages=("statsmodels",), seed=SEED)


def _world(name: str, world: World) -> list[Row]:
    parts: dict[str, list[Floats]] = {}
    levels, answered = [], []
    for firm in range(FIRMS):
        made = simulate_level(world=world, accounts=ACCOUNTS, rng=np.random.default_rng((SEED, firm)))
        known: dict[str, Any] = {
            "survey": made.survey,
            "indicators": made.indicators,
            "covariates": made.covariates,
        }
        model = fit_level(**known, questions=world.questions)
        told = estimate_level(model=model, **known, history=made.history)
        found = {"ours": told.chance, "segment": told.before, "z-score rule": _sure(_z_scores(made))}
        logit = _ordered_logit(made)
        if logit is not None:
            found["ordered logit"] = logit
        found["raw answer"] = _sure(_newest(made))
        for peer, chance in found.items():
            parts.setdefault(peer, []).append(chance)
        levels.append(made.level)
        answered.append(_newest(made) > 0)
    chances = {peer: np.concatenate(part) for peer, part in parts.items()}
    return _rows(name, chances, np.concatenate(levels), np.concatenate(answered))


def _rows(name: str, chances: dict[str, Floats], level: Floats, answered: NDArray[np.bool_]) -> list[Row]:
    rng = np.random.default_rng(SEED)
    picks = [rng.integers(level.size, size=level.size) for _ in range(DRAWS)]

    def measured(peer: str, rows: Any) -> Agreement:
        return measure_agreement(chance=chances[peer][rows], level=level[rows])

    everybody = np.arange(level.size)
    spoke = np.flatnonzero(answered)
    whole = {peer: measured(peer, everybody) for peer in chances if peer != "raw answer"}
    drawn = {peer: [measured(peer, pick) for pick in picks] for peer in whole}
    few = {peer: measured(peer, spoke) for peer in ("ours", "raw answer")}
    few_drawn = {peer: [measured(peer, pick[answered[pick]]) for pick in picks] for peer in few}

    def peers(metric: str, names: tuple[str, ...], one: dict[str, Agreement], many: Any) -> dict[str, Peer]:
        def spread(peer: str) -> float:
            gaps = [getattr(a, metric) - getattr(b, metric) for a, b in zip(many["ours"], many[peer], strict=True)]
            return float(np.std(gaps))

        return {peer: Peer(getattr(one[peer], metric), spread(peer)) for peer in names if peer in one}

    rows = []
    for metric, field, better, line, names in METRICS:
        se = float(np.std([getattr(one, field) for one in drawn["ours"]]))
        found = peers(field, names, whole, drawn)
        rows.append(Row(name, metric, getattr(whole["ours"], field), better, line, se, peers=found))
        if "raw answer" in names:
            se = float(np.std([getattr(one, field) for one in few_drawn["ours"]]))
            found = peers(field, ("raw answer",), few, few_drawn)
            case = f"{name}, answered"
            rows.append(Row(case, metric, getattr(few["ours"], field), better, None, se, peers=found))
    return rows


def _sure(level: Floats) -> Floats:
    """Levels as chances of one; where there is no level (0) all are alike."""
    chance = np.eye(5)[level.astype(np.int64)][:, 1:]
    return np.where(level[:, None] > 0, chance, 0.25)


def _newest(made: Simulated) -> Floats:
    """Each account's newest raw answer to the anchor question as a level, 0 where nobody answered."""
    survey = made.survey
    rows = np.flatnonzero(survey.question == 0)
    rows = rows[np.argsort(-survey.age[rows], kind="stable")]
    level = np.zeros(survey.accounts)
    level[survey.account[rows]] = survey.answer[rows] + 1
    return level


def _z_scores(made: Simulated) -> Floats:
    survey, value = made.survey, made.indicators.value
    scores = list(((value - value.mean(axis=0)) / value.std(axis=0)).T)
    said = (survey.answer - _by_question(survey.answer, survey, np.mean)) / _by_question(survey.answer, survey, np.std)
    count = np.bincount(survey.account, minlength=survey.accounts)
    mean = np.bincount(survey.account, said, minlength=survey.accounts) / np.maximum(count, 1)
    scores.append(np.where(count > 0, mean / mean[count > 0].std(), np.nan))
    score = np.nanmean(scores, axis=0)
    newest = _newest(made)
    shares = np.bincount(newest[newest > 0].astype(np.int64), minlength=5)[1:] / (newest > 0).sum()
    return np.asarray(1.0 + np.searchsorted(np.quantile(score, np.cumsum(shares)[:3]), score))


def _by_question(values: Floats, survey: Any, what: Any) -> Floats:
    return np.array([what(values[survey.question == one]) for one in range(survey.question.max() + 1)])[survey.question]


def _ordered_logit(made: Simulated) -> Floats | None:
    try:
        from statsmodels.miscmodels.ordinal_model import OrderedModel  # a peer
    except ImportError:
        print("statsmodels is not installed: the ordered logit is left out.")
        return None
    newest = _newest(made)
    spoke = newest > 0
    # One column of each group of covariates is left out: the thresholds are the intercept.
    design = np.column_stack((made.indicators.value, made.covariates[:, [0, 2, 3, 5]]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = OrderedModel(newest[spoke].astype(int), design[spoke], distr="logit").fit(method="bfgs", disp=0)
        return np.asarray(fit.model.predict(fit.params, exog=design))


def _speed() -> list[Row]:
    rows = []
    for accounts, line in ((30, None), (ACCOUNTS, 2.0), (100_000, None)):
        made = simulate_level(accounts=accounts, rng=np.random.default_rng(SEED))
        known: dict[str, Any] = {
            "survey": made.survey,
            "indicators": made.indicators,
            "covariates": made.covariates,
        }
        start = time.process_time()
        model = fit_level(**known, questions=World().questions)
        fitted = time.process_time()
        estimate_level(model=model, **known, history=made.history)
        told = time.process_time()
        note = f"{made.survey.account.size:,} answers"
        case = f"{accounts:,} accounts"
        rows.append(Row(case, "fit, CPU s", fitted - start, "low", line, note=note))
        rows.append(Row(case, "levels of all, CPU s", told - fitted, "low", note=note))
    return rows


if __name__ == "__main__":
    main()
