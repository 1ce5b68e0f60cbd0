"""Hand-over: a dated record with a note, taken over by its taker alone and once; all of a person's accounts or none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection

from tests.cast import MORNING, alice, as_alice, ben, carla, customers, key, let_in, person
from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import visible_accounts
from vitalfew.selection import handed, handing, operations
from vitalfew.selection.leading import SelectionRefused
from vitalfew.selection.models import HandOver, Lead
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.models import AuditEntry, Grant
from vitalfew.trust.rights import Role
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=40)
REFUSE_THE_SECOND = {
    "sqlite": "CREATE TRIGGER stop BEFORE INSERT ON selection_handover WHEN NEW.account_id = 2 BEGIN SELECT RAISE(ABORT, 'no'); END",
    "postgresql": "ALTER TABLE selection_handover ADD CONSTRAINT stop CHECK (account_id <> 2)",
}


@pytest.fixture(autouse=True)
def _customers():
    customers()


def hand(account: int = 1, **more):
    words = {"taker": carla(), "role": "manager", "reason": "Ben leaves", "note": "Ask for Ida", "by": as_alice()}
    return handing.hand_over(**{"account": account, "at": LATER, **words, **more})


def hand_all(**more):
    words = {"giver": ben(), "taker": carla(), "reason": "Ben leaves", "by": as_alice(), "at": LATER}
    return handing.hand_over_all(**{**words, **more})


def acting(somebody):
    return person_actor(somebody, door="web")


def leading(account: int) -> dict[str, str]:
    return {lead.role: lead.person.name for lead in Lead.objects.filter(account=account, holds_until=None)}


def state() -> tuple:
    return (
        *(list(model.objects.order_by("pk").values()) for model in (Lead, HandOver, Grant)),
        AuditEntry.objects.count(),
    )


def trail(verb: str) -> list[tuple]:
    return list(
        AuditEntry.objects.filter(verb=f"selection.{verb}").order_by("pk").values_list("target", "before", "after")
    )


def test_a_hand_over_is_a_dated_record():
    key(1, manager=ben())
    made = hand()
    assert (made.giver, made.taker, made.role, made.handed_on, made.reason, made.note, made.handed_by) == (
        ben(), carla(), "manager", date(2026, 8, 10), "Ben leaves", "Ask for Ida", "Alice Head",
    )  # fmt: skip
    assert made.taken_over_at is None
    assert leading(1) == {"manager": "Carla Deputy"}
    assert trail("hand_over") == [
        (
            "customer:1",
            {"role": "manager", "person": "ben@example.org"},
            {"role": "manager", "person": "carla@example.org", "reason": "Ben leaves"},
        )
    ]


def test_the_taker_sees_the_account_and_the_giver_no_more():
    key(1, manager=ben())
    assert [visible_accounts(one).filter(pk=1).exists() for one in (ben(), carla())] == [True, False]
    hand(at=MORNING)
    assert [visible_accounts(one).filter(pk=1).exists() for one in (ben(), carla())] == [False, True]


def test_a_first_assignment_is_no_hand_over():
    key(1, manager=ben())
    operations.assign(account=1, person=carla(), role="deputy", reason="First", by=as_alice(), at=LATER)
    assert HandOver.objects.count() == 0


def test_an_assignment_that_replaces_somebody_is_one_too():
    key(1, manager=ben())
    operations.assign(account=1, person=carla(), role="manager", reason="Moves", by=as_alice(), at=LATER)
    assert list(HandOver.objects.values_list("giver__name", "taker__name", "reason", "note")) == [
        ("Ben Manager", "Carla Deputy", "Moves", "")
    ]


def test_nothing_is_handed_over_that_nobody_has():
    key(1, manager=ben())
    before = state()
    with pytest.raises(SelectionRefused, match="Nobody is deputy of Acme Tools, so there is nothing to hand over"):
        hand(role="deputy")
    assert state() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"reason": " "}, "Say why"),
        ({"role": "boss"}, "“boss” is no role"),
        ({"note": "x" * 4001}, "The note has 4001 characters and may have 4000"),
        ({"account": 2}, "is not a key account"),
    ],
)
def test_refusals_change_nothing(words, sentence):
    key(1, manager=ben())
    before = (carla(), state())[1]
    with pytest.raises(SelectionRefused, match=sentence):
        hand(**words)
    assert state() == before


def test_somebody_who_cannot_lead_takes_nothing():
    key(1, manager=ben())
    for taker in (person(Role.VIEWER), ben()):
        before = state()
        with pytest.raises(SelectionRefused):
            hand(taker=taker)
        assert state() == before


def test_a_form_that_shows_somebody_else_is_stale():
    key(1, manager=ben())
    hand()
    before = state()
    with pytest.raises(StaleRecord) as refused:
        hand(taker=alice(), giver=ben())
    assert (refused.value.yours, refused.value.theirs) == ({"giver": "Ben Manager"}, {"giver": "Carla Deputy"})
    assert state() == before


def test_the_manager_does_not_become_deputy_by_the_way():
    key(1, manager=carla(), deputy=ben())
    before = state()
    with pytest.raises(SelectionRefused, match="Carla Deputy is key account manager of Acme Tools already"):
        hand(role="deputy")
    assert state() == before


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CONTRIBUTOR, Role.VIEWER])
def test_whoever_may_not_select_hands_nothing_over(role):
    key(1, manager=ben())
    carla()
    by = acting(let_in(person(role), None))
    before = state()
    for verb in (lambda: hand(by=by), lambda: hand_all(by=by)):
        with pytest.raises(Denied):
            verb()
    assert state() == before


def test_a_hidden_account_answers_as_one_that_is_not_there():
    key(1, manager=ben())
    with pytest.raises(Missing) as hidden:
        handed.hand_over(account=1, number=hand().pk, person=ben())
    with pytest.raises(Missing) as absent:
        handed.hand_over(account=1, number=99, person=alice())
    with pytest.raises(Missing) as other:
        handed.hand_over(account=2, number=HandOver.objects.get().pk, person=alice())
    assert str(hidden.value) == str(absent.value) == str(other.value)


def test_the_taker_takes_over_once():
    key(1, manager=ben())
    made = hand()
    assert [row.number for row in handed.waiting(person=carla())] == [made.pk]
    assert handing.take_over(hand_over=made.pk, by=acting(carla()), at=LATER).taken_over_at == LATER
    assert (HandOver.objects.get().taken_over_at, handed.waiting(person=carla())) == (LATER, ())
    before = state()
    with pytest.raises(SelectionRefused, match="Carla Deputy has taken Acme Tools over already"):
        handing.take_over(hand_over=made.pk, by=acting(carla()), at=LATER)
    assert state() == before
    assert trail("take_over") == [("customer:1", {}, {"hand_over": made.pk, "role": "manager"})]


@pytest.mark.parametrize("who", [alice, operator])
def test_nobody_takes_over_for_another(who):
    key(1, manager=ben())
    made, by = hand(), who()
    before = state()
    with pytest.raises(SelectionRefused, match="Only Carla Deputy can say that they have read it"):
        handing.take_over(hand_over=made.pk, by=by if who is operator else acting(by), at=LATER)
    assert state() == before


def test_one_who_cannot_see_the_account_takes_nothing_over():
    key(1, manager=ben())
    made = hand()
    with pytest.raises(Missing):
        handing.take_over(hand_over=made.pk, by=acting(ben()), at=LATER)
    with pytest.raises(Missing):
        handing.take_over(hand_over=99, by=acting(carla()), at=LATER)


def test_what_was_handed_on_since_waits_no_more():
    key(1, manager=ben())
    hand()
    hand(taker=alice(), reason="Carla is ill")
    assert [(row.taker, row.waits) for row in handed.hand_overs(account=1)] == [
        ("Alice Head", True), ("Carla Deputy", False),
    ]  # fmt: skip
    operations.release(account=1, reason="Sold", by=as_alice(), at=LATER)
    assert [row.waits for row in handed.hand_overs(account=1)] == [False, False]


def test_all_that_a_person_leads_passes_on_at_once():
    key(1, manager=ben()), key(2, manager=alice(), deputy=ben()), key(3, manager=carla())
    made = hand_all(note="Read the files")
    assert [(row.account_id, row.role, row.note) for row in made.handed] == [
        (1, "manager", "Read the files"), (2, "deputy", "Read the files"),
    ]  # fmt: skip
    assert made.ended == ()
    assert [leading(n) for n in (1, 2, 3)] == [
        {"manager": "Carla Deputy"}, {"manager": "Alice Head", "deputy": "Carla Deputy"}, {"manager": "Carla Deputy"},
    ]  # fmt: skip
    assert handed.led_by(leader=ben(), person=alice()) == ()


def test_a_manager_who_takes_all_stays_manager_where_the_giver_was_deputy():
    key(1, manager=carla(), deputy=ben()), key(2, manager=ben(), deputy=carla())
    made = hand_all()
    assert ([row.account_id for row in made.handed], made.ended) == ([2], ("Acme Tools",))
    assert [leading(n) for n in (1, 2)] == [{"manager": "Carla Deputy"}] * 2
    assert [before["person"] for _target, before, _after in trail("hand_over")] == ["ben@example.org"] * 2


def test_all_passes_on_or_nothing():
    """The database itself refuses the second account, after the first has passed."""
    key(1, manager=ben()), key(2, manager=ben())
    before = (carla(), state())[1]
    with connection.cursor() as cursor:
        cursor.execute(REFUSE_THE_SECOND[connection.vendor])
    with pytest.raises(IntegrityError):
        hand_all()
    assert state() == before


@pytest.mark.parametrize(
    ("taker", "sentence"), [(ben, "cannot hand over to themselves"), (carla, "Ben Manager leads no account")]
)
def test_nothing_passes_on_where_nothing_is(taker, sentence):
    ben(), carla()
    before = state()
    with pytest.raises(SelectionRefused, match=sentence):
        hand_all(taker=taker())
    assert state() == before


def test_what_somebody_leads_is_told_as_far_as_one_sees():
    key(1, manager=ben()), key(2, manager=carla(), deputy=ben()), key(3)
    told = {asker.name: [(row.account, row.role) for row in handed.led_by(leader=ben(), person=asker)] for asker in (alice(), carla())}  # fmt: skip
    assert told == {"Alice Head": [(1, "key account manager"), (2, "deputy")], "Carla Deputy": [(2, "deputy")]}


def test_who_led_stands_with_days_and_reasons():
    key(1, manager=ben())
    hand()
    assert [(row.name, row.role, row.holds_from, row.holds_until, row.reason) for row in handed.spans(account=1)] == [
        ("Carla Deputy", "key account manager", date(2026, 8, 10), None, "Ben leaves"),
        ("Ben Manager", "key account manager", date(2026, 7, 1), date(2026, 8, 10), "Carries the region"),
    ]
