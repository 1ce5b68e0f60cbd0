"""Imports, batches and customers through the API."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.ledger.ledgers import csv_of
from tests.sales import NOW, monthly
from vitalfew.ledger import batches, operations
from vitalfew.ledger.models import Batch
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry

TWO_WAYS = csv_of([("N1", "03/04/2025", "A", "I1", 1, "1.50"), ("N2", "05/06/2025", "B", "I1", 1, "2.50")])
UNKNOWN = "N1;2025-04-03;A;1\nN2;2025-04-04;B;2\n"


def test_import_accounts_for_every_line(handed, api):
    answer = handed([*monthly(2), ("X1", "no day", "C1", "I1", 1, "1.00")])
    told = answer.json()
    assert (answer.status_code, told["state"], told["batch"], told["file"]) == (201, "accepted", 1, "sales.csv")
    assert told["lines"] == {"file": 49, "accepted": 48, "corrected": 0, "set_aside": 0, "refused": 1, "unchanged": 0}
    entry = AuditEntry.objects.get(verb="ledger.import")
    assert (entry.actor_name, entry.door, len(entry.request_id)) == ("Alice Head", "api", 32)


def test_the_same_file_again_changes_nothing(handed):
    handed()
    answer = handed()
    assert (answer.status_code, answer.json()["state"], Batch.objects.count()) == (201, "already-there", 1)


def test_dry_run_stores_nothing(handed):
    answer = handed(dry_run="true")
    assert (answer.status_code, answer.json()["state"], answer.json()["lines"]["accepted"]) == (201, "dry-run", 192)
    assert Batch.objects.count() == 0


def test_a_doubt_names_the_option_that_settles_it(handed):
    answer = handed(TWO_WAYS)
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert told["option"].startswith("--dates") and told["detail"].startswith(told["title"])
    assert Batch.objects.count() == 0
    assert handed(TWO_WAYS, dates="mdy").json()["first_day"] == "2025-03-04"


def test_a_map_names_columns(handed):
    header = ("Beleg", "Wann", "Wer", "Was", "Zahl", "Preis")
    mapping = dict(zip(("invoice", "date", "customer", "item", "quantity", "unit_price"), header, strict=True))
    answer = handed(monthly(2), header=header, map=json.dumps(mapping))
    assert (answer.status_code, answer.json()["reading"]["columns"]) == (201, mapping)


@pytest.mark.parametrize(
    "words",
    [
        {"map": "{"}, {"map": "[1]"}, {"map": '{"customer": 1}'}, {"map": '{"customer": "Nowhere"}'}, {"map": '{"shoe size": "Price"}'},
        {"dates": "dd"}, {"decimal": "dot"}, {"currency": "pounds"}, {"invoices": "weekly"}, {"dry_run": "perhaps"}, {"dryrun": "true"},
    ],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_refused(handed, words):
    answer = handed(**words)
    status = 400 if "dryrun" in words else 422
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert Batch.objects.count() == 0


@pytest.mark.parametrize("text", ["", "just words\n", "%PDF-1.7\n%\x00\x01"])
def test_what_is_no_ledger_is_refused_with_its_sentence(handed, text):
    answer = handed(text)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert "sales.csv" in answer.json()["detail"]


def test_import_without_a_file_is_refused(client, api):
    assert client.post("/api/imports", {}).status_code == 422


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "a/b/evil.csv"])
def test_a_file_name_is_never_a_path(handed, home, name):
    assert handed(monthly(1), name=name).json()["file"] == "evil.csv"
    assert list(home.rglob("evil*")) == []


def test_busy_ledger_answers_with_conflict(handed):
    with batches.folder().writing():
        answer = handed()
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")


def test_batches_come_newest_first_and_bounded(handed, api):
    for customers in (1, 2, 3):
        handed(monthly(customers), name=f"{customers}.csv")
    rows = api("get", "/batches").json()
    assert [(row["number"], row["file"], row["lines"], row["kind"], row["undone_at"]) for row in rows] == [
        (3, "3.csv", 72, "sales", None), (2, "2.csv", 48, "sales", None), (1, "1.csv", 24, "sales", None),
    ]  # fmt: skip
    assert [row["number"] for row in api("get", "/batches", limit=2).json()] == [3, 2]


def test_undone_batch_says_so_and_only_once(handed, api):
    handed()
    answer = api("post", "/batches/1/undo")
    assert (answer.status_code, answer.json()["number"], answer.json()["undone_at"] is None) == (200, 1, False)
    assert AuditEntry.objects.get(verb="ledger.undo_batch").actor_name == "Alice Head"
    again = api("post", "/batches/1/undo")
    assert (again.status_code, again.json()["detail"].startswith("Batch 1 was undone on ")) == (422, True)
    assert (api("post", "/batches/9/undo").status_code, api("get", "/batches/x/undo").status_code) == (404, 404)


def test_a_customer_with_its_figures(found, api):
    found(8)
    told = api("get", "/customers/C1").json()
    assert (told["key"], told["net"]["value"], told["net_12_months"]["value"], told["orders_12_months"]["value"]) == (
        "C1",
        192000,
        96000,
        12,
    )
    assert told["margin_12_months"]["value"] is None and told["margin_12_months"]["missing"]


@pytest.mark.parametrize("account", ["C1/7", "C 1", "Müller & Söhne", "100%"])
def test_a_customer_number_may_hold_any_sign(handed, api, account):
    handed([("N1", "2025-01-02", account, "I1", 1, "10.00")])
    assert api("get", f"/customers/{quote(account, safe='/')}").json()["key"] == account


def test_unknown_customer_is_missing(found, api):
    found(2)
    answer = api("get", "/customers/C99")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "There is no customer “C99” in the ledger, or you may not see it."


def test_merged_duplicate_leads_to_what_it_is(found, api):
    found(3)
    operations.merge_customers(duplicate="C2", into="C1", reason="One firm", by=operator(), at=NOW)
    assert api("get", "/customers/C2").json()["key"] == "C1"
    assert api("post", "/designations", account="C2", reason="Large").json()["is_key"] is True
    assert api("get", "/accounts", show="key").json()["accounts"][0]["account"] == "C1"
