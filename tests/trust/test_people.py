"""Our own people: added once, found by address or name, switched off and on, always with an entry in the audit trail."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.cast import MORNING, alice, as_alice, ben
from vitalfew.ground.errors import Missing
from vitalfew.trust import people
from vitalfew.trust.actors import clock_actor, operator, person_actor
from vitalfew.trust.models import AuditEntry, Person
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db


def add(email: str, name: str) -> Person:
    return people.add_person(email=email, name=name, by=operator(), at=MORNING)


def test_added_person_is_active_and_audited():
    person = add("  dora@example.org ", "Dora   Dent ")
    assert (person.email, person.name, person.is_active, person.version) == ("dora@example.org", "Dora Dent", True, 1)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target, entry.actor, entry.actor_name, entry.door) == (
        "trust.add_person", f"person:{person.pk}", None, "operator", "cli",
    )  # fmt: skip
    assert (entry.at, entry.before, entry.after) == (
        MORNING,
        {},
        {"email": "dora@example.org", "name": "Dora Dent", "role": "viewer"},
    )


def test_taken_address_is_refused_whatever_its_case():
    add("dora@example.org", "Dora Dent")
    with pytest.raises(
        people.PersonRefused, match=r"DORA@Example.org is already the address of Dora Dent. Nobody was added."
    ):
        add("DORA@Example.org", "Another")
    assert Person.objects.count() == AuditEntry.objects.count() == 1


def test_the_store_itself_holds_one_person_per_address():
    add("dora@example.org", "Dora Dent")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="Dora@example.org", name="Another", added_at=MORNING)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "dora",
        "dora@",
        "@example.org",
        "a b@example.org",
        "dora@example.org, x@example.org",
        "x" * 250 + "@example.org",
    ],
)
def test_bad_address_adds_nobody(email):
    with pytest.raises(people.PersonRefused, match="Nobody was added"):
        add(email, "Dora Dent")
    assert (Person.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", ["", "   ", "\t\n"])
def test_empty_name_adds_nobody(name):
    with pytest.raises(people.PersonRefused, match="A person needs a name"):
        add("dora@example.org", name)
    assert Person.objects.count() == 0


def test_long_name_is_cut_where_the_record_ends():
    person = add("dora@example.org", "D" * 130)
    person.refresh_from_db()
    assert person.name == "D" * 120


def test_found_by_address_then_by_name():
    person = alice()
    assert [people.find_person(word) for word in ("ALICE@example.org", " alice@example.org ", "alice head")] == [
        person
    ] * 3


def test_a_name_two_people_have_finds_nobody():
    add("d1@example.org", "Dora Dent")
    add("d2@example.org", "Dora Dent")
    with pytest.raises(Missing, match=r"Several people are called “dora dent”: name one by e-mail address."):
        people.find_person("dora dent")
    assert people.find_person("d2@example.org").email == "d2@example.org"


@pytest.mark.parametrize("word", ["nobody@example.org", "", "%"])
def test_unknown_person_says_how_to_add(word):
    alice()
    with pytest.raises(Missing, match="vitalfew people add EMAIL NAME"):
        people.find_person(word)


def test_switched_off_and_on_again():
    person = ben()
    people.set_active(email=person.email, active=False, by=as_alice(), at=MORNING)
    assert (people.active_people(), people.everyone()) == ((alice(),), (alice(), person))
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.before, entry.after) == (
        "trust.set_active",
        alice(),
        {"active": True},
        {"active": False},
    )
    again = people.set_active(email=person.email, active=True, by=as_alice(), at=MORNING)
    assert (again.is_active, again.version) == (True, 3)


def test_stale_switch_is_refused():
    person = ben()
    people.set_active(email=person.email, active=False, by=as_alice(), at=MORNING, version=1)
    with pytest.raises(StaleRecord):
        people.set_active(email=person.email, active=True, by=as_alice(), at=MORNING, version=1)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(("name", "initials"), [("Alice Head", "AH"), ("Cher", "C"), ("Jean le Rond d'Alembert", "JD")])
def test_initials_are_of_first_and_last_word(name, initials):
    assert Person(name=name).initials == initials


def test_actors_say_who_acts_through_which_door():
    person = alice()
    assert [
        (one.person, one.name, one.door, one.request_id)
        for one in (operator(), clock_actor(), person_actor(person, door="api", request_id="r1"))
    ] == [
        (None, "operator", "cli", ""),
        (None, "clock", "clock", ""),
        (person, "Alice Head", "api", "r1"),
    ]
