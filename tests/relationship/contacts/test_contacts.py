from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import MORNING, alice, as_alice, ben, customers, let_in, person
from tests.relationship.people import at_work
from vitalfew.ground.errors import Missing
from vitalfew.relationship.models import Acquaintance, Contact, Invitation, Opinion, Part, Position, Response
from vitalfew.relationship.people import contacts, parts, touches
from vitalfew.relationship.people.contacts import ContactRefused, Who, Work
from vitalfew.relationship.people.map import people_map
from vitalfew.relationship.survey import waves
from vitalfew.trust import links
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def ledger():
    return customers()


def added(name="Erin Chef", account=1, *, by=None, work=None, **who):
    return contacts.add_contact(
        account=account, who=Who(name, **who), work=work or Work(), by=by or as_alice(), at=MORNING
    )


def shown(account=1, *, by=None, today=TODAY):
    return people_map(account=account, by=by or as_alice(), today=today)


def as_ben(*accounts):
    return person_actor(let_in(ben(), *accounts), door="web")


def test_a_contact_stands_on_the_map_with_work_and_language():
    added("Erin  Chef", email="erin@acme.example", language="fr", work=Work(" Executive  Chef ", "operations"))
    (erin,) = shown().contacts
    assert (erin.name, erin.email, erin.language, erin.title, erin.function_label, erin.since) == (
        "Erin Chef", "erin@acme.example", "fr", "Executive Chef", "operations", TODAY,
    )  # fmt: skip
    assert [row.verb for row in AuditEntry.objects.order_by("number")] == [
        "relationship.add_contact",
        "relationship.place",
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "x" * 121}, {"email": "no address"}, {"phone": "1" * 41}, {"language": "it"}, {"work": Work(function="boss")}],
)  # fmt: skip
def test_unsound_contacts_are_refused_and_nothing_is_kept(wrong):
    with pytest.raises(ContactRefused, match=r"Nothing was changed\.$"):
        added(**wrong)
    assert not Contact.objects.exists() and not AuditEntry.objects.exists()


def test_a_second_contact_of_one_address_is_refused_and_told_what_to_do():
    added(email="erin@acme.example")
    with pytest.raises(ContactRefused, match="give them a position"):
        added("Erin C.", account=2, email="ERIN@acme.example")


def test_an_address_known_only_at_a_hidden_account_tells_nothing():
    added(email="erin@acme.example")
    assert added(account=2, email="erin@acme.example", by=as_ben(2)).contact.name == "Erin Chef"
    assert Contact.objects.count() == 2


def test_one_person_works_at_several_firms_and_leaves_one():
    position = added()
    contacts.place(contact=position.contact_id, account=2, work=Work("Owner"), by=as_alice(), at=MORNING)
    contacts.leave(position=position.pk, by=as_alice(), at=MORNING + DAY)
    assert [one.name for one in shown(today=TODAY + DAY).contacts] == []
    assert shown(today=TODAY + DAY).left == (("Erin Chef", TODAY + DAY),)
    assert [one.title for one in shown(2, today=TODAY + DAY).contacts] == ["Owner"]
    with pytest.raises(ContactRefused, match="left already"):
        contacts.leave(position=position.pk, by=as_alice(), at=MORNING + DAY)
    contacts.place(contact=position.contact_id, account=1, work=Work(), by=as_alice(), at=MORNING + 2 * DAY)
    assert len(shown(today=TODAY + 2 * DAY).contacts) == 1


def test_nobody_works_twice_at_one_account():
    position = added()
    with pytest.raises(ContactRefused, match="works at Acme Tools already"):
        contacts.place(contact=position.contact_id, account=1, work=Work(), by=as_alice(), at=MORNING)


def test_reporting_lines_stay_in_the_account_and_never_close_a_circle():
    boss, chef, cook = added("Boss"), added("Chef"), added("Cook")
    change = {"by": as_alice(), "at": MORNING, "version": None}
    contacts.change_work(position=chef.pk, work=Work(reports_to=boss.pk), **change)
    contacts.change_work(position=cook.pk, work=Work(reports_to=chef.pk), **change)
    for position, above in ((boss, cook), (boss, boss), (boss, added("Other", account=2))):
        with pytest.raises(ContactRefused, match="report to"):
            contacts.change_work(position=position.pk, work=Work(reports_to=above.pk), **change)
    contacts.leave(position=chef.pk, by=as_alice(), at=MORNING)
    cook.refresh_from_db()
    assert cook.reports_to is None


