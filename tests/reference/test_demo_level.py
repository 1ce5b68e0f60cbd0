"""The levels of the demo firm, told from its own answers and its own lines, against the truth nobody in it knows."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest

from tests.analytics.pages import table
from tests.reference.demo_behaviour import behaviour, history
from vitalfew.analytics.level import (
    Question,
    estimate_level,
    fit_level,
    measure_agreement,
    measure_held_out,
    membership,
    read_survey,
)
from vitalfew.analytics.level.agreement import weighted_kappa
from vitalfew.demo.firm import make_firm

UNTIL = date(2026, 11, 23)
ROLES = ("decision maker", "influencer", "user", "buyer")
RIVAL = ("move", "split", "ask for a match", "stay")
FIVE = (2, 3, 4, 5)
NAMES = {
    "kappa": "kappa",
    "accuracy": "accuracy",
    "within one": "within_one",
    "calibration error": "calibration_error",
    "90 % run holds": "cover",
    "levels in it": "size",
}
QUESTIONS = (
    Question("Q1 Sentence", steps=(2, 3, 4), anchor=True),
    Question("Q2 Replacing", steps=FIVE, side="loyalty"),
    Question("Q3 Main link", steps=FIVE),
    Question("Q4 Understands us", steps=FIVE),
    Question("Q5 Helps our aims", steps=FIVE),
    Question("Q6 Adds value", steps=FIVE),
    Question("Q7 Opportunities", steps=FIVE),
    Question("Q8 Integrity", steps=FIVE),
    Question("Q9 Rival 5 % cheaper", words=RIVAL, side="price"),
    Question("Q10 Rival 10 % cheaper", words=RIVAL, side="price"),
    Question("Q11 Accept price rise", steps=FIVE, side="price"),
    Question("Q12 Other quotes", steps=(1, 2, 3, 5, 8), falls=True, side="price"),
    Question("Q13 Next 12 months", words=("less", "same", "more"), side="loyalty"),
    Question("Q14 Rank", steps=(2, 3, 4), falls=True, side="loyalty"),
    Question("Q15 Recommend", steps=tuple(range(1, 11)), side="loyalty", detractor=7),
    Question("Q16 Ease of last problem", steps=FIVE),
)


@cache
def told(customers, seed=2026):
    """The firm, what is known of it, what the model makes of it, and the true levels at the window's end."""
    firm = make_firm(seed=seed, customers=customers, until=UNTIL)
    truth = firm.truth.tables["accounts"].to_pydict()
    names = truth["customer"]
    listed = {row["id"]: row for row in firm.customers.to_pylist()}
    codes = [
        np.unique([listed[name][column] for name in names], return_inverse=True)[1] for column in ("industry", "size")
    ]
    as_of = (firm.window.last - date(1970, 1, 1)).days
    known = {
        "survey": read_survey(
            frame=firm.survey,
            questions=QUESTIONS,
            accounts=names,
            as_of=as_of,
            roles=ROLES,
            account="Customer",
            respondent="Respondent",
            answered="Answered",
            role="Role",
        ),
        "indicators": behaviour(firm=firm, names=names),
        "covariates": membership(*codes),
    }
    model = fit_level(**known, questions=QUESTIONS, errors=True)
    levels = estimate_level(model=model, **known, history=history(firm=firm, names=names))
    return firm, known, model, levels, np.array(truth["level"])


def true_trait(firm):
    """The trait of each account in the window's last quarter."""
    rows = firm.truth.tables["levels"].to_pydict()
    return np.array(list(dict(zip(rows["customer"], rows["trait"], strict=True)).values()))


def scaled(trait, covariates):
    return (trait - trait.mean()) / spread_within(trait, covariates)


def spread_within(trait, covariates):
    """Spread of the trait that the covariates do not explain."""
    design = np.column_stack((np.ones(len(trait)), covariates))
    return (trait - design @ np.linalg.lstsq(design, trait, rcond=None)[0]).std()


def measured_on(found, rows):
    _, _, _, levels, truth = found
    return measure_agreement(chance=levels.chance[rows], level=truth[rows])


def answered(found):
    return np.isin(np.arange(found[4].size), found[1]["survey"].account)


SIZES = [400, pytest.param(2000, marks=pytest.mark.slow)]


@pytest.mark.parametrize("customers", SIZES)
def test_accounts_that_answered_are_told_right(customers):
    found = told(customers)
    agreement = measured_on(found, answered(found))
    assert agreement.kappa >= 0.80 and agreement.within_one >= 0.98
    assert agreement.calibration_error <= 0.05 if customers == 2000 else 0.1
    assert agreement.cover >= 0.93


@pytest.mark.parametrize("customers", SIZES)
def test_chances_are_honest_where_nobody_answered(customers):
    """Three plain readings of the orders: the chances must be as sure as they let be, and beat the segment."""
    found = told(customers)
    silent = ~answered(found)
    agreement = measured_on(found, silent)
    before = measure_agreement(chance=found[3].before[silent], level=found[4][silent])
    assert agreement.cover >= (0.90 if customers == 2000 else 0.86)  # of 253, two standard errors less
    assert agreement.calibration_error <= (0.05 if customers == 2000 else 0.1)
    assert agreement.log_score > before.log_score


