"""refresh, inbox, people, signin, and the words that belong to none."""

from __future__ import annotations

import os
import re

import pytest
from django.test import Client

import vitalfew as product
from tests.ledger.ledgers import csv_of
from tests.sales import monthly
from vitalfew.ledger import runs
from vitalfew.trust.models import AuditEntry, Person


def test_refresh_as_of_a_day(vitalfew, sales):
    vitalfew("import", sales)
    said = vitalfew("refresh", "--as-of", "2025-06-30", "--json")
    assert (said.code, said.err, set(said.json)) == (
        0,
        "",
        {"run", "as_of", "accounts", "lines", "net", "currency", "stand_alone"},
    )
    assert (said.json["as_of"], said.json["accounts"], said.json["lines"], said.json["net"]) == (
        "2025-06-30",
        8,
        144,
        648000,
    )
    again = vitalfew("refresh", "--as-of", "2025-06-30", "--json").json
    assert {**again, "run": 0} == {**said.json, "run": 0} and runs.current().number == again["run"]


def test_refresh_says_what_comes_next(vitalfew, sales):
    vitalfew("import", sales)
    said = vitalfew("refresh")
    assert (
        said.code == 0
        and said.out.startswith("As of 2025-12-08: 8 customers, 192 lines, net ")
        and "vitalfew ranking" in said.out
    )


@pytest.mark.parametrize("words", [("refresh",), ("refresh", "--as-of", "2025-06-30"), ("refresh", "--json")])
def test_refresh_of_an_empty_ledger_is_refused(vitalfew, words):
    said = vitalfew(*words)
    assert (said.code, said.out, "vitalfew import" in said.err) == (1, "", True)


@pytest.mark.parametrize("day", ["yesterday", "2025-02-30", "30.06.2025"])
def test_refresh_of_no_day_cannot_be_understood(vitalfew, day):
    assert vitalfew("refresh", "--as-of", day).code == 2


def test_inbox_is_looked_into_once(vitalfew, home):
    assert vitalfew("inbox").out == f"Nothing lies in {home / 'inbox'}.\n"
    (home / "inbox" / "sales.csv").write_text(csv_of(monthly(1)))
    assert vitalfew("inbox").out == "sales.csv: 24 lines: 24 accepted (batch 1).\n"


def test_people_are_added_listed_and_switched(vitalfew):
    assert "vitalfew admin create EMAIL NAME" in vitalfew("people").out
    said = vitalfew("people", "add", "dora@example.org", "Dora", "Dent")
    assert (said.code, said.out) == (
        0,
        "Dora Dent (dora@example.org) is added as viewer. A sign-in link: vitalfew signin dora@example.org\n",
    )
    assert vitalfew("people", "off", "dora@example.org").out == "Dora Dent can no longer sign in.\n"
    assert vitalfew("people", "--json").json == [
        {"email": "dora@example.org", "name": "Dora Dent", "role": "viewer", "sees_margin": False, "sees_opinions": False, "team": "", "active": False}
    ]  # fmt: skip
    assert vitalfew("people", "on", "dora@example.org").out == "Dora Dent can sign in again.\n"


@pytest.mark.parametrize(
    "words", [("add", "dora", "Dora"), ("add", "ben@example.org", "Ben Two"), ("off", "nobody@example.org")]
)
def test_people_refusals_change_nobody(stocked, words):
    before = list(Person.objects.values())
    said = stocked("people", *words)
    assert (said.code, said.out, list(Person.objects.values())) == (1, "", before)


@pytest.mark.parametrize(
    "words", [("people", "add"), ("people", "add", "x@example.org"), ("people", "nonsense"), ("signin",)]
)
def test_people_calls_that_cannot_be_understood(vitalfew, words):
    assert vitalfew(*words).code == 2


def test_person_is_added_in_somebodys_name(stocked):
    assert stocked("people", "add", "dora@example.org", "Dora", "--as", "alice@example.org").code == 0
    assert AuditEntry.objects.order_by("-pk")[0].actor_name == "Alice Head"
    assert Person.objects.get(email="dora@example.org").name == "Dora"


def test_sign_in_link_works_once_in_the_web(stocked):
    said = stocked("signin", "ben@example.org", "--address", "https://kam.example.org/")
    found = re.fullmatch(r"https://kam\.example\.org(/signin/[\w-]{43}/)\n", said.out)
    assert (said.code, said.err) == (0, "It signs Ben Manager in once, within an hour.\n")
    browser, other = Client(), Client()
    assert browser.get(found[1]).status_code == 200
    assert browser.post(found[1]).status_code == 302
    assert browser.get("/").status_code == 200
    assert (other.post(found[1]).status_code, other.get("/").status_code) == (410, 302)


def test_person_switched_off_gets_no_link(stocked):
    stocked("people", "off", "ben@example.org")
    said = stocked("signin", "ben@example.org")
    assert (said.code, said.out, "switched off" in said.err) == (1, "", True)


def test_version_and_help_are_told(vitalfew):
    assert (vitalfew("--version").code, vitalfew("--version").out) == (0, f"vitalfew {product.__version__}\n")
    said = vitalfew("--help")
    assert said.code == 0
    for word in (
        "import",
        "batches",
        "rates",
        "refresh",
        "concentration",
        "ranking",
        "designate",
        "assign",
        "release",
        "serve",
        "demo",
    ):
        assert re.search(rf"^ +{word}\b", said.out, re.M), word


@pytest.mark.parametrize(
    "words",
    [("serve", "--port", "0"), ("serve", "--port", "99999"), ("serve", "--workers", "0"), ("demo", "--port", "x")],
)
def test_serving_on_no_port_cannot_be_understood(vitalfew, words):
    assert vitalfew(*words).code == 2


def test_reader_that_leaves_early_is_no_error(stocked, monkeypatch):
    read, written = os.pipe()
    os.close(read)
    with os.fdopen(written, "w", closefd=True) as nobody:
        monkeypatch.setattr("sys.stdout", nobody)
        assert stocked("ranking", "--json").code == 0
