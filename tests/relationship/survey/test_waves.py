from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from vitalfew.ground.errors import Missing
from vitalfew.ledger import choices
from vitalfew.relationship.evidence import recording
from vitalfew.relationship.models import Contact, Evidence, Invitation, Part, Position, Response
from vitalfew.relationship.survey import answering, waves
from vitalfew.relationship.survey.answers import AnswersRefused
from vitalfew.relationship.survey.waves import WaveRefused
from vitalfew.trust import links
from vitalfew.trust.actors import person_actor
from vitalfew.trust.links import LinkRefused
from vitalfew.trust.models import AuditEntry, OutboxMail, SignedLink

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def acme():
    rows = customers()
    choices.choose(name="firm_name", value="Harbour Wholesale", by=as_alice(), at=MORNING)
    return rows[0]


def a_wave(**more):
    return waves.make_wave(
        **{"name": "Summer 2026", "closes_on": date(2026, 7, 31), "by": as_alice(), "at": MORNING} | more
    )


def address(token):
    return f"https://us.example/survey/{token}/"


def sent_to(*people, wave=None, at=MORNING, by=None):
    """A wave sent to (contact, account) pairs; the tokens they were mailed, in order."""
    wave = wave or a_wave()
    waves.choose(
        wave=wave.pk, chosen=[(contact.pk, account) for contact, account in people], by=by or as_alice(), at=at
    )
    before = OutboxMail.objects.count()
    waves.send(wave=wave.pk, link=address, by=by or as_alice(), at=at)
    mails = list(OutboxMail.objects.order_by("pk"))[before:]
    return wave, [re.search(r"/survey/(\S+)/", mail.body)[1] for mail in mails]


def test_an_answer_becomes_the_customers_evidence_for_a_year(acme):
    erin = at_work("Erin Chef", account=1)
    _wave, (token,) = sent_to((erin, 1))
    answering.answer(token=token, raw={"sentence": "3", "integrity": "5", "recommend": "9"}, at=MORNING + DAY)
    rows = {row.kind: row for row in Evidence.objects.all()}
    assert {kind: (row.side, row.expectation, row.value["answer"]) for kind, row in rows.items()} == {
        "level_sentence": ("customer", "", 3),
        "answer_integrity": ("customer", "integrity", 5),
    }
    assert rows["level_sentence"].holds_until == date(2027, 7, 2)
    response = Response.objects.get()
    assert (response.way, response.contact, response.answers["recommend"]) == ("link", erin, 9)


def test_coming_back_shows_the_answers_and_the_last_ones_count(acme):
    erin = at_work("Erin Chef", account=1)
    _wave, (token,) = sent_to((erin, 1))
    answering.answer(token=token, raw={"sentence": "3", "integrity": "5"}, at=MORNING)
    assert answering.opened(token=token, at=MORNING).answers == {"sentence": 3, "integrity": 5}
    answering.answer(token=token, raw={"sentence": "2"}, at=MORNING + DAY)
    assert answering.opened(token=token, at=MORNING + DAY).answers == {"sentence": 2}
    assert [(row.kind, row.value["answer"]) for row in recording.known(account=acme.pk, on=date(2026, 7, 2))] == [
        ("level_sentence", 2)
    ]
    assert Response.objects.count() == 1


def test_opening_a_link_changes_nothing(acme):
    _wave, (token,) = sent_to((at_work("Erin Chef", account=1), 1))
    before = (AuditEntry.objects.count(), list(SignedLink.objects.values()), list(Invitation.objects.values()))
    for _ in range(3):
        assert not answering.opened(token=token, at=MORNING).answered
    assert before == (
        AuditEntry.objects.count(), list(SignedLink.objects.values()), list(Invitation.objects.values()),
    )  # fmt: skip


