"""evidence and scorecard: the contract of the command line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.relationship.people import at_work
from vitalfew.ground import clock
from vitalfew.ledger.models import Customer
from vitalfew.relationship.evidence.recording import record_evidence, withdraw_evidence
from vitalfew.relationship.models import Response, Wave
from vitalfew.relationship.survey import answering
from vitalfew.trust.actors import operator

KEYS = {
    "number", "kind", "label", "expectation", "side", "side_label", "words", "value", "since", "until", "source", "recorded_by", "withdrawn_by",
    "withdrawn_because",
}  # fmt: skip
EXPECTED = {
    "expectation", "label", "state", "state_label", "answers", "too_old", "beliefs", "gap", "evidence", "evidence_held",
}  # fmt: skip


@pytest.fixture
def number(stocked) -> int:
    return Customer.objects.get(key="C1").pk


def recorded(account: int, n: int = 0, **more):
    at = clock.now()
    return record_evidence(
        **{
            "account": account, "kind": "promise_kept", "side": "ours", "source": f"promise:{n}", "holds_from": at.date() - timedelta(days=n),
            "expectation": "integrity", "words": f"Promise {n}", "by": operator(), "at": at,
        }
        | more
    )  # fmt: skip


def answered(account: int, name: str, part: str, **answers: int) -> None:
    at = clock.now()
    wave = Wave.objects.create(name=name, closes_on=at.date(), made_at=at, made_by="operator")
    made = Response.objects.create(
        account_id=account, wave=wave, contact=at_work(name, account=account), way="link", part=part, answers=answers, answered_on=at.date(), answered_at=at
    )  # fmt: skip
    answering.write_evidence(made, by="contact:1", at=at)


def test_evidence_is_told_newest_first_by_kind_and_side(stocked, number):
    for n in range(3):
        recorded(number, n)
    recorded(number, 1, kind="value_confirmed", side="customer")
    rows = stocked("evidence", "C1", "--json").json
    assert [row["words"] for row in rows] == ["Promise 0", "Promise 1", "Promise 1", "Promise 2"]
    assert all(set(row) == KEYS for row in rows)
    assert [row["kind"] for row in stocked("evidence", "C1", "--side", "customer", "--json").json] == [
        "value_confirmed"
    ]
    assert len(stocked("evidence", "C1", "--kind", "promise_kept", "--json").json) == 3
    said = stocked("evidence", "C1", "--limit", 2)
    assert ("Promise 0" in said.out, "Promise 2" in said.out, "newest 2" in said.out) == (True, False, True)


def test_withdrawn_evidence_is_told_with_all(stocked, number):
    made = recorded(number)
    withdraw_evidence(number=made.pk, reason="Wrong account", by=operator(), at=clock.now())
    assert (stocked("evidence", "C1", "--json").json, stocked("evidence", "C1").code) == ([], 0)
    assert "withdrawn:" in stocked("evidence", "C1", "--all").out
    (row,) = stocked("evidence", "C1", "--all", "--json").json
    assert (row["withdrawn_by"], row["withdrawn_because"]) == ("operator", "Wrong account")


def test_the_scorecard_tells_every_answer_and_who_is_missing(stocked, number):
    assert "Nobody answered" in stocked("scorecard", "C1").out
    answered(number, "Erin Chef", "decides", integrity=2)
    answered(number, "Frank Buyer", "uses", integrity=5)
    recorded(number)
    told = stocked("scorecard", "C1", "--json").json
    assert (told["answered"], told["age_days"], told["missing"]) == (2, 0, ["influences"])
    assert all(set(row) == EXPECTED for row in told["rows"]) and len(told["rows"]) == 6
    last = told["rows"][-1]
    assert (last["state"], [one["answer"] for one in last["answers"]], last["evidence_held"]) == ("denied", [2, 5], 1)
    said = stocked("scorecard", "C1").out
    assert (
        "acts with integrity and professionalism: not kept by the customer's word.\n"
        "    Erin Chef (decision maker) 2 !, Frank Buyer (user) 5; evidence: 1\n"
        "2 contacts answered within a year, the last one 0 days ago. Not heard: influencer. ! marks the lowest of a decision maker.\n"
    ) in said


@pytest.mark.parametrize("word", ["evidence", "scorecard"])
def test_a_hidden_account_is_refused_like_one_that_does_not_exist(stocked, number, word):
    recorded(number)
    hidden, invented = (stocked("--as", "ben@example.org", word, key) for key in ("C1", "C99"))
    assert (hidden.code, hidden.out, hidden.err.replace("C1", "")) == (1, "", invented.err.replace("C99", ""))
    assert stocked("--as", "alice@example.org", word, "C1").code == 0
