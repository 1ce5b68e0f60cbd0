"""A contact is told what is held, and erased so that nobody finds them again; the marks they gave stay."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from tests.relationship.survey.test_waves import sent_to
from tests.rounds.privacy.test_privacy import everywhere
from vitalfew.ground.errors import Missing
from vitalfew.ledger import choices
from vitalfew.relationship.evidence import statements
from vitalfew.relationship.evidence.recording import record_evidence
from vitalfew.relationship.models import Contact, Opinion, Part, Position, Response
from vitalfew.relationship.people import parts
from vitalfew.relationship.survey import answering
from vitalfew.relationship.survey.waves import WaveRefused
from vitalfew.rounds.privacy import contacts
from vitalfew.rounds.privacy.erasing import ErasureRefused
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.audit.verifying import verify
from vitalfew.trust.models import Erasure, SignedLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def erin(home):
    """Erin works at Acme, plays a part, was judged, asked, answered, confirmed, and is named in free text."""
    customers()
    choices.choose(name="firm_name", value="Harbour Wholesale", by=as_alice(), at=MORNING)
    contact = at_work("Erin Chef", account=1, email="erin@acme.example", title="Executive Chef")
    position = Position.objects.get()
    parts.give_part(position=position.pk, kind="decides", reason="Erin Chef signs", by=as_alice(), at=MORNING)
    parts.judge_contact(position=position.pk, influence=3, attitude=1, reason="Kind words", by=operator(), at=MORNING)
    _wave, (token,) = sent_to((contact, 1))
    answering.answer(token=token, raw={"sentence": "3", "one_thing": "Call me on my farm"}, at=MORNING)
    asked = statements.ask(
        account=1, contact=contact.pk, words="Halve waste", kind="aim_confirmed", by=as_alice(), at=MORNING
    )
    statements.reply(token=asked.token, answer="confirmed", at=MORNING)
    record_evidence(account=1, kind="fact", side="ours", source="visit:1", holds_from=MORNING.date(), words="As Erin Chef told us", by=as_alice(), at=MORNING)  # fmt: skip
    return contact


def erased(contact, **more):
    return contacts.erase_contact(
        **{"contact": contact.pk, "reason": "Their wish", "by": as_alice(), "at": MORNING} | more
    )


def test_everything_held_on_a_contact_is_told(erin):
    told = contacts.export_contact(contact=erin.pk, by=as_alice(), at=MORNING).as_json()
    text = json.dumps(told, default=str)
    assert set(told["records"]) >= {
        "relationship.Contact", "relationship.Position", "relationship.Part", "relationship.Opinion", "relationship.Response",
        "relationship.Statement", "relationship.Invitation", "relationship.Evidence",
    }  # fmt: skip
    assert all(
        word in text
        for word in ("erin@acme.example", "Executive Chef", "Kind words", "Call me on my farm", "Halve waste")
    )


def test_an_erased_contact_is_nowhere_and_the_trail_verifies(erin):
    done = erased(erin)
    assert done.name == f"Erased contact {erin.pk}" and done.mails == 1 and done.records >= 4
    text = everywhere()
    assert [word for word in ("erin chef", "erin@acme", "kind words", "my farm") if word in text] == []
    assert verify(by=as_alice()).first_bad is None
    assert Response.objects.get().answers == {"sentence": 3}
    assert not Part.objects.exists() and not Opinion.objects.exists()
    assert not SignedLink.objects.filter(revoked_at=None, holder=f"contact:{erin.pk}").exists()


def test_an_erased_contact_is_asked_no_more(erin):
    erased(erin)
    with pytest.raises(WaveRefused, match="objected"):
        sent_to((erin, 1))


def test_a_restored_backup_does_not_bring_them_back(erin):
    before = Contact.objects.values().get()
    erased(erin)
    Contact.objects.filter(pk=erin.pk).update(**before)
    assert contacts.apply_again(by=as_alice(), at=MORNING + timedelta(days=1)) == 1
    assert Contact.objects.get().name == f"Erased contact {erin.pk}"
    assert contacts.apply_again(by=as_alice(), at=MORNING) == 0


def test_another_contact_under_the_same_number_is_left_alone(erin):
    erased(erin)
    Contact.objects.filter(pk=erin.pk).update(name="Frank Buyer", email="frank@acme.example")
    assert contacts.apply_again(by=as_alice(), at=MORNING) == 0


def test_an_erasure_needs_a_reason_the_right_and_a_contact_in_sight(erin):
    with pytest.raises(ErasureRefused, match="Say why"):
        erased(erin, reason=" ")
    with pytest.raises(Denied):
        erased(erin, by=person_actor(let_in(ben(), 1), door="web"))
    with pytest.raises(Missing):
        contacts.erase_contact(contact=999, reason="x", by=as_alice(), at=MORNING)
    assert Contact.objects.get().name == "Erin Chef" and not Erasure.objects.exists()