def test_wrong_answers_are_refused_and_nothing_is_kept(acme):
    _wave, (token,) = sent_to((at_work("Erin Chef", account=1), 1))
    with pytest.raises(AnswersRefused) as refused:
        answering.answer(token=token, raw={"sentence": "3", "value": "9"}, at=MORNING)
    assert refused.value.question == "value"
    assert not Response.objects.exists() and not Evidence.objects.exists()


def test_links_that_are_expired_forged_withdrawn_foreign_or_of_a_closed_wave_are_refused_alike(acme):
    erin, frank = at_work("Erin Chef", account=1), at_work("Frank Buyer", account=2)
    gus, hana = at_work("Gus Owner", account=3), at_work("Hana Head", account=4)
    _w, (expired, withdrawn, objected) = sent_to((erin, 1), (frank, 2), (gus, 3))
    closed_wave, (closed,) = sent_to((hana, 4))
    waves.withdraw_invitation(number=Invitation.objects.get(contact=frank).pk, by=as_alice(), at=MORNING)
    answering.object_to(token=objected, at=MORNING)
    waves.close_wave(wave=closed_wave.pk, by=as_alice(), at=MORNING)
    foreign = links.make(holder=f"contact:{erin.pk}", purpose="statement", subject="invitation:1", by="x", at=MORNING, lifetime=9 * DAY)  # fmt: skip
    late = MORNING + 40 * DAY
    told = set()
    for token, at in ((expired, late), (expired + "x", MORNING), ("", MORNING), *((one, MORNING) for one in (withdrawn, objected, closed, foreign))):  # fmt: skip
        for deed in (
            answering.opened,
            answering.held,
            answering.object_to,
            lambda **more: answering.answer(raw={"sentence": "3"}, **more),
        ):
            with pytest.raises(LinkRefused) as refused:
                deed(token=token, at=at)
            told.add(str(refused.value))
    assert told == {str(LinkRefused.__doc__)} and not Response.objects.exists()


def test_a_link_holds_until_the_end_of_the_last_day(acme):
    _wave, (token,) = sent_to((at_work("Erin Chef", account=1), 1))
    end = MORNING.replace(day=31, hour=21)
    assert answering.opened(token=token, at=end).invitation.account == acme
    with pytest.raises(LinkRefused):
        answering.opened(token=token, at=end + DAY)


def test_mail_is_written_in_the_contacts_language_and_names_both_firms(acme):
    greta = at_work("Greta Koch", account=1)
    Contact.objects.filter(pk=greta.pk).update(language="de")
    sent_to((greta, 1))
    mail = OutboxMail.objects.get()
    assert mail.subject == "Vier Minuten: Wie arbeitet Harbour Wholesale mit Acme Tools?"
    assert "31. Juli 2026" in mail.body and "Guten Tag Greta Koch" in mail.body and "{" not in mail.body


def test_one_contact_of_two_firms_answers_for_each_apart(acme):
    erin = at_work("Erin Chef", account=1)
    Position.objects.create(contact=erin, account_id=2, holds_from=date(2025, 1, 1))
    _wave, (first, second) = sent_to((erin, 1), (erin, 2))
    answering.answer(token=first, raw={"sentence": "4"}, at=MORNING)
    answering.answer(token=second, raw={"sentence": "1"}, at=MORNING)
    assert dict(Response.objects.values_list("account_id", "answers")) == {1: {"sentence": 4}, 2: {"sentence": 1}}


def test_nobody_is_written_to_twice_and_a_reminder_goes_once_to_who_has_not_answered(acme):
    erin, frank = at_work("Erin Chef", account=1), at_work("Frank Buyer", account=2)
    wave, (token, _other) = sent_to((erin, 1), (frank, 2))
    with pytest.raises(WaveRefused, match="Nobody is left"):
        waves.send(wave=wave.pk, link=address, by=as_alice(), at=MORNING)
    answering.answer(token=token, raw={"sentence": "3"}, at=MORNING)
    assert waves.remind(wave=wave.pk, link=address, by=as_alice(), at=MORNING + 6 * DAY) == 0
    assert waves.remind(wave=wave.pk, link=address, by=as_alice(), at=MORNING + 7 * DAY) == 1
    assert waves.remind(wave=wave.pk, link=address, by=as_alice(), at=MORNING + 9 * DAY) == 0
    assert list(OutboxMail.objects.order_by("pk").values_list("to", flat=True)) == [
        erin.email,
        frank.email,
        frank.email,
    ]


