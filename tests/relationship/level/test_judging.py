"""An answer judges its account at once; a change of level is announced only once it is sure in two quarters."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from tests.relationship.level.world import AS_OF, AT, answer, filled_in, judged, made_firm, spoken
from vitalfew.ledger.models import Merge
from vitalfew.relationship.evidence import bell
from vitalfew.relationship.level import announcing, judging
from vitalfew.relationship.level.announcing import Before
from vitalfew.relationship.models import Contact, LevelFound
from vitalfew.rounds.judging import judge_heard

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=2)


@pytest.fixture
def firm():
    made = made_firm()
    answer(made, *range(1, 41), on=AS_OF - timedelta(days=120))
    return made


def row(account: int) -> LevelFound:
    return LevelFound.objects.get(account=account, superseded_at=None)


def partner(account: int, part: str = "decides") -> None:
    contact = Contact.objects.create(name=f"New {account}", added_at=AT, added_by="x")
    filled_in(contact, account=account, answers=spoken(3.0, np.random.default_rng(2)), on=LATER.date(), part=part)


def test_answer_moves_its_account_and_no_other(firm):
    judged(firm)
    low = int(np.flatnonzero(firm.level == 1)[-1]) + 1
    before = {one.account_id: one.chance for one in LevelFound.objects.all()}
    partner(low)
    assert judging.judge_again(accounts=[low, low - 1], at=LATER) == 1
    assert row(low).chance[3] > before[low][3] + 0.1 and row(low).newest_answer == LATER.date()
    assert LevelFound.objects.filter(superseded_at=LATER).get().chance == before[low]
    assert row(low - 1).chance == before[low - 1]


def test_nothing_new_leaves_everything_as_it_is(firm):
    judged(firm)
    assert judging.judge_again(accounts=range(1, 81), at=AT) == 0
    assert not LevelFound.objects.exclude(superseded_at=None).exists()


def test_judging_again_gives_what_a_refresh_would_with_the_same_model(firm):
    judged(firm)
    first = {one.account_id: one.chance for one in LevelFound.objects.all()}
    LevelFound.objects.update(chance=[0.25] * 4)
    judging.judge_again(accounts=range(1, 81), at=AT)
    again = {one.account_id: one.chance for one in LevelFound.objects.filter(superseded_at=None)}
    assert np.array([again[a] for a in first]) == pytest.approx(np.array(list(first.values())), abs=3e-4)


def test_answers_of_a_merged_double_count_for_whom_it_was_merged_into(firm):
    Merge.objects.create(duplicate_id=80, into_id=79, reason="double", merged_at=AT, merged_by="x")
    judged(firm)
    before = row(79).chance
    partner(80)
    judging.judge_again(accounts=[80], at=LATER)
    assert row(79).chance[3] > before[3]


def test_nobody_is_judged_before_a_refresh(firm):
    partner(5)
    assert judging.judge_again(accounts=[5], at=LATER) == 0


def test_ringing_judges_after_the_commit_once_for_all_accounts(firm, django_capture_on_commit_callbacks):
    judged(firm)
    partner(3)
    partner(4)
    with django_capture_on_commit_callbacks(execute=True) as rung:
        for account in (3, 4, 3):
            bell.ring(account)
    assert len(rung) == 1 and judge_heard in bell._listeners
    assert sorted(LevelFound.objects.exclude(superseded_at=None).values_list("account_id", flat=True)) == [3, 4]


def stands(*, told, level, top, announced=None, quarter=None):
    before = Before({1: announced} if announced else {}, {1: quarter} if quarter else {})
    return announcing.announce(account=1, told=told, level=level, top=top, before=before, sure=0.8)


@pytest.mark.parametrize(
    ("found", "announced", "quarter", "said"),
    [
        ((None, 3, 0.5), None, None, None),  # nothing may be named
        ((3, 3, 0.6), None, None, 3),  # the first level that may be named
        ((3, 3, 0.6), 2, None, 2),  # another one, never sure before
        ((3, 3, 0.9), 2, (3, 0.79), 2),  # sure now, not a quarter ago
        ((3, 3, 0.79), 2, (3, 0.9), 2),  # sure a quarter ago, not now
        ((3, 3, 0.9), 2, (2, 0.9), 2),  # another level a quarter ago
        ((3, 3, 0.9), 2, (3, 0.81), 3),  # sure twice
        ((None, 3, 0.9), 2, (3, 0.9), 2),  # what may not be named announces nothing
    ],
)
def test_level_is_announced_by_the_rule(found, announced, quarter, said):
    told, level, top = found
    assert stands(told=told, level=level, top=top, announced=announced, quarter=quarter) == said


def test_announced_level_and_the_quarter_before_are_read_from_earlier_runs(firm):
    early = judged(firm, as_of=AS_OF - timedelta(days=91))
    run = judged(firm)
    found = announcing.before(run)
    named = {one.account_id: one for one in LevelFound.objects.filter(run=early).exclude(told=None)}
    assert found.announced == {account: one.announced for account, one in named.items()}
    assert found.quarter == {account: (one.level, max(one.chance)) for account, one in named.items()}
    assert len(named) > 10


def test_answer_that_says_otherwise_changes_the_likeliest_at_once_and_what_is_announced_later(firm):
    judged(firm)
    low = next(a for a in range(1, 41) if row(a).told in (1, 2))
    stood = row(low).announced
    for part in ("decides", "influences", "uses"):
        partner(low, part)
    judging.judge_again(accounts=[low], at=LATER)
    assert (row(low).level > stood, row(low).announced) == (True, stood)
