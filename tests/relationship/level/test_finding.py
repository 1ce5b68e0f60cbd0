"""A refresh judges every account: answers lead, behaviour supports, and nothing is named without an answer."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from tests.relationship.level.world import AS_OF, answer, judged, made_firm
from vitalfew.analytics.level import VERDICTS
from vitalfew.relationship.level import finding, stored
from vitalfew.relationship.models import Evidence, LevelFound, LevelRun, Response

pytestmark = pytest.mark.django_db
ANSWERED = range(1, 31)


@pytest.fixture
def firm():
    made = made_firm()
    answer(made, *ANSWERED)
    return made


def rows(run):
    return {row.account_id: row for row in LevelFound.objects.filter(run=run, superseded_at=None)}


def test_every_account_gets_an_answer_and_only_those_that_spoke_a_named_level(firm):
    found = rows(judged(firm))
    assert sorted(found) == list(range(1, 81))
    assert {account for account, row in found.items() if row.told is not None} <= set(ANSWERED)
    assert sum(row.told is not None for row in found.values()) > 15
    assert {VERDICTS[row.verdict] for account, row in found.items() if account not in ANSWERED} <= {
        "not enough evidence", "behaves like", "mixed",
    }  # fmt: skip


def test_named_levels_are_mostly_right_and_never_far_off(firm):
    found = rows(judged(firm))
    named = [(row.told, firm.level[account - 1]) for account, row in found.items() if row.told is not None]
    off = np.abs(np.diff(np.array(named), axis=1))
    assert off.max() <= 1 and (off == 0).mean() > 0.65


def test_chances_add_up_and_the_range_holds_the_likeliest(firm):
    for row in rows(judged(firm)).values():
        assert sum(row.chance) == pytest.approx(1.0, abs=2e-4)
        assert row.low <= row.level <= row.high and max(row.chance) == row.chance[row.level - 1]


def test_answers_older_than_a_year_name_no_level_any_more():
    firm = made_firm()
    answer(firm, *ANSWERED, on=AS_OF - timedelta(days=400))
    found = rows(judged(firm))
    assert {row.told for row in found.values()} == {None}
    assert found[1].newest_answer == AS_OF - timedelta(days=400)


def test_what_our_own_people_believe_and_what_is_said_later_does_not_count(firm):
    before = {account: row.chance for account, row in rows(judged(firm)).items()}
    Response.objects.create(
        account_id=70, way=Response.Way.MIRROR, answers={"sentence": 4}, answered_on=AS_OF, answered_at="2026-06-30T12:00Z"
    )  # fmt: skip
    answer(firm, 71, on=AS_OF + timedelta(days=1), seed=9)
    assert {account: row.chance for account, row in rows(judged(firm)).items()} == before


def test_open_critical_issue_with_falling_orders_and_a_detractor_is_damage(firm):
    firm.rhythm.orders_12[0] = 0
    said = Response.objects.get(account=1)
    said.answers = said.answers | {"recommend": 2}
    said.save()
    opened = Evidence(
        account_id=1, kind="critical_issue", side="ours", holds_from=AS_OF - timedelta(days=5), source="issue:1",
        recorded_at="2026-06-25T12:00Z", recorded_by="x",
    )  # fmt: skip
    opened.save()
    row = rows(judged(firm))[1]
    assert (VERDICTS[row.verdict], row.told) == ("damaged", None)
    opened.holds_until = AS_OF - timedelta(days=1)
    opened.save()
    assert VERDICTS[rows(judged(firm))[1].verdict] != "damaged"


def test_firm_without_answers_and_almost_without_orders_says_what_is_missing():
    run = judged(made_firm(6))
    assert LevelFound.objects.count() == 0
    assert "neither an answer nor an indicator" in LevelRun.objects.get(run=run).missing


def test_same_ledger_and_answers_give_the_same_levels(firm):
    first, second = rows(judged(firm)), rows(judged(firm))
    assert {a: (r.chance, r.known) for a, r in first.items()} == {a: (r.chance, r.known) for a, r in second.items()}


def test_model_comes_back_from_its_record_as_it_was(firm):
    known = finding.gathered(run=judged(firm), found=firm.found, rhythm=firm.rhythm, indicators=None)
    learnt = finding.learn(known)
    again = stored.from_json(stored.as_json(learnt))
    assert again.kinds == learnt.kinds
    assert again.model.parameters.threshold == pytest.approx(learnt.model.parameters.threshold, abs=1e-8)
    assert len(again.model.draws) == len(learnt.model.draws) > 0


def test_model_of_other_questions_is_not_used(firm):
    kept = LevelRun.objects.get(run=judged(firm)).model
    assert stored.from_json(kept | {"questions": ["sentence"]}) is None


def test_orders_far_below_the_years_before_are_a_fall_and_a_young_account_has_none():
    firm = made_firm(4)
    rhythm = firm.rhythm
    rhythm.orders[:], rhythm.orders_12[:] = [40, 40, 12, 40], [2, 14, 2, 40]
    rhythm.first_age[:] = [1095, 1095, 400, 1095]
    assert finding.falling(firm.found, rhythm).tolist() == [True, False, False, False]
