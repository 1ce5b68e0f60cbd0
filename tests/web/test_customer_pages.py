"""What a customer's own people see by their links: no sign-in, nothing of ours, in their language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import as_alice, customers
from tests.relationship.people import at_work
from tests.relationship.survey.test_waves import address
from vitalfew.ledger import choices
from vitalfew.relationship.evidence import statements
from vitalfew.relationship.models import Contact, Evidence, Response, Statement
from vitalfew.relationship.survey import waves
from vitalfew.trust.models import AuditEntry, OutboxMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def erin():
    customers()
    choices.choose(name="firm_name", value="Harbour Wholesale", by=as_alice(), at=timezone.now())
    return at_work("Erin Chef", account=1, title="Executive Chef")


def survey_token(contact, account=1):
    now = timezone.now()
    wave = waves.make_wave(name="Now", closes_on=now.date() + timedelta(days=9), by=as_alice(), at=now)
    waves.choose(wave=wave.pk, chosen=[(contact.pk, account)], by=as_alice(), at=now)
    waves.send(wave=wave.pk, link=address, by=as_alice(), at=now)
    return OutboxMail.objects.latest("pk").body.split("/survey/")[1].split("/")[0]


def asked(contact):
    now = timezone.now()
    return statements.ask(account=1, contact=contact.pk, words="You want to halve waste.", kind="aim_confirmed", by=as_alice(), at=now).token  # fmt: skip


def test_the_form_is_answered_without_signing_in_and_shows_the_answers_again(client, erin):
    place = f"/survey/{survey_token(erin)}/"
    page = client.get(place).content.decode()
    assert "How do you see Harbour Wholesale?" in page and "works with Acme Tools" in page and "checked" not in page
    assert 'name="sentence"' in page and "Vital Few</span>" not in page
    answered = client.post(place, {"sentence": "3", "recommend": "9", "one_thing": "Fewer <b>errors</b>"})
    assert (answered.status_code, answered["Location"]) == (302, f"{place}?thanks")
    again = client.get(answered["Location"]).content.decode()
    assert "Thank you, Erin Chef" in again and again.count("checked") == 2 and "&lt;b&gt;errors" in again
    assert Response.objects.get().answers == {"sentence": 3, "recommend": 9, "one_thing": "Fewer <b>errors</b>"}


def test_opening_changes_nothing_and_no_cookie_is_needed_to_look(client, erin):
    place, before = f"/survey/{survey_token(erin)}/", AuditEntry.objects.count()
    for _ in range(3):
        assert client.get(place).status_code == client.head(place).status_code == 200
    assert AuditEntry.objects.count() == before and not Response.objects.exists()
    assert (
        client.get(place)["Cache-Control"].startswith("max-age=0") or "no-store" in client.get(place)["Cache-Control"]
    )


def test_a_wrong_answer_keeps_what_was_written_and_says_where(client, erin):
    page = client.post(f"/survey/{survey_token(erin)}/", {"sentence": "2", "rank": "7", "suppliers": "3"})
    text = page.content.decode()
    assert page.status_code == 400 and 'href="#rank"' in text and "rank of 7 among 3" in text and 'value="7"' in text
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("language", "title"),
    [("de", "Wie sehen Sie Harbour"), ("fr", "Comment voyez-vous Harbour"), ("es", "¿Cómo ve usted a Harbour")],
)
def test_the_page_speaks_the_contacts_language(client, erin, language, title):
    Contact.objects.filter(pk=erin.pk).update(language=language)
    page = client.get(f"/survey/{survey_token(erin)}/").content.decode()
    assert f'<html lang="{language}"' in page and title in page and "Send answers" not in page


def test_a_contact_sees_what_is_held_and_is_asked_no_more_once_they_object(client, erin):
    place = f"/survey/{survey_token(erin)}/"
    client.post(place, {"sentence": "3"})
    page = client.get(f"{place}held/").content.decode()
    assert "Executive Chef" in page and erin.email in page and "A supplier that improves how we work." in page
    assert "will not be asked again" in client.post(f"{place}object/").content.decode()
    assert Contact.objects.get().objected_at and client.get(place).status_code == 410


def test_links_that_do_not_hold_answer_alike(client, erin):
    token, question = survey_token(erin), asked(erin)
    answers = {
        client.get(place).content
        for place in (
            f"/survey/{token}x/",
            f"/survey/{question}/",
            f"/confirm/{token}/",
            "/survey/x/held/",
            "/confirm/y/",
        )
    }
    assert len(answers) == 1 and b"no longer holds" in answers.pop()
    assert client.post("/survey/x/", {"sentence": "3"}).status_code == 410
    assert b"gilt nicht mehr" in client.get("/survey/x/", headers={"accept-language": "de-AT,de"}).content


@pytest.mark.parametrize(
    ("answer", "correction", "kept"), [("confirmed", "", "You want to halve waste."), ("corrected", "By a third.", "By a third.")]
)  # fmt: skip
def test_a_statement_is_confirmed_or_corrected(client, erin, answer, correction, kept):
    place = f"/confirm/{asked(erin)}/"
    assert "You want to halve waste." in client.get(place).content.decode()
    answered = client.post(place, {"answer": answer, "correction": correction})
    assert answered["Location"] == f"{place}?thanks"
    assert "Your answer has arrived" in client.get(answered["Location"]).content.decode()
    assert Evidence.objects.get().words == kept


def test_a_correction_without_words_is_asked_for_again(client, erin):
    page = client.post(f"/confirm/{asked(erin)}/", {"answer": "corrected"})
    assert page.status_code == 400 and "Nothing was sent" in page.content.decode()
    assert Statement.objects.get().answer == ""


def test_a_form_from_elsewhere_is_refused(erin):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/survey/{survey_token(erin)}/", {"sentence": "3"}).status_code == 403
    assert not Response.objects.exists()
