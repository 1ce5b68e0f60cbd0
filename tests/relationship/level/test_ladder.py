"""The ladder: who stands where, who is meant to come, who stood there a year ago, of whom too little is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, alice, as_alice, ben, carla, into, key, let_in, portfolio
from tests.relationship.levels import BEHAVES, NOTHING, aimed, run_of, seen, year_before
from vitalfew.ledger.models import Customer
from vitalfew.relationship.level.ladder import APART, KEYS, LARGEST, ladder, managers
from vitalfew.relationship.level.rungs import RUNGS
from vitalfew.relationship.level.told import NEVER
from vitalfew.relationship.models import LevelRun
from vitalfew.selection import operations
from vitalfew.selection.models import Standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """Six accounts, all of them key."""
    made = portfolio()
    LevelRun.objects.create(run=made, model=None)
    for account in range(1, 7):
        key(account)
    return made


def stand(**asked) -> dict[int, list[str]]:
    """The names at each place of the ladder, in half steps, where anybody stands."""
    found = ladder(person=None, **asked)
    return {
        place.half_steps: [one.name for one in place.accounts] for place in (*found.places, found.apart) if place.total
    }


def test_the_figure_has_four_rungs_partner_on_top():
    assert [(rung.level, str(rung.name)) for rung in RUNGS] == [
        (4, "Partner"), (3, "Value-add"), (2, "Product provider"), (1, "Commodity"),
    ]  # fmt: skip
    assert [(str(rung.price), str(rung.loyalty)) for rung in RUNGS][::3] == [
        ("low price sensitivity", "high loyalty"), ("high price sensitivity", "no loyalty"),
    ]  # fmt: skip


def test_named_accounts_stand_on_their_level_the_others_between_or_apart(run):
    seen(run, 1, level=4)
    seen(run, 2, level=1)
    seen(run, 3, BEHAVES, level=3, run_of_levels=(2, 3))
    seen(run, 4, BEHAVES, level=2, run_of_levels=(1, 3))
    seen(run, 5, "mixed", level=3, run_of_levels=(3, 3), mixed=1)
    seen(run, 6, NOTHING, level=2, run_of_levels=(1, 4))
    assert stand() == {
        8: ["Acme Tools"], 6: ["Edda Trading"], 5: ["Cobalt & Sons"], 3: ["Dunmore"], 2: ["Borealis"], APART: ["Fjord Supply"],
    }  # fmt: skip
    found = ladder(person=None)
    assert (found.total, found.named) == (6, 2)
    assert [one.level for one in found.accounts] == [4, None, None, None, 1]


def test_an_account_stands_where_it_was_announced_until_the_change_is_sure(run):
    seen(run, 1, level=1, announced=3)
    (one,) = ladder(person=None).accounts
    assert (one.place, one.level, one.found.level) == (6, 3, 1)


def test_targets_managers_and_where_it_stood_a_year_ago_are_beside_it(run):
    before = year_before(run)
    seen(before, 1, level=2), seen(run, 1, level=3)
    seen(before, 2, BEHAVES, level=2), seen(run, 2, level=3)
    seen(run, 3, level=3)
    aimed(1, 4, by=date(2027, 1, 31))
    found = ladder(person=None)
    first, second, third = found.accounts
    assert (first.before, first.moved, first.target.level, first.target.by) == (2, 1, 4, date(2027, 1, 31))
    assert [(one.before, one.moved, one.target) for one in (second, third)] == [(None, 0, None)] * 2
    assert found.year_ago == before.as_of


@pytest.mark.parametrize(("days", "counts"), [(299, False), (300, True), (430, True), (431, False)])
def test_a_year_ago_is_300_to_430_days_ago(run, days, counts):
    seen(year_before(run, days), 1, level=1), seen(run, 1, level=2)
    found = ladder(person=None)
    assert (found.accounts[0].before, found.year_ago) == (
        (1, run.as_of - timedelta(days=days)) if counts else (None, None)
    )


def test_a_key_account_without_a_sales_line_stands_apart(run):
    seen(run, 1, level=2)
    found = ladder(person=None)
    assert [(one.name, one.found) for one in found.apart.accounts][:2] == [("Borealis", None), ("Cobalt & Sons", None)]
    assert (found.apart.total, found.total) == (5, 6)


def test_it_narrows_to_key_accounts_a_manager_and_ones_own(run):
    Customer.objects.create(id=90, key="X90", name="Small fry")
    for account in (*range(1, 7), 90):
        seen(run, account, level=2)
    for account, person, role in ((1, ben(), "manager"), (2, carla(), "manager"), (2, ben(), "deputy")):
        operations.assign(account=account, person=person, role=role, reason="x", by=as_alice(), at=MORNING)
    assert stand() == {4: ["Acme Tools", "Borealis", "Cobalt & Sons", "Dunmore", "Edda Trading", "Fjord Supply"]}
    assert stand(keys_only=False)[4][-1] == "Small fry"
    assert stand(manager="BEN@example.org") == {4: ["Acme Tools"]}
    assert stand(manager="nobody@example.org") == {}
    mine = ladder(person=ben(), mine=True)
    assert [(one.name, one.manager.initials) for one in mine.accounts] == [("Acme Tools", "BM"), ("Borealis", "CD")]
    assert [lead.name for lead in managers(person=alice())] == ["Ben Manager", "Carla Deputy"]
    assert [lead.name for lead in managers(person=ben())] == ["Ben Manager", "Carla Deputy"]


def test_whoever_sees_one_account_gets_a_ladder_with_one(run):
    seen(run, 1, level=2), seen(run, 2, level=3)
    found = ladder(person=let_in(ben(), 2))
    assert ([one.name for one in found.accounts], found.total) == (["Borealis"], 1)


def test_each_place_names_its_largest_and_counts_the_rest(run):
    more = Customer.objects.bulk_create(Customer(id=n, key=f"X{n}") for n in range(100, 150))
    into(run, more)
    Standing.objects.filter(account__gte=100, run=run).update(rank=Standing.objects.count() + 1)
    for customer in more:
        seen(run, customer.pk, level=2)
    seen(run, 3, level=2)
    place = next(place for place in ladder(person=None, keys_only=False).places if place.half_steps == 4)
    assert (len(place.accounts), place.total, place.named, place.more) == (LARGEST, 51, 51, 51 - LARGEST)
    assert place.accounts[0].name == "Cobalt & Sons"  # the one of the highest rank
    assert KEYS > LARGEST


def test_it_says_why_there_is_nothing_to_show():
    assert ladder(person=None).missing == NEVER
    run = portfolio()
    LevelRun.objects.create(run=run, model=None, missing="Too few accounts.")
    found = ladder(person=None, keys_only=False)
    assert (found.missing, found.as_of, found.total) == ("Too few accounts.", run.as_of, 0)


def test_statements_do_not_grow_with_accounts_and_are_eight_at_most(run):
    year_before(run)

    def statements(**asked) -> int:
        with CaptureQueriesContext(connection) as told:
            ladder(person=None, **asked)
        return len(told)

    seen(run, 1), aimed(1, 4)
    few = statements(), statements(keys_only=False)
    for account in range(2, 7):
        seen(run, account), aimed(account, 3)
    assert (statements(), statements(keys_only=False)) == few
    assert max(few) <= 8


def test_run_of_another_day_is_not_mixed_in(run):
    seen(run_of(run.as_of - timedelta(days=30)), 1, level=4)
    seen(run, 1, level=2)
    assert stand()[4] == ["Acme Tools"]
