"""What is held on a person is told whole, and erased so that nobody finds them again, while the work stays."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tests.cast import MORNING, alice, as_alice, ben, carla, key, person, portfolio
from vitalfew.ledger.models import Customer
from vitalfew.rounds.privacy import erasing, exporting
from vitalfew.selection import operations as selection
from vitalfew.selection.models import KeyAccount, Lead
from vitalfew.trust import people, tokens
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.audit.verifying import verify
from vitalfew.trust.models import ApiToken, AuditEntry, Erasure, Grant, OutboxMail, Person, SignedLink
from vitalfew.trust.rights import Role
from vitalfew.trust.signing import one_time as signin

pytestmark = pytest.mark.django_db


def everywhere() -> str:
    """All text of all tables, as one string."""
    told = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            told += [repr(row) for row in cursor.fetchall()]
    return json.dumps(told, ensure_ascii=False).casefold()


@pytest.fixture
def bens_work(settings, home):
    """Ben led, reviewed, was written to, signed in, made a token; then his account was handed over and he left."""
    portfolio(4)
    Customer.objects.filter(pk=3).update(salesperson="Ben Manager")
    key(1, manager=ben())
    by_ben = person_actor(ben(), door="web")
    selection.review(account=1, outcome="keep", reason="Ask ben@example.org or Ben Manager", by=by_ben, at=MORNING)
    tokens.make_token(person=ben(), name="Script", scopes=["read"], by=by_ben, at=MORNING)
    signin.make_link(person=ben(), by=as_alice(), at=MORNING)
    OutboxMail.objects.create(
        to="ben@example.org", subject="Hello Ben Manager", body="x", message_id="<1@x>", made_at=MORNING, due_at=MORNING
    )
    people.change_person(email=ben().email, wanted=people.Wanted(name="Ben Manager"), by=as_alice(), at=MORNING)
    client = Client()
    client.force_login(ben(), backend="vitalfew.trust.signing.one_time.LinkBackend")
    selection.assign(account=1, person=carla(), role="manager", reason="Ben leaves", by=as_alice(), at=MORNING)
    return client


def erase(who: Person, **more) -> erasing.Erased:
    return erasing.erase_person(person=who, **({"reason": "Their wish", "by": as_alice(), "at": MORNING} | more))


def test_all_that_is_held_on_a_person_is_told(bens_work):
    told = exporting.export_person(person=ben(), by=as_alice(), at=MORNING).as_json()
    kinds = {model: sorted(found) for model, found in told["records"].items()}
    assert kinds == {
        "trust.Person": ["identity", "work"],
        "trust.Grant": ["work"],
        "trust.ApiToken": ["work"],
        "trust.OutboxMail": ["words"],
        "trust.AuditEntry": ["words", "work"],
        "ledger.Customer": ["signature"],
        "selection.Lead": ["work"],
        "selection.Review": ["signature", "words"],
    }
    assert told["records"]["trust.Person"]["identity"][0]["email"] == "ben@example.org"
    assert AuditEntry.objects.order_by("-number")[0].verb == "trust.export_person"


def test_secrets_are_not_told(bens_work):
    text = json.dumps(exporting.export_person(person=ben(), by=as_alice(), at=MORNING).as_json(), default=str)
    assert ApiToken.objects.get().digest not in text
    assert SignedLink.objects.get().digest not in text


def test_an_erased_person_is_nowhere_to_be_found(bens_work):
    found = erase(ben())
    everything = everywhere()
    assert ("ben@example.org" in everything, "ben manager" in everything) == (False, False)
    gone = Person.objects.get(name=found.name)
    assert (gone.email, gone.is_active, gone.password) == (f"erased-{gone.pk}@example.invalid", False, "")
    assert found.mails == 1
    assert found.entries > 0


def test_what_they_did_stays_and_the_trail_still_verifies(bens_work, django_capture_on_commit_callbacks):
    number = ben().pk
    before = (KeyAccount.objects.count(), Lead.objects.count(), AuditEntry.objects.count())
    with django_capture_on_commit_callbacks(execute=True):
        erase(ben())
    assert (KeyAccount.objects.count(), Lead.objects.count(), AuditEntry.objects.count() - 1) == before
    assert Lead.objects.get(person_id=number).reason == "Carries the region"
    assert verify(by=operator()).whole


def test_an_erased_person_gets_in_by_no_door(bens_work):
    assert bens_work.get("/").status_code == 200
    erase(ben())
    assert bens_work.get("/").status_code == 302
    assert ApiToken.objects.count() == 0
    assert not Grant.objects.filter(person__name__startswith="Erased", holds_until=None).exists()
    assert SignedLink.objects.filter(revoked_at=None, used_at=None).count() == 0


@pytest.mark.parametrize("wrong", ["leads", "last", "self", "reason"])
def test_who_is_still_needed_is_not_erased(wrong):
    portfolio(2)
    key(1, manager=ben())
    who, more = {
        "leads": (ben(), {}),
        "last": (alice(), {"by": operator()}),
        "self": (alice(), {}),
        "reason": (carla(), {"reason": "  "}),
    }[wrong]
    before = everywhere()
    with pytest.raises((erasing.ErasureRefused, people.PersonRefused), match="Nothing was changed"):
        erase(who, **more)
    assert everywhere() == before


def test_a_namesakes_signature_stays(bens_work):
    people.add_person(email="other@example.org", name="Ben Manager", by=operator(), at=MORNING)
    told = exporting.export_person(person=Person.objects.get(email="ben@example.org"), by=as_alice(), at=MORNING)
    assert told.namesakes == 1
    erase(Person.objects.get(email="ben@example.org"))
    assert Customer.objects.get(pk=3).salesperson == "Ben Manager"
    assert "ben@example.org" not in everywhere()


def test_whom_a_restore_brings_back_is_erased_again():
    somebody = person(Role.VIEWER)
    email, name = somebody.email, somebody.name
    erase(somebody)
    Person.objects.filter(pk=somebody.pk).update(email=email.upper(), name=name, is_active=True)  # as a backup would
    later = MORNING + timedelta(days=1)
    assert erasing.apply_again(by=operator(), at=later) == 1
    assert (email in everywhere(), Person.objects.get(pk=somebody.pk).is_active) == (False, False)
    assert (erasing.apply_again(by=operator(), at=later), Erasure.objects.count()) == (0, 1)


def test_only_those_with_the_right_may_ask(bens_work):
    head = person_actor(person(Role.HEAD), door="web")
    before = everywhere()
    for ask in (
        lambda: exporting.export_person(person=ben(), by=head, at=MORNING),
        lambda: erase(ben(), by=head),
    ):
        with pytest.raises(Denied):
            ask()
    assert everywhere() == before
