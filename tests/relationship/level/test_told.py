"""Levels in lists: who is there, in which order, what is said where none is named, how a list goes on."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import alice, ben, key, let_in, portfolio
from tests.relationship.levels import ANSWERED, BEHAVES, NOTHING, aimed, seen
from vitalfew.relationship.level.listing import levels_page
from vitalfew.relationship.level.told import NEVER, level_of, levels
from vitalfew.relationship.models import LevelRun
from vitalfew.relationship.paging import MarkRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    made = portfolio()
    LevelRun.objects.create(run=made, model=None)
    return made


def test_every_account_has_a_row_and_named_levels_come_first(run):
    seen(run, 1, NOTHING, level=4, run_of_levels=(2, 4))
    seen(run, 2, level=1)
    seen(run, 3, level=3)
    key(3)
    aimed(3, 4)
    told = levels(person=None)
    assert [(row.name, row.found.level, row.is_key, row.target) for row in told.rows] == [
        ("Cobalt & Sons", 3, True, 4),
        ("Borealis", 1, False, None),
        ("Acme Tools", None, False, None),
    ]
    assert [row.name for row in levels(person=None, keys_only=True).rows] == ["Cobalt & Sons"]


def test_where_no_level_is_named_the_range_and_the_reason_are_told(run):
    seen(run, 1, NOTHING, level=3, run_of_levels=(2, 4))
    found = level_of(accounts=[1, 2])[1]
    assert (found.level, found.announced, found.low, found.high, found.likeliest) == (None, None, 2, 4, 3)
    assert found.lacking == ("nobody who decides has answered lately, and there are too few orders to judge by",)
    assert set(level_of(accounts=[1, 2])) == {1}


def test_an_answer_since_the_run_makes_a_level_newer_than_its_run(run):
    old, new = seen(run, 1), seen(run, 2)
    new.known["again"] = True
    new.save()
    found = level_of(accounts=[1, 2])
    assert (found[1].as_of, found[2].as_of) == (run.as_of, old.judged_at.date())
    assert found[1].newest_answer == ANSWERED


def test_what_was_superseded_is_told_no_more(run):
    seen(run, 1, level=2, superseded_at=run.shown_at)
    seen(run, 1, level=4)
    assert [row.found.level for row in levels(person=None).rows] == [4]


def test_a_hidden_account_is_in_no_list(run):
    seen(run, 1), seen(run, 2)
    somebody = let_in(ben(), 2)
    assert [row.account for row in levels(person=somebody).rows] == [2]
    assert [row.account for row in levels_page(person=somebody).rows] == [2]


def test_without_a_run_or_a_model_it_says_why():
    assert levels(person=None).missing == levels_page(person=None).missing == NEVER
    made = portfolio()
    LevelRun.objects.create(run=made, model=None, missing="Too few accounts.")
    assert levels(person=None).missing == levels_page(person=None).missing == "Too few accounts."


def test_pages_meet_every_row_once(run):
    for account in range(1, 7):
        seen(run, account, level=1 + account % 4)
    met, after = [], None
    while after != "":
        page = levels_page(person=None, after=after or "", size=4)
        met, after = met + [row.account for row in page.rows], page.next
    assert sorted(met) == [1, 2, 3, 4, 5, 6]
    assert [row.found.level for row in levels_page(person=None).rows] == [4, 3, 3, 2, 2, 1]
    with pytest.raises(MarkRefused):
        levels_page(person=None, after="nonsense")


def test_pages_narrow_to_key_accounts_and_to_a_named_level(run):
    seen(run, 1, level=3), seen(run, 2, level=3), seen(run, 3, BEHAVES, level=3)
    key(2)
    assert [row.account for row in levels_page(person=None, keys_only=True).rows] == [2]
    assert sorted(row.account for row in levels_page(person=None, level=3).rows) == [1, 2]


def test_statements_do_not_grow_with_accounts(run):
    person = alice()

    def statements() -> tuple[int, ...]:
        counted = []
        for read in (
            lambda: levels(person=person),
            lambda: levels_page(person=person),
            lambda: level_of(accounts=range(50)),
        ):
            with CaptureQueriesContext(connection) as asked:
                read()
            counted.append(len(asked))
        return tuple(counted)

    for account in range(1, 4):
        seen(run, account)
    few = statements()
    for account in range(4, 7):
        seen(run, account)
        key(account)
        aimed(account, 4)
    assert statements() == few
    assert few[1] == 4 and few[2] == 1