@pytest.mark.parametrize("customers", SIZES)
def test_runs_of_levels_hold_the_truth_as_often_as_they_say(customers):
    _, _, _, levels, truth = told(customers)
    for low, high, promised in ((levels.low, levels.high, 0.80), (levels.low_90, levels.high_90, 0.90)):
        error = np.sqrt(promised * (1 - promised) / truth.size)
        assert ((low <= truth) & (truth <= high)).mean() > promised - 2 * error


@pytest.mark.slow
def test_trait_lies_in_its_band():
    """On the model's scale, mean 0 and spread 1 within a segment; its nought is where those who answer stand (below)."""
    firm, known, _, levels, _ = told(2000)
    heard = answered(told(2000))
    trait = scaled(true_trait(firm), known["covariates"])
    off = (trait - levels.trait)[heard] / levels.spread[heard]
    assert (abs(off - off.mean()) < 1.645).mean() == pytest.approx(0.90, abs=0.04)
    assert np.corrcoef(levels.trait[heard], trait[heard])[0, 1] > 0.9


@pytest.mark.parametrize("customers", SIZES)
def test_told_levels_are_right_and_the_rest_is_held_back(customers):
    found = told(customers)
    levels = found[3]
    sure = measured_on(found, levels.verdict == 2)
    assert sure.accuracy > 0.65 and sure.within_one > 0.97
    assert sure.accuracy > measured_on(found, levels.lacking > 0).accuracy + 0.2


@pytest.mark.parametrize("customers", SIZES)
def test_single_answers_are_worth_less_than_the_model(customers):
    found = told(customers)
    survey, truth = found[1]["survey"], found[4]
    rows = np.flatnonzero((survey.question == 0) & (survey.age <= 365))
    raw = weighted_kappa(told=survey.answer[rows] + 1, level=truth[survey.account[rows]])
    assert measured_on(found, np.unique(survey.account[rows])).kappa > raw + 0.1


@pytest.mark.slow
def test_respondents_and_roles_are_recovered():
    """Respondents spread .45 around their account and roles lean, on a trait that the model scales to spread 1."""
    firm, known, model, _, _ = told(2000)
    scale = spread_within(true_trait(firm), known["covariates"])
    facts = firm.truth.facts["model"]
    assert model.parameters.spread == pytest.approx(facts["respondent_spread"] / scale, abs=3 * model.errors.spread)
    lean = np.array([facts["role_shift"][role] for role in ROLES]) / scale
    assert abs(model.parameters.shift - lean + lean.mean()) / model.errors.shift == pytest.approx(np.zeros(4), abs=3)


@pytest.mark.slow
def test_cutpoints_are_a_little_low_because_the_content_answer_more():
    """Who answers is no chance in the demo: its log odds rise by .35 a unit of the trait, which the model cannot see."""
    firm, known, model, _, _ = told(2000)
    trait = true_trait(firm)
    scale = spread_within(trait, known["covariates"])
    cuts = (np.array(firm.truth.facts["model"]["level_cuts"]) - trait.mean()) / scale
    gap = (trait[answered(told(2000))].mean() - trait.mean()) / scale
    assert gap == pytest.approx(0.24, abs=0.05)
    assert model.cutpoints - cuts == pytest.approx(np.full(3, -0.1), abs=0.1)


@pytest.mark.slow
def test_person_left_out_is_foretold_better_than_by_rules():
    _, known, _, _, _ = told(2000)
    found = measure_held_out(**known, questions=QUESTIONS)
    assert found.people > 300 and found.lead > 2 * found.lead_error


def test_head_of_the_story_is_seen():
    """The partner of the stories stands high, the giant that buys on price stands low, as far as they are known."""
    firm, _, _, levels, truth = told(400)
    names = firm.truth.tables["accounts"]["customer"].to_pylist()
    stories = firm.truth.facts["stories"]
    rows = {name: names.index(stories[name]["customers"][0]) for name in ("true_partner", "price_sensitive_giant")}
    assert truth[rows["true_partner"]] == 4 and truth[rows["price_sensitive_giant"]] == 1
    assert levels.trait[rows["true_partner"]] > levels.trait[rows["price_sensitive_giant"]]


@pytest.mark.slow
@pytest.mark.parametrize("row", table("level", "On the demo firm"), ids=lambda row: row["accounts"])
def test_page_prints_what_the_demo_gives(row):
    found = told(2000)
    heard = answered(found)
    rows = {"answered": heard, "never answered": ~heard, "told as a level": found[3].verdict == 2}[row["accounts"]]
    agreement = measured_on(found, rows)
    assert float(row["number"]) == pytest.approx(agreement.accounts, abs=3)
    for name, field in NAMES.items():
        assert float(row[name]) == pytest.approx(getattr(agreement, field), abs=0.012)
