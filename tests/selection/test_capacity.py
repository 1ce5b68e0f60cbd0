"""Planned hours and capacity: bounds, versions, the trail; what each manager has left, in one statement however many."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, alice, as_alice, ben, carla, customers, key, let_in, person, portfolio
from vitalfew.ground.errors import Missing
from vitalfew.ledger.models import Merge
from vitalfew.selection import capacity, hours, operations, rules
from vitalfew.selection.headline import headline
from vitalfew.selection.leading import SelectionRefused
from vitalfew.selection.models import Capacity, PlannedHours
from vitalfew.selection.own import own
from vitalfew.trust import people
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)
LATER = MORNING + timedelta(days=1)


def plan(account: int, hours_: int, **more):
    return capacity.plan_hours(**{"account": account, "hours": hours_, "by": as_alice(), "at": MORNING, **more})


def give(somebody, hours_: int, **more):
    return capacity.set_capacity(**{"person": somebody, "hours": hours_, "by": as_alice(), "at": MORNING, **more})


def trail() -> list[tuple]:
    rows = AuditEntry.objects.filter(verb__in=("selection.plan_hours", "selection.set_capacity")).order_by("pk")
    return list(rows.values_list("verb", "target", "before", "after"))


def row(somebody, asker=None) -> hours.ManagerHours:
    return next(row for row in hours.managers(person=asker or alice(), today=TODAY) if row.person == somebody.pk)


def numbers(found: hours.ManagerHours) -> tuple:
    return found.managed, found.deputised, found.planned.value, found.capacity.value, found.left.value, found.assumed


@pytest.mark.parametrize(
    ("planned", "deputy", "shared", "expected"),
    [
        (None, False, False, 30),
        (None, False, True, 24),
        (None, True, True, 6),
        (None, True, False, 30),
        (31, False, True, 24.8),
        (31, True, True, 6.2),
        (0, False, False, 0),
    ],
)
def test_what_a_lead_carries(planned, deputy, shared, expected):
    assert rules.carried(planned, deputy=deputy, shared=shared) == pytest.approx(expected)


@pytest.mark.parametrize("planned", [None, 0, 1, 7, 30, 999])
def test_no_hour_is_lost_between_manager_and_deputy(planned):
    both = [rules.carried(planned, deputy=deputy, shared=True) for deputy in (False, True)]
    assert sum(both) == pytest.approx(rules.carried(planned, deputy=False, shared=False))


@pytest.mark.parametrize(("planned", "left", "over"), [(119.0, 1, 0), (120.0, 0, 0), (120.2, -0.2, 0.2)])
def test_a_load_is_over_below_zero_only(planned, left, over):
    load = rules.Load("Ben", 3, planned, 120)
    assert (load.left, load.over) == (left, over)


def test_planned_hours_are_written_once_and_changed_by_version():
    customers(), key(1)
    assert (plan(1, 20).version, plan(1, 24, version=1).version) == (1, 2)
    assert trail() == [
        ("selection.plan_hours", "customer:1", {}, {"hours_a_month": 20}),
        ("selection.plan_hours", "customer:1", {"hours_a_month": 20}, {"hours_a_month": 24}),
    ]


def test_a_plan_seen_as_assumed_is_not_written_over():
    customers(), key(1)
    plan(1, 20)
    with pytest.raises(StaleRecord) as refused:
        plan(1, 40, version=0)
    assert (refused.value.yours, refused.value.theirs) == ({"hours_a_month": 40}, {"hours_a_month": 20})
    assert (PlannedHours.objects.get().hours_a_month, len(trail())) == (20, 1)


def test_the_same_hours_again_are_no_change():
    customers(), key(1)
    plan(1, 20)
    assert (plan(1, 20, version=0).version, len(trail())) == (1, 1)


@pytest.mark.parametrize("wanted", [-1, 1001])
def test_hours_outside_their_bounds_are_refused(wanted):
    customers(), key(1)
    for verb in (lambda: plan(1, wanted), lambda: give(ben(), wanted)):
        with pytest.raises(SelectionRefused, match=f"{wanted} hours a month is not between 0 and 1000"):
            verb()
    assert (PlannedHours.objects.count(), Capacity.objects.count(), trail()) == (0, 0, [])


def test_the_bounds_themselves_are_allowed():
    customers(), key(1)
    assert (plan(1, 0).hours_a_month, plan(1, 1000).hours_a_month, give(ben(), 0).hours_a_month) == (0, 1000, 0)


def test_hours_are_planned_for_key_accounts_only():
    customers()
    with pytest.raises(SelectionRefused, match="Acme Tools is not a key account"):
        plan(1, 20)
    with pytest.raises(Missing):
        plan(99, 20)
    assert PlannedHours.objects.count() == 0


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CONTRIBUTOR, Role.VIEWER])
def test_whoever_may_not_select_plans_nothing(role):
    customers(), key(1)
    by = person_actor(let_in(person(role), None), door="web")
    for verb in (lambda: plan(1, 20, by=by), lambda: give(ben(), 20, by=by)):
        with pytest.raises(Denied):
            verb()
    assert (PlannedHours.objects.count(), Capacity.objects.count()) == (0, 0)


def test_whoever_leads_nothing_has_no_capacity():
    with pytest.raises(SelectionRefused, match="is viewer and leads no account"):
        give(person(Role.VIEWER), 100)
    people.set_active(email=carla().email, active=False, by=operator(), at=MORNING)
    with pytest.raises(SelectionRefused, match="is switched off and leads no account"):
        give(people.find_person("carla@example.org"), 100)


def test_a_manager_with_nothing_noted_is_counted_at_what_is_assumed():
    customers()
    for account in (1, 2, 3):
        key(account, manager=ben())
    found = row(ben())
    assert numbers(found) == (3, 0, 90, 120, 30, 3)
    assert (found.version, found.over, found.too_many, found.gone) == (0, False, False, False)
    assert (found.left.measure, found.left.unit, found.left.n, found.left.as_of) == ("hours_left", "hours", 3, TODAY)


def test_the_worked_table_of_the_measure_page():
    """docs/measures/capacity.md works this out by hand: three accounts, one shared, one planned twice as large."""
    customers()
    key(1, manager=ben(), deputy=carla())
    key(2, manager=ben())
    key(3, manager=carla())
    plan(1, 60), plan(2, 31)
    give(ben(), 100)
    assert numbers(row(ben())) == (2, 0, 79, 100, 21, 0)
    assert numbers(row(carla())) == (1, 1, 42, 120, 78, 1)


def test_a_deputy_alone_carries_the_whole_account():
    customers()
    key(1, deputy=carla())
    assert numbers(row(carla())) == (0, 1, 30, 120, 90, 1)


def test_more_than_there_is_reads_below_zero():
    customers()
    key(1, manager=ben())
    plan(1, 100), give(ben(), 60)
    found = row(ben())
    assert (found.left.value, found.over) == (-40, True)


def test_what_ended_takes_no_hours():
    customers()
    key(1, manager=ben()), key(2, manager=ben())
    operations.release(account=1, reason="Sold", by=as_alice(), at=LATER)
    assert numbers(row(ben())) == (1, 0, 30, 120, 90, 1)


def test_a_head_sees_all_and_a_manager_their_own_row():
    customers()
    key(1, manager=ben()), key(2, manager=carla())
    seen = {
        asker.name: [row.name for row in hours.managers(person=asker, today=TODAY)]
        for asker in (person(Role.HEAD), ben(), carla(), person(Role.VIEWER))
    }
    assert seen == {
        "Head of key accounts One": ["Alice Head", "Ben Manager", "Carla Deputy", "Head of key accounts One"],
        "Ben Manager": ["Ben Manager"],
        "Carla Deputy": ["Carla Deputy"],
        "Viewer One": [],
    }


def test_somebody_switched_off_is_shown_while_they_lead():
    customers()
    key(1, manager=ben())
    for somebody in (ben(), carla()):
        people.set_active(email=somebody.email, active=False, by=operator(), at=MORNING)
    rows = {row.name: row.gone for row in hours.managers(person=alice(), today=TODAY)}
    assert rows == {"Alice Head": False, "Ben Manager": True}
    assert [row.name for row in hours.may_lead(today=TODAY)] == ["Alice Head"]


def test_all_together_leaves_out_who_is_switched_off():
    customers()
    key(1, manager=ben()), key(2, manager=carla())
    give(carla(), 50)
    people.set_active(email=ben().email, active=False, by=operator(), at=MORNING)
    found = hours.total(hours.managers(person=alice(), today=TODAY), today=TODAY)
    assert [(figure.measure, figure.value) for figure in found] == [
        ("capacity", 170), ("planned_hours", 30), ("hours_left", 140),
    ]  # fmt: skip
    assert [figure.known for figure in hours.total((), today=TODAY)] == [False] * 3


def test_one_statement_however_many():
    customers(60)
    asker = alice()
    asked = []
    for first, last in ((1, 3), (3, 60)):
        for n in range(first, last):
            key(n, manager=person(Role.MANAGER, f"{n}"), deputy=ben())
        with CaptureQueriesContext(connection) as caught:
            hours.managers(person=asker, today=TODAY)
        asked.append(len(caught))
    assert asked == [1, 1]


def test_the_portfolio_says_the_same_hours():
    portfolio()
    key(1, manager=ben(), deputy=carla()), key(2, manager=carla()), key(3)
    plan(1, 60), give(carla(), 90)
    loads = {load.person: (load.accounts, load.left) for load in headline(person=alice()).loads}
    assert loads == {"Ben Manager": (1, 72), "Carla Deputy": (1, 48)}
    assert loads == {row.name: (row.managed, row.left.value) for row in hours.managers(person=alice(), today=TODAY) if row.managed}  # fmt: skip


def test_whoever_sees_part_is_told_their_own_hours_only():
    portfolio()
    key(1, manager=ben(), deputy=carla()), key(2, manager=ben())
    assert {load.person: (load.accounts, load.left) for load in own(person=carla()).loads} == {"Ben Manager": (1, None)}
    assert {load.person: (load.accounts, load.left) for load in own(person=ben()).loads} == {"Ben Manager": (2, 66)}


def test_what_an_account_takes_says_whether_it_is_assumed():
    customers(), key(1)
    before = hours.of_account(account=1, today=TODAY)
    assert (before.hours, before.version, before.planned.n, "Assumed" in before.planned.why) == (30, 0, 0, True)
    plan(1, 50)
    after = hours.of_account(account=1, today=TODAY)
    assert (after.hours, after.version, after.planned.value, after.planned.n) == (50, 1, 50, 1)
    assert (after.manager, after.deputy) == (40, 10)


def test_a_merged_duplicate_takes_no_hours():
    rows = customers()
    key(1, manager=ben()), key(2, manager=ben())
    Merge.objects.create(duplicate=rows[1], into=rows[0], merged_at=MORNING)
    assert numbers(row(ben()))[:3] == (1, 0, 30)