def test_a_new_address_ends_links_sent_to_the_old_one():
    position = added(email="erin@acme.example")
    token = links.make(holder=f"contact:{position.contact_id}", purpose="survey", by="x", at=MORNING, lifetime=9 * DAY)
    change = {"contact": position.contact_id, "by": as_alice(), "at": MORNING}
    contacts.change_contact(who=Who("Erin Chef", "erin@acme.example", "123"), version=1, **change)
    assert links.read(token=token, purpose="survey", at=MORNING)
    contacts.change_contact(who=Who("Erin Chef", "chef@acme.example", "123"), version=2, **change)
    with pytest.raises(links.LinkRefused):
        links.read(token=token, purpose="survey", at=MORNING)
    with pytest.raises(StaleRecord):
        contacts.change_contact(who=Who("Erin C", "other@acme.example"), version=1, **change)


def test_a_hidden_contact_answers_like_one_that_does_not_exist():
    position, by = added(), as_ben(2)
    of_contacts = [
        lambda n: contacts.change_contact(contact=n, who=Who("X"), by=by, at=MORNING, version=None),
        lambda n: contacts.place(contact=n, account=2, work=Work(), by=by, at=MORNING),
        lambda n: contacts.merge(double=n, into=n + 1, by=by, at=MORNING),
        lambda n: parts.know(contact=n, person=ben(), strength=1, by=by, at=MORNING),
    ]
    of_positions = [
        lambda n: contacts.leave(position=n, by=by, at=MORNING),
        lambda n: contacts.change_work(position=n, work=Work(), by=by, at=MORNING, version=None),
        lambda n: parts.give_part(position=n, kind="decides", reason="x", by=by, at=MORNING),
        lambda n: parts.judge_contact(position=n, influence=1, attitude=0, reason="x", by=by, at=MORNING),
    ]
    told = set()
    for deeds, number in ((of_contacts, position.contact_id), (of_positions, position.pk)):
        for deed in deeds:
            for asked in (number, 999_999):
                with pytest.raises(Missing) as refused:
                    deed(asked)
                told.add(str(refused.value))
    assert told == {"There is no such contact, or you may not see it."}


def test_a_double_is_merged_with_all_that_hangs_on_it():
    stays, gone = added(email="erin@acme.example"), added("E. Chef", phone="0123")
    elsewhere = contacts.place(contact=gone.contact_id, account=2, work=Work("Owner"), by=as_alice(), at=MORNING)
    wave = waves.make_wave(name="W", closes_on=TODAY + 9 * DAY, by=as_alice(), at=MORNING)
    for contact in (stays.contact_id, gone.contact_id):
        Invitation.objects.create(wave=wave, contact_id=contact, account_id=1)
    Response.objects.create(
        account_id=2, contact_id=gone.contact_id, wave=wave, way="link", answers={"sentence": 2}, answered_on=TODAY, answered_at=MORNING,
    )  # fmt: skip
    parts.know(contact=gone.contact_id, person=ben(), strength=2, by=as_alice(), at=MORNING)
    touches.note_touch(account=1, on=TODAY, kind="call", source="conversation:1", contact=gone.contact_id)
    Contact.objects.filter(pk=gone.contact_id).update(objected_at=MORNING)
    merged = contacts.merge(double=gone.contact_id, into=stays.contact_id, by=as_alice(), at=MORNING)
    assert (merged.email, merged.phone, merged.objected_at) == ("erin@acme.example", "0123", MORNING)
    assert [one.contact for one in shown().contacts] == [stays.contact_id]
    assert Position.objects.get(pk=elsewhere.pk).contact_id == stays.contact_id
    assert Response.objects.get().contact_id == stays.contact_id and Invitation.objects.count() == 1
    assert Acquaintance.objects.get().contact_id == stays.contact_id and shown().last_touch == TODAY


def test_a_double_that_also_works_where_one_may_not_see_is_not_merged():
    stays, gone = added(), added("E. Chef")
    contacts.place(contact=gone.contact_id, account=2, work=Work(), by=as_alice(), at=MORNING)
    with pytest.raises(ContactRefused, match="somebody who sees both"):
        contacts.merge(double=gone.contact_id, into=stays.contact_id, by=as_ben(1), at=MORNING)


def test_a_part_has_a_reason_and_ends_after_a_year():
    erin = added()
    parts.give_part(position=erin.pk, kind="decides", reason="Signs the orders", by=as_alice(), at=MORNING)
    (part,) = shown().contacts[0].parts
    assert (part.label, part.reason, part.until) == ("decision maker", "Signs the orders", TODAY + 365 * DAY)
    assert shown(today=TODAY + 366 * DAY).contacts[0].parts == ()
    with pytest.raises(ContactRefused, match="what makes you think so"):
        parts.give_part(position=erin.pk, kind="uses", reason=" ", by=as_alice(), at=MORNING)
    parts.end_part(account=1, part=part.number, by=as_alice(), at=MORNING + DAY)
    assert shown().contacts[0].parts[0].until == TODAY and shown(today=TODAY + DAY).contacts[0].parts == ()


