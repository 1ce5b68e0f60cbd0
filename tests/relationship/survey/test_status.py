from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from tests.relationship.survey.test_waves import a_wave, sent_to
from vitalfew.ground.errors import Missing
from vitalfew.ledger import choices
from vitalfew.relationship.models import Contact, Invitation, Part, Position
from vitalfew.relationship.survey import answering, status, waves

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def ledger():
    rows = customers()
    choices.choose(name="firm_name", value="Harbour Wholesale", by=as_alice(), at=MORNING)
    return rows


def somebody(name, account, part=""):
    contact = at_work(name, account=account)
    if part:
        position = Position.objects.get(contact=contact)
        Part.objects.create(position=position, kind=part, reason="x", holds_from=MORNING.date(), holds_until=MORNING.date() + 99 * DAY, given_by="x")  # fmt: skip
    return contact


def test_a_wave_says_who_answered_by_part_and_who_is_due_for_a_reminder():
    erin, frank, greta = somebody("Erin", 1, "decides"), somebody("Frank", 1, "uses"), somebody("Greta", 2, "decides")
    wave, (token, _f, _g) = sent_to((erin, 1), (frank, 1), (greta, 2))
    answering.answer(token=token, raw={"sentence": "3"}, at=MORNING + DAY)
    (shown,) = status.wave_list(person=None, at=MORNING + 8 * DAY)
    assert (shown.state, shown.asked, shown.answered, shown.due, shown.accounts, shown.heard) == ("open", 3, 1, 2, 2, 1)
    assert [(one.label, one.asked, one.answered) for one in shown.by_part] == [("decision maker", 2, 1), ("user", 1, 0)]
    _shown, people = status.wave_status(wave=wave.pk, person=None, at=MORNING)
    assert [(one.name, one.state) for one in people] == [("Frank", "asked"), ("Greta", "asked"), ("Erin", "answered")]


def test_whoever_was_taken_out_or_objected_is_told_as_such_and_not_counted():
    erin, frank, greta = (somebody(name, 1) for name in ("Erin", "Frank", "Greta"))
    wave, _tokens = sent_to((erin, 1), (frank, 1), (greta, 1))
    waves.withdraw_invitation(number=Invitation.objects.get(contact=erin).pk, by=as_alice(), at=MORNING)
    Contact.objects.filter(pk=frank.pk).update(objected_at=MORNING)
    shown, people = status.wave_status(wave=wave.pk, person=None, at=MORNING + 9 * DAY)
    assert (shown.asked, shown.due) == (2, 1)
    assert {one.name: one.state for one in people} == {"Erin": "out", "Frank": "objected", "Greta": "asked"}


def test_a_manager_sees_a_wave_as_far_as_they_see_its_accounts():
    wave, _tokens = sent_to((somebody("Erin", 1), 1), (somebody("Greta", 2), 2))
    shown, people = status.wave_status(wave=wave.pk, person=let_in(ben(), 2), at=MORNING)
    assert (shown.asked, [one.name for one in people]) == (1, ["Greta"])
    assert status.wave_list(person=ben(), at=MORNING)[0].asked == 1


def test_a_draft_is_a_draft_until_it_is_sent_and_open_waves_come_first():
    old = a_wave(name="Old", closes_on=MORNING.date() + DAY)
    a_wave(name="Draft")
    found = status.wave_list(person=None, at=MORNING + 3 * DAY)
    assert [(one.name, one.state) for one in found] == [("Draft", "draft"), ("Old", "closed")]
    with pytest.raises(Missing):
        status.wave_status(wave=old.pk + 99, person=None, at=MORNING)


def test_who_could_be_asked_has_an_address_works_there_today_and_has_not_objected():
    erin, frank, greta, hana = (somebody(name, 1) for name in ("Erin", "Frank", "Greta", "Hana"))
    Contact.objects.filter(pk=frank.pk).update(email="")
    Contact.objects.filter(pk=greta.pk).update(objected_at=MORNING)
    Position.objects.filter(contact=hana).update(holds_until=MORNING.date())
    wave = a_wave()
    assert [one.name for one in status.could_be_asked(person=None, today=MORNING.date(), wave=wave.pk)] == ["Erin"]
    waves.choose(wave=wave.pk, chosen=[(erin.pk, 1)], by=as_alice(), at=MORNING)
    assert status.could_be_asked(person=None, today=MORNING.date(), wave=wave.pk) == ()
    assert status.could_be_asked(person=let_in(ben(), 2), today=MORNING.date()) == ()


def test_the_list_asks_the_same_few_questions_however_many_waves(django_assert_max_num_queries):
    for number in range(8):
        sent_to((somebody(f"Person {number}", 1), 1), wave=a_wave(name=f"Wave {number}"))
    with django_assert_max_num_queries(3):
        assert len(status.wave_list(person=None, at=MORNING)) == 8
