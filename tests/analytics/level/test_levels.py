from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from tests.analytics.level.firms import TRUE, firm, known, levels, model
from vitalfew.analytics.level import (
    MIXTURES,
    VERDICTS,
    History,
    Indicators,
    Question,
    Rules,
    Survey,
    estimate_level,
    fit_level,
    measure_agreement,
    why_not,
)
from vitalfew.analytics.level.rules import gained_bits, smallest_range
from vitalfew.analytics.refusals import BelowZero, NotAlike, NotFinite

PLAIN = (
    Question("sentence", steps=(2, 3, 4), anchor=True),
    Question("rival", steps=(2, 3, 4), side="price"),
    Question("replace", steps=(2, 3, 4, 5), side="loyalty"),
    Question("recommend", steps=tuple(range(1, 11)), side="loyalty", detractor=7),
)
ROLES = ("decision maker", "user")


def one(**changes):
    """A hundred accounts that know little of themselves, the first of them as asked for: (survey rows, indicators, history)."""
    rng = np.random.default_rng(5)
    trait = rng.normal(size=100)
    value = np.outer(trait, [0.8, 0.8]) + rng.normal(size=(100, 2)) * 0.4
    value[0] = changes.get("value", (0.0, 0.0))
    indicators = Indicators(("price", "rhythm"), ("price", "loyalty"), value, np.full((100, 2), 0.02))
    rows = [(0, 7, question, answer, age, role) for question, answer, age, role in changes.get("answers", ())]
    rows += [(row, 100 + row, 0, int(np.searchsorted((-0.9, 0.1, 1.0), trait[row])), 30.0, 0) for row in range(20, 99)]
    account, who, question, answer, age, role = (np.array(column) for column in zip(*rows, strict=True))
    survey = Survey(100, account, who, question, answer, age.astype(float), role, ROLES)
    orders, days = np.full(100, 20), np.full(100, 600.0)
    orders[0], days[0] = changes.get("orders", 20), changes.get("days", 600.0)
    bad = np.zeros(100, dtype=bool)
    falling, complaint = bad.copy(), bad.copy()
    falling[0], complaint[0] = changes.get("falling", False), changes.get("complaint", False)
    fitted = fit_level(survey=survey, indicators=indicators, questions=PLAIN)
    return estimate_level(
        model=fitted,
        survey=survey,
        indicators=indicators,
        history=History(orders, days, falling, complaint),
        rules=changes.get("rules"),
    )


HIGH = [(0, 3, 20.0, 0), (1, 3, 20.0, 0), (2, 4, 20.0, 0), (3, 10, 20.0, 0)]


def verdict(found):
    return VERDICTS[found.verdict[0]]


def test_answered_account_has_a_level():
    found = one(value=(1.2, 1.2), answers=HIGH)
    assert verdict(found) == "level" and found.level[0] == 4
    assert found.lacking[0] == 0 and found.newest[0] == 20


def test_account_that_only_orders_behaves_like_a_range():
    found = one(value=(-1.5, -1.5))
    assert verdict(found) == "behaves like" and found.newest[0] == -1
    assert (found.low[0], found.high[0]) == (1, 1) and found.level[0] == 1
    assert found.chance[0].max() == pytest.approx(0.85)


def test_account_without_answers_and_orders_has_not_enough():
    found = one(value=(-1.5, -1.5), orders=11)
    assert verdict(found) == "not enough evidence" and found.lacking[0] == 1
    assert why_not(1) == ("nobody who decides has answered lately, and there are too few orders to judge by",)
    assert one(value=(-1.5, -1.5), days=273.0).lacking[0] == 1


def test_account_in_the_middle_has_not_enough():
    found = one(value=(0.1, 0.1), rules=Rules(likely=0.99))
    assert verdict(found) == "not enough evidence" and found.lacking[0] & 2
    assert len(why_not(6)) == 2