def test_the_same_part_again_renews_it():
    erin = added()
    for days in (0, 0, 100):
        parts.give_part(position=erin.pk, kind="decides", reason=f"Day {days}", by=as_alice(), at=MORNING + days * DAY)
    assert [(row.holds_from, row.holds_until) for row in Part.objects.order_by("pk")] == [
        (TODAY, TODAY + 99 * DAY),
        (TODAY + 100 * DAY, TODAY + 465 * DAY),
    ]


def test_opinions_are_read_and_written_only_by_who_may():
    erin, viewer = added(), person_actor(let_in(person(Role.CONTRIBUTOR), 1), door="web")
    head = person_actor(let_in(ben(), 1), door="web")
    ben_reads = ben()
    ben_reads.sees_opinions = True
    ben_reads.save()
    head = person_actor(ben_reads, door="web")
    parts.give_part(position=erin.pk, kind="blocks", reason="Prefers the rival", by=head, at=MORNING)
    parts.judge_contact(position=erin.pk, influence=3, attitude=-1, reason="Said so", by=head, at=MORNING)
    assert shown(by=head).contacts[0].opinion.label == "against us"
    assert [part.kind for part in shown(by=head).contacts[0].parts] == ["blocks"]
    assert (shown(by=viewer).contacts[0].opinion, shown(by=viewer).contacts[0].parts) == (None, ())
    with pytest.raises(ContactRefused, match="opinions"):
        parts.give_part(position=erin.pk, kind="blocks", reason="x", by=viewer, at=MORNING)
    with pytest.raises(ContactRefused, match="right to opinions"):
        parts.end_part(account=1, part=Part.objects.get(kind="blocks").pk, by=viewer, at=MORNING)
    assert "Said so" not in str(list(AuditEntry.objects.values("before", "after")))


def test_who_of_us_knows_whom_strongest_first():
    erin = added()
    for somebody, strength in ((ben(), 1), (alice(), 3)):
        parts.know(contact=erin.contact_id, person=somebody, strength=strength, by=as_alice(), at=MORNING)
    assert [(one.initials, one.strength) for one in shown().contacts[0].known_by] == [("AH", 3), ("BM", 1)]
    parts.know(contact=erin.contact_id, person=alice(), strength=0, by=as_alice(), at=MORNING)
    assert [one.initials for one in shown().contacts[0].known_by] == ["BM"]


def alarms(**more):
    return [one.kind for one in shown(**more).alarms]


def test_alarms_say_what_is_thin():
    assert alarms() == ["nobody"]
    erin = added(work=Work(function="operations"))
    assert alarms() == ["one_person", "no_decider", "few_functions"]
    parts.give_part(position=erin.pk, kind="decides", reason="x", by=as_alice(), at=MORNING)
    for name, function in (("Frank", "finance"), ("Greta", "purchasing")):
        other = added(name, work=Work(function=function))
        for contact in (erin, other):
            parts.know(contact=contact.contact_id, person=ben(), strength=2, by=as_alice(), at=MORNING)
    assert alarms() == ["silent_decider"]
    touches.note_touch(account=1, on=TODAY, kind="visit", source="conversation:1", contact=erin.contact_id)
    assert alarms() == []
    assert alarms(today=TODAY + 90 * DAY) == []
    assert alarms(today=TODAY + 91 * DAY) == ["silent_decider", "silence"]


def test_everything_hangs_on_one_person_when_only_one_of_them_is_known_to_us():
    erin, _frank = added(), added("Frank")
    parts.know(contact=erin.contact_id, person=ben(), strength=2, by=as_alice(), at=MORNING)
    found = next(one for one in shown().alarms if one.kind == "one_person")
    assert found.names == ("Erin Chef",)


def test_a_touch_of_one_source_is_noted_once():
    erin = at_work("Erin Chef", account=1)
    for _ in range(2):
        touches.note_touch(account=1, on=TODAY, kind="call", source="conversation:1", contact=erin.pk)
    touches.note_touch(account=1, on=date(2026, 1, 1), kind="mail", source="conversation:2")
    assert touches.last_touches(account=1) == {erin.pk: TODAY, None: TODAY}


def test_the_map_asks_the_same_few_questions_however_many_people(django_assert_max_num_queries):
    for number in range(30):
        position = added(f"Person {number}")
        parts.know(contact=position.contact_id, person=ben(), strength=1, by=as_alice(), at=MORNING)
        Opinion.objects.create(position=position, influence=1, attitude=0, reason="x", holds_from=TODAY, holds_until=TODAY + DAY, given_by="x")  # fmt: skip
    by = as_alice()
    with django_assert_max_num_queries(7):
        assert len(shown(by=by).contacts) == 30