def test_the_weightiest_part_of_the_day_is_kept_with_the_answer(acme):
    erin = at_work("Erin Chef", account=1)
    position = Position.objects.get(contact=erin)
    for kind, until in (("uses", 2027), ("decides", 2027), ("influences", 2027), ("sponsors", 2027)):
        Part.objects.create(position=position, kind=kind, reason="x", holds_from=date(2026, 1, 1), holds_until=date(until, 1, 1), given_by="Alice Head")  # fmt: skip
    _wave, (token,) = sent_to((erin, 1))
    answering.answer(token=token, raw={"sentence": "3"}, at=MORNING)
    assert Response.objects.get().part == "decides"


@pytest.mark.parametrize("lacking", ["objected", "address", "elsewhere", "left", "hidden"])
def test_who_cannot_be_asked_is_not_asked_and_then_nobody_is(acme, lacking):
    erin, frank = at_work("Erin Chef", account=1), at_work("Frank Buyer", account=1 if lacking != "elsewhere" else 2)
    by = as_alice()
    if lacking == "objected":
        Contact.objects.filter(pk=frank.pk).update(objected_at=MORNING)
    if lacking == "address":
        Contact.objects.filter(pk=frank.pk).update(email="")
    if lacking == "left":
        Position.objects.filter(contact=frank).update(holds_until=MORNING.date())
    if lacking == "hidden":
        by = person_actor(let_in(ben(), 2), door="web")
    with pytest.raises((WaveRefused, Missing), match="Nothing was changed"):
        waves.choose(wave=a_wave().pk, chosen=[(erin.pk, 1), (frank.pk, 1)], by=by, at=MORNING)
    assert not Invitation.objects.exists()


def test_a_contact_sees_what_is_held_about_them(acme):
    erin = at_work("Erin Chef", account=1, title="Executive Chef")
    _wave, (token,) = sent_to((erin, 1))
    answering.answer(token=token, raw={"sentence": "3"}, at=MORNING)
    found = answering.held(token=token, at=MORNING)
    assert (found.contact, [one.title for one in found.positions]) == (erin, ["Executive Chef"])
    assert [one.answers for one in found.responses] == [{"sentence": 3}]


def test_sending_needs_the_firms_name():
    customers()
    wave = a_wave()
    waves.choose(wave=wave.pk, chosen=[(at_work("Erin Chef", account=1).pk, 1)], by=as_alice(), at=MORNING)
    with pytest.raises(WaveRefused, match="firm_name"):
        waves.send(wave=wave.pk, link=address, by=as_alice(), at=MORNING)
    assert not OutboxMail.objects.exists() and not SignedLink.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": "  "}, {"closes_on": MORNING.date()}, {"remind_after_days": 0}])
def test_an_unsound_wave_is_refused(wrong):
    with pytest.raises(WaveRefused, match="Nothing was made"):
        a_wave(**wrong)


def test_a_closed_wave_takes_nobody_in(acme):
    wave = a_wave()
    waves.close_wave(wave=wave.pk, by=as_alice(), at=MORNING)
    for deed in (waves.send, waves.remind):
        with pytest.raises(WaveRefused, match="closed"):
            deed(wave=wave.pk, link=address, by=as_alice(), at=MORNING)
    with pytest.raises(WaveRefused, match="closed"):
        waves.choose(wave=wave.pk, chosen=[], by=as_alice(), at=MORNING)