def test_answer_of_somebody_who_does_not_decide_is_none_to_the_rule():
    answers = [(question, answer, age, 1) for question, answer, age, _ in HIGH]
    assert one(value=(1.2, 1.2), answers=answers, orders=3).lacking[0] == 1
    rules = Rules(deciding=("user",))
    assert one(value=(1.2, 1.2), answers=answers, orders=3, rules=rules).lacking[0] == 0


def test_answer_older_than_a_year_expires():
    old = [(question, answer, 366.0, role) for question, answer, _, role in HIGH]
    found = one(value=(1.5, 1.5), answers=old)
    assert verdict(found) == "behaves like" and found.newest[0] == 366
    assert found.chance[0].max() == pytest.approx(0.85)


def test_damage_overrides_a_high_level():
    answers = [*HIGH[:3], (3, 6, 20.0, 1)]
    assert verdict(one(value=(1.2, 1.2), answers=answers, falling=True, complaint=True)) == "damaged"
    assert verdict(one(value=(1.2, 1.2), answers=HIGH, falling=True, complaint=True)) == "level"
    assert verdict(one(value=(1.2, 1.2), answers=answers, falling=True)) == "level"
    assert verdict(one(value=(1.2, 1.2), answers=HIGH, falling=True, rules=Rules(damage_signs=1))) == "damaged"


def test_detractor_of_long_ago_is_none():
    answers = [*HIGH[:3], (3, 6, 366.0, 1)]
    assert verdict(one(value=(1.2, 1.2), answers=answers, falling=True, complaint=True)) == "level"


@pytest.mark.parametrize(("value", "name"), [((1.9, -1.9), "locked in"), ((-1.9, 1.9), "negotiates")])
def test_account_off_the_line_is_mixed(value, name):
    found = one(value=value)
    assert verdict(found) == "mixed" and MIXTURES[found.mixed[0]] == name


def test_hardly_any_account_on_the_line_is_called_mixed():
    assert (levels(2000).mixed > 0).mean() < 0.01


def test_level_that_hangs_on_one_indicator_is_unstable():
    assert one(value=(1.9, 0.0)).unstable[0]
    assert not one(value=(-1.5, -1.5)).unstable[0]


def test_chance_is_capped_only_where_nobody_was_heard():
    found = levels(2000)
    heard = np.isin(np.arange(2000), firm(2000).survey.account[firm(2000).survey.age <= 365])
    assert found.chance[~heard].max() <= 0.85 + 1e-12 < found.chance[heard].max()
    assert found.chance.sum(axis=1) == pytest.approx(np.ones(2000))


def test_cap_keeps_the_order_of_the_other_levels():
    chance = np.array([[0.02, 0.95, 0.02, 0.01], [0.4, 0.3, 0.2, 0.1]])
    cut = Rules().capped(chance=chance, surveyed=np.zeros(2, dtype=bool))
    assert cut[0] == pytest.approx([0.06, 0.85, 0.06, 0.03]) and cut[1] == pytest.approx(chance[1])


def test_shortest_run_holds_what_it_must():
    chance = np.array([[0.1, 0.45, 0.4, 0.05], [0.92, 0.05, 0.02, 0.01], [0.3, 0.2, 0.2, 0.3], [0.1, 0.39, 0.4, 0.11]])
    low, high = smallest_range(chance=chance, least=0.8)
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == [(2, 3), (1, 1), (1, 4), (2, 4)]


def test_bits_gained_are_none_where_nothing_was_learnt():
    before = np.array([[0.1, 0.4, 0.4, 0.1]])
    assert gained_bits(chance=before, before=before) == pytest.approx([0.0])
    assert gained_bits(chance=np.array([[0, 1.0, 0, 0]]), before=np.full((1, 4), 0.25)) == pytest.approx([2.0])


def test_account_without_any_evidence_stands_where_its_segment_stands():
    made = firm(400)
    indicators = replace(made.indicators, value=np.full_like(made.indicators.value, np.nan))
    found = estimate_level(model=model(400), indicators=indicators, covariates=made.covariates)
    assert found.chance == pytest.approx(found.before, abs=2e-4)
    assert set(found.verdict) == {0}


