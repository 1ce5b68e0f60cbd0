from __future__ import annotations

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from vitalfew.demo.cast.questions import GRADED, grade
from vitalfew.demo.scene.streams import stream

ASKED = [f"Q{number}" for number in range(1, 18)]


def test_seventeen_questions_stand_in_order(firm):
    numbers = [name.split()[0] for name in firm.survey.column_names if name.startswith("Q")]
    assert list(dict.fromkeys(number.rstrip("b") for number in numbers)) == ASKED


def test_third_of_accounts_has_answered(firm, accounts):
    answered = set(firm.survey["Customer"].to_pylist())
    assert len(answered) == round(0.36 * len(accounts))
    assert answered <= set(accounts)


def test_one_to_four_people_each(firm):
    people = {(row["Customer"], row["Respondent"]): row["Role"] for row in firm.survey.to_pylist()}
    each = Counter(customer for customer, _ in people)
    assert set(each.values()) == {1, 2, 3, 4}
    roles = Counter((customer, role) for (customer, _), role in people.items())
    assert set(roles.values()) == {1}


def test_answers_lie_in_allowed_steps(firm):
    rows = firm.survey.to_pylist()
    for row in rows:
        assert row["Q1 Sentence"] in range(1, 5)
        assert 1 <= row["Q14 Rank"] <= row["Q14b Of suppliers"] <= 6
        assert row["Q15 Recommend"] in range(11)
        assert row["Q9 Rival 5 % cheaper"] in ("stay", "ask for a match", "split", "move")
        assert row["Q13 Next 12 months"] in ("less", "same", "more")
        assert timedelta(0) < row["Answered"] - row["Wave"] < timedelta(days=25)
        assert row["Answered"] <= firm.window.last
    assert len({row["Wave"] for row in rows}) == 3


def test_referrals_name_prospects_when_warm(firm):
    prospects = set(firm.prospects["name"].to_pylist())
    named = [row for row in firm.survey.to_pylist() if row["Q15b Whom"]]
    assert len(named) > 5
    assert {row["Q15b Whom"] for row in named} <= prospects
    assert min(row["Q15 Recommend"] for row in named) >= 9


@pytest.mark.parametrize("column", [one.column for one in GRADED if not one.words])
def test_higher_answers_go_with_trait(firm, column):
    trait = firm.truth.tables["answers"]["trait"].to_numpy()
    assert np.corrcoef(trait, firm.survey[column].to_numpy())[0, 1] > 0.25


def test_more_answers_tell_level_better(firm, accounts):
    """The mean over the graded questions follows the true level, and closer than one question alone."""
    columns = [one.column for one in GRADED if not one.words]
    answers = np.column_stack([firm.survey[column].to_numpy() for column in columns]).astype(float)
    level = np.array([accounts[customer]["trait"] for customer in firm.survey["Customer"].to_pylist()])
    scaled = (answers - answers.mean(axis=0)) / answers.std(axis=0)
    together = np.corrcoef(scaled.mean(axis=1), level)[0, 1]
    alone = [np.corrcoef(scaled[:, place], level)[0, 1] for place in range(len(columns))]
    assert together > 0.7
    assert together > max(alone)


def test_graded_answers_follow_their_curve():
    question = GRADED[0]
    trait = np.full(40_000, 0.4)
    steps = grade(question=question, trait=trait, draws=stream(seed=1, topic="curve").random(len(trait)))
    for step, threshold in enumerate(question.thresholds):
        expected = 1 / (1 + np.exp(-question.slope * (0.4 - threshold)))
        assert (steps > step).mean() == pytest.approx(expected, abs=0.01)
