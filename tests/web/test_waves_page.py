"""Survey waves on their pages: made, filled, sent, reminded, closed; answers brought in by file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.cast import alice, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from vitalfew.ledger import choices
from vitalfew.relationship.models import Invitation, Response, Wave
from vitalfew.trust.models import OutboxMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    customers()
    choices.choose(name="firm_name", value="Harbour Wholesale", by=as_alice(), at=timezone.now())
    client.force_login(alice())
    return client


def made(page):
    day = (timezone.now() + timedelta(days=20)).date().isoformat()
    answer = page.post("/waves/", {"name": "Autumn", "closes_on": day, "remind_after_days": "7"})
    assert answer.status_code == 302
    return Wave.objects.latest("pk")


def test_a_wave_is_made_filled_sent_and_closed(page):
    erin, wave = at_work("Erin Chef", account=1), made(page)
    place = f"/waves/{wave.pk}/"
    assert "Erin Chef" in page.get(place).content.decode()
    page.post(f"{place}choose/", {"chosen": f"{erin.pk}:1"})
    assert "Send to 1 contact" in page.get(place).content.decode()
    page.post(f"{place}send/")
    assert "http://testserver/survey/" in OutboxMail.objects.get().body
    assert "0 of 1 answered" in page.get(place).content.decode()
    page.post(f"{place}close/")
    text = page.get(place).content.decode()
    assert "Closed" in text and "Take out" not in text


def test_letters_lead_to_the_public_address_where_one_is_set(page, settings):
    settings.VITALFEW_ADDRESS = "https://kam.example"
    erin, wave = at_work("Erin Chef", account=1), made(page)
    page.post(f"/waves/{wave.pk}/choose/", {"chosen": f"{erin.pk}:1"})
    page.post(f"/waves/{wave.pk}/send/")
    assert "https://kam.example/survey/" in OutboxMail.objects.get().body


@pytest.mark.parametrize("chosen", [[], ["x:1"], ["1"], ["1:1:1"], ["99:1"]])
def test_whoever_cannot_be_asked_is_refused(page, chosen):
    wave = made(page)
    assert page.post(f"/waves/{wave.pk}/choose/", {"chosen": chosen}).status_code in (400, 404)
    assert not Invitation.objects.exists()


def test_answers_come_by_file_and_rows_that_do_not_hold_are_told(page):
    text = "Customer,Answered,Respondent,Q1\nC00001,2026-03-02,Erin,3\nC99999,2026-03-02,Frank,2\n"
    answer = page.post("/waves/answers/", {"file": SimpleUploadedFile("survey.csv", text.encode())}, follow=True)
    told = answer.content.decode()
    assert "1 answers are new" in told and "Row 3 was left out" in told and Response.objects.count() == 1
    assert page.post("/waves/answers/").status_code == 400


def test_a_file_of_which_nothing_holds_is_refused_with_the_first_reason(page):
    text = "Customer,Answered,Respondent,Q1\nC99999,2026-03-02,Frank,2\n"
    answer = page.post("/waves/answers/", {"file": SimpleUploadedFile("survey.csv", text.encode())})
    assert answer.status_code == 400 and "row 2" in answer.content.decode()


def test_the_empty_page_teaches(page):
    assert "Nobody has been asked yet." in page.get("/waves/").content.decode()


def test_a_manager_takes_nobody_out_whom_they_do_not_see(page, client):
    erin, wave = at_work("Erin Chef", account=1), made(page)
    page.post(f"/waves/{wave.pk}/choose/", {"chosen": f"{erin.pk}:1"})
    client.force_login(let_in(ben(), 2))
    row = Invitation.objects.get()
    assert client.post(f"/waves/{wave.pk}/invitations/{row.pk}/withdraw/").status_code == 404
    assert "Erin Chef" not in client.get(f"/waves/{wave.pk}/").content.decode()