def test_levels_do_not_hang_on_who_stands_beside():
    made, all_of_them = firm(400), levels(400)
    some = slice(10, 60)
    found = estimate_level(
        model=model(400),
        survey=made.survey.within(some),
        indicators=made.indicators.within(some),
        covariates=made.covariates[some],
    )
    assert found.chance == pytest.approx(all_of_them.chance[some], abs=1e-6)


def test_blocks_change_nothing(monkeypatch):
    monkeypatch.setattr("vitalfew.analytics.level.evidence.BLOCK", 7)
    made = firm(400)
    found = estimate_level(model=model(400), **known(made), history=made.history)
    for name in ("chance", "trait", "verdict", "mixed", "unstable"):
        assert getattr(found, name) == pytest.approx(getattr(levels(400), name), abs=1e-6)


@pytest.mark.slow
def test_firm_of_thirty_says_how_unsure_its_parameters_are():
    """Sixty firms of thirty accounts: with the draws the chances are right, without them they promise too much."""
    found, bare, truth = [], [], []
    for seed in range(60):
        made, fitted = firm(30, seed), model(30, seed)
        found.append(estimate_level(model=fitted, **known(made)).chance)
        bare.append(estimate_level(model=replace(fitted, draws=()), **known(made)).chance)
        truth.append(made.level)
    told, without = (
        measure_agreement(chance=np.concatenate(one), level=np.concatenate(truth)) for one in (found, bare)
    )
    assert told.kappa > 0.65 and told.cover > 0.93 and told.calibration_error < 0.065
    assert without.calibration_error > told.calibration_error + 0.02
    assert told.log_score > without.log_score


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"indicators": None}, NotAlike),
        ({"covariates": None}, NotAlike),
        ({"covariates": np.zeros((60, 2))}, NotAlike),
        ({"survey": replace(firm(60).survey, roles=("a", "b", "c", "d"))}, NotAlike),
        ({"survey": replace(firm(60).survey, age=firm(60).survey.age - 100)}, BelowZero),
        ({"survey": replace(firm(60).survey, answer=firm(60).survey.answer + 9)}, NotAlike),
        ({"survey": replace(firm(60).survey, account=firm(60).survey.account + 60)}, NotAlike),
        ({"rules": Rules(deciding=("nobody",))}, NotAlike),
        ({"history": History(*(np.zeros(3),) * 4)}, NotAlike),
        ({"history": History(np.zeros(60), np.full(60, np.nan), *(np.zeros(60, dtype=bool),) * 2)}, NotFinite),
    ],
)
def test_what_the_model_was_not_fitted_to_is_refused(changes, refusal):
    with pytest.raises(refusal):
        estimate_level(**{"model": model(60), **known(firm(60)), **changes})


def test_answers_are_numbered_as_their_question_says():
    with pytest.raises(NotAlike, match="best sentence, whose answers are numbered 0 to 3"):
        estimate_level(model=model(60), **known(firm(60)) | {"survey": _first_answer(9)})


def _first_answer(answer):
    survey = firm(60).survey
    said = survey.answer.copy()
    said[np.flatnonzero(survey.question == 0)[0]] = answer
    return replace(survey, answer=said)


def test_levels_are_a_table_too():
    found = levels(400)
    rows = found.table(account=pa.array([f"C{row}" for row in range(400)]))
    assert rows.column_names[:2] == ["account", "trait"] and rows.num_rows == 400
    assert rows["chance_3"].to_numpy() == pytest.approx(found.chance[:, 2])
    assert rows["before_1"].to_numpy() == pytest.approx(found.before[:, 0])
    assert rows["verdict"].to_pylist() == [VERDICTS[code] for code in found.verdict]
    assert rows["mixed"].to_pylist() == [MIXTURES[code] for code in found.mixed]
    assert pl.from_arrow(rows).filter(pl.col("verdict") == "level").height == (found.verdict == 2).sum()


def test_world_of_the_tests_is_the_one_described():
    assert pytest.approx((-0.90, 0.15, 1.05)) == TRUE.cutpoints
