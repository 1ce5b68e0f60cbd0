"""`vitalfew stage`: all key accounts, one with its reasons, and its gate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.playbook.models import StageMove
from vitalfew.relationship.evidence.recording import record_evidence
from vitalfew.trust.actors import operator


def known(account, kind, side, words):
    record_evidence(
        account=find_account(account, person=None).pk, kind=kind, side=side, words=words, source=f"talk: {words}",
        holds_from=clock.now().date() - timedelta(days=1), by=operator(), at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def keyed(stocked):
    """The same, with one key account of Ben's."""
    account = stocked("ranking", "--top", "1", "--json").json[0]["account"]
    assert stocked("designate", account, "--reason", "Large", "--manager", "ben@example.org").code == 0
    return stocked, account


def test_all_of_them_with_what_is_missing_next(keyed):
    vitalfew, account = keyed
    (row,) = vitalfew("stage", "--json").json
    assert (row["account"], row["stage"]["word"], row["manager"], row["open"]) == (
        account,
        "differentiate",
        "Ben Manager",
        False,
    )
    assert row["next"] == "reasons to buy besides price, on record (0 of 2)"
    assert account in vitalfew("stage").out


def test_one_with_all_its_reasons(keyed):
    vitalfew, account = keyed
    known(account, "reason_to_buy", "ours", "Fast delivery")
    told = vitalfew("stage", account).out
    assert "Differentiate since" in told and "The gate is shut. Missing:" in told
    assert "· [ours] reasons to buy besides price, on record (1 of 2), could come from the key account manager" in told
    assert "Fast delivery (talk: Fast delivery)" in told
    assert vitalfew("stage", account, "--json").json["gate"]["items"][0]["counted"] == "1 of 2"


def test_a_shut_gate_is_not_passed_by_the_operator_either(keyed):
    vitalfew, account = keyed
    said = vitalfew("stage", account, "--pass", "--words", "They are ready")
    assert (said.code, StageMove.objects.count()) == (1, 0)
    assert "stays in “Differentiate”. Missing:" in said.err


def test_an_open_gate_is_passed(keyed):
    vitalfew, account = keyed
    for side, words in (("ours", "Fast delivery"), ("ours", "One number to call"), ("customer", "They answer")):
        known(account, "reason_to_buy", side, words)
    assert vitalfew("stage", "--json").json[0]["open"] is True
    said = vitalfew("stage", account, "--pass", "--words", "They are ready", "--as", "ben@example.org")
    assert (said.code, StageMove.objects.get().by) == (0, "Ben Manager")
    assert "Stage 1: Understand and support since" in said.out


@pytest.mark.parametrize("words", [("--pass",), ("--words", "x")])
def test_words_without_an_account_are_refused(stocked, words):
    said = stocked("stage", *words)
    assert (said.code, said.err) == (1, "Name the account that passes its gate. Nothing was changed.\n")


def test_words_without_pass_are_refused(keyed):
    vitalfew, account = keyed
    assert vitalfew("stage", account, "--words", "They are ready").code == 1


def test_without_key_accounts_it_says_what_to_do(stocked):
    assert stocked("stage").out.startswith("There is no key account yet")
    assert stocked("stage", "--json").json == []
