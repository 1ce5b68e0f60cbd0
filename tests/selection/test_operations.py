"""Designate, assign, review, release: each needs a reason, keeps its history, and stands in the audit trail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import MORNING, alice, as_alice, ben, carla, customers, key
from vitalfew.ground.errors import Missing
from vitalfew.ledger import operations as ledger
from vitalfew.selection import operations
from vitalfew.selection.leading import SelectionRefused
from vitalfew.selection.models import KeyAccount, Lead, Review
from vitalfew.selection.queries import account_selection
from vitalfew.trust import people
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=40)
VERBS = {
    "designate": lambda **more: operations.designate(**{"reason": "Why", **more}),
    "assign": lambda **more: operations.assign(**{"person": ben(), "role": "manager", "reason": "Why", **more}),
    "assign_team": lambda **more: operations.assign_team(**{"manager": ben(), "reason": "Why", **more}),
    "review": lambda **more: operations.review(**{"outcome": "keep", "reason": "Why", **more}),
    "release": lambda **more: operations.release(**{"reason": "Why", **more}),
}


@pytest.fixture(autouse=True)
def _customers():
    customers()


def switched_off():
    return people.set_active(email=carla().email, active=False, by=operator(), at=MORNING)


def leading(account: int) -> dict[str, tuple]:
    return {
        lead.role: (lead.person, lead.holds_from) for lead in Lead.objects.filter(account=account, holds_until=None)
    }


def trail() -> list[tuple]:
    rows = AuditEntry.objects.filter(verb__startswith="selection.").order_by("pk")
    return list(rows.values_list("verb", "target", "actor_name", "before", "after"))


def state() -> tuple:
    return (*(list(model.objects.order_by("pk").values()) for model in (KeyAccount, Lead, Review)), len(trail()))


def test_designation_has_reason_day_and_author():
    made = operations.designate(account=1, reason="  Largest in\tthe north ", by=as_alice(), at=MORNING)
    assert (made.account_id, made.designated_on, made.reason, made.designated_by, made.version) == (
        1, date(2026, 7, 1), "Largest in the north", "Alice Head", 1,
    )  # fmt: skip
    assert trail() == [("selection.designate", "customer:1", "Alice Head", {}, {"reason": "Largest in the north"})]
    assert leading(1) == {}


def test_designation_with_its_leads_is_one_act():
    key(1, manager=ben(), deputy=carla())
    today = date(2026, 7, 1)
    assert leading(1) == {"manager": (ben(), today), "deputy": (carla(), today)}
    assert [row[0] for row in trail()] == ["selection.designate", "selection.assign", "selection.assign"]


def test_second_designation_is_refused():
    key(1)
    before = state()
    with pytest.raises(SelectionRefused, match=r"Acme Tools is a key account already. Nothing was changed."):
        key(1, manager=ben())
    assert state() == before


def test_designation_falls_with_a_lead_that_is_refused():
    off = switched_off()
    with pytest.raises(SelectionRefused, match="Carla Deputy is switched off"):
        key(1, manager=ben(), deputy=off)
    assert state() == ([], [], [], 0)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("reason", ["", "  \n\t "])
def test_every_verb_needs_a_reason(verb, reason):
    if verb != "designate":
        key(1)
    before = state()
    with pytest.raises(SelectionRefused, match="Say why"):
        VERBS[verb](account=1, reason=reason, by=as_alice(), at=MORNING)
    assert state() == before


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "designate"])
def test_what_is_not_key_is_not_led_reviewed_or_released(verb):
    with pytest.raises(
        SelectionRefused, match=r"Acme Tools is not a key account: designate it first. Nothing was changed."
    ):
        VERBS[verb](account=1, by=as_alice(), at=MORNING)
    assert state() == ([], [], [], 0)


def test_long_reason_is_cut_where_the_record_ends():
    assert operations.designate(account=1, reason="x" * 500, by=as_alice(), at=MORNING).reason == "x" * 400


def test_new_manager_takes_over_on_the_day():
    key(1, manager=ben())
    operations.assign(account=1, person=carla(), role="manager", reason="Ben leaves", by=as_alice(), at=LATER)
    assert list(
        Lead.objects.order_by("pk").values_list(
            "person__name", "role", "holds_from", "holds_until", "reason", "version"
        )
    ) == [
        ("Ben Manager", "manager", date(2026, 7, 1), date(2026, 8, 10), "Carries the region", 2),
        ("Carla Deputy", "manager", date(2026, 8, 10), None, "Ben leaves", 1),
    ]
    assert trail()[-1] == (
        "selection.assign", "customer:1", "Alice Head", {"person": "ben@example.org"},
        {"role": "manager", "person": "carla@example.org", "reason": "Ben leaves"},
    )  # fmt: skip


def test_same_manager_again_is_refused():
    key(1, manager=ben())
    before = state()
    with pytest.raises(SelectionRefused, match="Ben Manager is key account manager of Acme Tools already"):
        operations.assign(account=1, person=ben(), role="manager", reason="Again", by=as_alice(), at=LATER)
    assert state() == before


def test_deputy_who_becomes_manager_stops_being_deputy():
    key(1, manager=ben(), deputy=carla())
    operations.assign(account=1, person=carla(), role="manager", reason="Moves up", by=as_alice(), at=LATER)
    assert leading(1) == {"manager": (carla(), date(2026, 8, 10))}
    assert list(
        Lead.objects.filter(holds_until=date(2026, 8, 10)).order_by("pk").values_list("person__name", "role")
    ) == [
        ("Ben Manager", "manager"),
        ("Carla Deputy", "deputy"),
    ]


def test_manager_who_becomes_deputy_stops_being_manager():
    key(1, manager=ben())
    operations.assign(account=1, person=ben(), role="deputy", reason="Steps back", by=as_alice(), at=LATER)
    assert leading(1) == {"deputy": (ben(), date(2026, 8, 10))}


@pytest.mark.parametrize("verb", ["designate", "assign_team"])
def test_nobody_is_named_as_own_deputy(verb):
    if verb == "assign_team":
        key(1)
    before = state()
    with pytest.raises(SelectionRefused, match="Ben Manager cannot be manager and deputy at once"):
        VERBS[verb](account=1, manager=ben(), deputy=ben(), by=as_alice(), at=MORNING)
    assert state() == before


def test_manager_and_deputy_change_places_in_one_act():
    key(1, manager=ben(), deputy=carla())
    operations.assign_team(account=1, manager=carla(), deputy=ben(), reason="Swap", by=as_alice(), at=LATER)
    assert {role: who for role, (who, _) in leading(1).items()} == {"manager": carla(), "deputy": ben()}


def test_team_is_assigned_whole_or_not_at_all():
    key(1)
    before = state()
    off = switched_off()
    with pytest.raises(SelectionRefused, match="switched off"):
        operations.assign_team(account=1, manager=ben(), deputy=off, reason="Both", by=as_alice(), at=MORNING)
    assert state() == before


def test_team_without_anybody_is_refused():
    key(1)
    with pytest.raises(SelectionRefused, match="Say who"):
        operations.assign_team(account=1, reason="None", by=as_alice(), at=MORNING)


@pytest.mark.parametrize("role", ["", "boss", "Manager"])
def test_unknown_role_is_refused(role):
    key(1)
    with pytest.raises(SelectionRefused, match="is no role: say manager or deputy"):
        operations.assign(account=1, person=ben(), role=role, reason="Why", by=as_alice(), at=MORNING)


def test_person_switched_off_leads_nothing():
    key(1)
    with pytest.raises(
        SelectionRefused, match=r"Carla Deputy is switched off and cannot lead an account. Nothing was changed."
    ):
        operations.assign(account=1, person=switched_off(), role="deputy", reason="Why", by=as_alice(), at=MORNING)
    assert leading(1) == {}


def test_release_ends_designation_and_leads():
    key(1, manager=ben(), deputy=carla())
    key(2, manager=ben())
    released = operations.release(account=1, reason="Went quiet", by=as_alice(), at=LATER)
    assert (released.released_on, released.release_reason, released.released_by) == (
        date(2026, 8, 10),
        "Went quiet",
        "Alice Head",
    )
    assert (leading(1), leading(2)) == ({}, {"manager": (ben(), date(2026, 7, 1))})
    assert trail()[-1] == ("selection.release", "customer:1", "Alice Head", {}, {"reason": "Went quiet"})
    with pytest.raises(SelectionRefused, match="not a key account"):
        operations.release(account=1, reason="Again", by=as_alice(), at=LATER)


def test_released_account_can_be_designated_anew():
    key(1)
    operations.release(account=1, reason="Went quiet", by=as_alice(), at=LATER)
    again = operations.designate(account=1, reason="Is back", by=as_alice(), at=LATER + timedelta(days=1))
    assert (KeyAccount.objects.count(), again.released_on) == (2, None)


def test_stale_release_is_refused_with_both_values():
    key(1, manager=ben())
    before = state()
    with pytest.raises(StaleRecord) as refusal:
        operations.release(account=1, reason="Mine", by=as_alice(), at=LATER, version=7)
    assert refusal.value.yours == {
        "released_on": date(2026, 8, 10),
        "release_reason": "Mine",
        "released_by": "Alice Head",
    }
    assert refusal.value.theirs == {"released_on": None, "release_reason": "", "released_by": ""}
    assert state() == before
    operations.release(account=1, reason="Mine", by=as_alice(), at=LATER, version=1)


@pytest.mark.parametrize("outcome", ["keep", "invest", "harvest", "watch"])
def test_review_notes_what_came_of_it(outcome):
    key(1)
    made = operations.review(account=1, outcome=outcome, reason="Looked", by=as_alice(), at=LATER)
    assert (made.outcome, made.reviewed_on, made.reviewed_by, made.reason) == (
        outcome,
        date(2026, 8, 10),
        "Alice Head",
        "Looked",
    )
    assert trail()[-1] == ("selection.review", "customer:1", "Alice Head", {}, {"outcome": outcome, "reason": "Looked"})


def test_unknown_outcome_is_refused():
    key(1)
    with pytest.raises(SelectionRefused, match="say keep, invest, harvest, watch"):
        operations.review(account=1, outcome="sell", reason="Why", by=as_alice(), at=MORNING)
    assert Review.objects.count() == 0


def test_history_tells_every_step_the_newest_first():
    key(1, manager=ben())
    operations.assign(
        account=1, person=carla(), role="manager", reason="Ben leaves", by=as_alice(), at=MORNING + timedelta(days=1)
    )
    operations.review(account=1, outcome="watch", reason="Fewer orders", by=as_alice(), at=MORNING + timedelta(days=2))
    operations.release(account=1, reason="Went quiet", by=as_alice(), at=MORNING + timedelta(days=3))
    told = account_selection(account=1, today=LATER.date())
    assert [(event.on.day, event.what, event.who, event.by, event.reason) for event in told.events] == [
        (4, "released", "", "Alice Head", "Went quiet"),
        (3, "reviewed: watch", "", "Alice Head", "Fewer orders"),
        (2, "key account manager", "Carla Deputy", "Alice Head", "Ben leaves"),
        (1, "designated", "", "Alice Head", "Carries the region"),
        (1, "key account manager", "Ben Manager", "Alice Head", "Carries the region"),
    ]
    assert (told.is_key, told.manager) == (False, None)


@pytest.mark.parametrize("verb", VERBS)
def test_hidden_account_answers_like_a_missing_one(verb):
    key(1)
    ledger.merge_customers(duplicate="C00002", into="C00003", reason="One firm", by=operator(), at=MORNING)
    off = person_actor(switched_off(), door="web")
    before = state()
    told = set()
    for account, by in ((1, off), (2, as_alice()), (999, as_alice()), (0, operator())):
        with pytest.raises(Missing) as refusal:
            VERBS[verb](account=account, by=by, at=MORNING)
        told.add(str(refusal.value))
    assert told == {"There is no such account, or you may not see it."}
    assert state() == before


def test_the_operator_may_act_without_being_a_person():
    operations.designate(account=1, reason="From the shell", by=operator(), at=MORNING)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_name, entry.door) == (None, "operator", "cli")


def test_alice_may_lead_what_she_designates():
    operations.designate(account=1, reason="Mine", by=as_alice(), at=MORNING, manager=alice())
    assert leading(1) == {"manager": (alice(), date(2026, 7, 1))}
