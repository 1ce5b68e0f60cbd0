"""survey and contacts: the contract of the command line."""

from __future__ import annotations

import pytest

from tests.relationship.people import at_work
from vitalfew.ledger.models import Customer
from vitalfew.relationship.models import Contact, Invitation, Response, Wave
from vitalfew.trust.models import OutboxMail


@pytest.fixture
def ready(stocked, settings):
    settings.VITALFEW_ADDRESS = "https://kam.example"
    assert stocked("settings", "firm_name", "Harbour Wholesale").code == 0
    return stocked


def number(key: str) -> int:
    return Customer.objects.get(key=key).pk


def test_a_wave_is_made_sent_told_and_closed(ready):
    at_work("Erin Chef", account=number("C1"))
    at_work("Frank Buyer", account=number("C2"))
    assert ready("survey", "new", "Autumn", "--until", "2099-12-31", "--account", "C1").code == 0
    assert ready("survey", "send", "Autumn").code == 0
    assert "https://kam.example/survey/" in OutboxMail.objects.get().body
    (row,) = ready("survey", "status", "--json").json
    assert (row["name"], row["state"], row["asked"], row["answered"]) == ("Autumn", "open", 1, 0)
    told = ready("survey", "status", "Autumn", "--json").json
    assert [one["name"] for one in told["invited"]] == ["Erin Chef"]
    assert ready("survey", "remind", "Autumn").code == 0
    assert ready("survey", "close", "Autumn").code == 0
    assert ready("survey", "send", "Autumn").code == 1


def test_without_accounts_everybody_who_may_be_asked_is_chosen(ready):
    at_work("Erin Chef", account=number("C1"))
    at_work("Frank Buyer", account=number("C2"))
    ready("survey", "new", "Autumn", "--until", "2099-12-31")
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize(
    "words",
    [
        ("send", "Nothing"),
        ("close", "7"),
        ("new", "Autumn", "--until", "soon"),
        ("new", " ", "--until", "2099-01-01"),
        ("import", "no.csv"),
    ],
)
def test_what_is_unclear_changes_nothing(ready, words):
    assert ready("survey", *words).code == 1
    assert not Wave.objects.exists()


def test_nothing_is_sent_without_a_public_address(stocked):
    stocked("settings", "firm_name", "Harbour Wholesale")
    at_work("Erin Chef", account=number("C1"))
    stocked("survey", "new", "Autumn", "--until", "2099-12-31")
    told = stocked("survey", "send", "Autumn")
    assert told.code == 1 and "VITALFEW_ADDRESS" in told.err and not OutboxMail.objects.exists()


def test_answers_are_tried_kept_and_told(ready, tmp_path):
    path = tmp_path / "survey.csv"
    path.write_text("Customer,Answered,Respondent,Q1\nC1,2020-03-02,Erin,3\nC9999,2020-03-02,Frank,2\n")
    assert ready("survey", "import", str(path), "--dry-run", "--json").json["new"] == 1
    assert not Response.objects.exists()
    told = ready("survey", "import", str(path))
    assert told.code == 0 and "Row 3" in told.err and Response.objects.count() == 1
    assert ready("survey", "import", str(path), "--json").json["same"] == 1


def test_contacts_are_listed_and_brought_in(ready, tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_text("Customer,Name,E-Mail\nC1,Erin Chef,erin@c1.example\nC1,,x@c1.example\n")
    told = ready("contacts", "--import", str(path))
    assert told.code == 0 and "Row 3" in told.err and Contact.objects.count() == 1
    assert [one["name"] for one in ready("contacts", "C1", "--json").json["contacts"]] == ["Erin Chef"]
    assert "Erin Chef" in ready("contacts", "C1").out
    assert ready("contacts").code == 1
