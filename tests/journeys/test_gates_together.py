"""Many processes pass gates, take evidence back and judge at the same time: each account moves once."""

from __future__ import annotations

import pytest

from tests.journeys.stores import installation, together

ACCOUNTS, PROCESSES = 16, 4


@pytest.fixture
def firm(tmp_path):
    with installation(tmp_path / "firm") as made:
        assert together([made.start("prepare", ACCOUNTS, room="gates")]) == [{}]
        yield made


def at_once(firm, *calls):
    return together([firm.start(*words, room="gates") for words in calls])


def test_four_who_pass_the_same_gates_move_each_account_once_and_fall_once(firm):
    told = at_once(firm, *[("climb", 1, ACCOUNTS)] * PROCESSES)
    assert sum(one.get("passed", 0) for one in told) == ACCOUNTS
    assert sum(one.get("StaleRecord", 0) for one in told) == ACCOUNTS * (PROCESSES - 1)
    fell = at_once(firm, *[("judge", 91)] * PROCESSES)
    assert sum(one["fell"] for one in fell) == ACCOUNTS
    (after,) = at_once(firm, ("state",))
    assert after == {"stages": [0] * ACCOUNTS, "moves": {"passed": ACCOUNTS, "fell": ACCOUNTS}, "broken": ""}


def test_no_account_stands_on_evidence_that_was_taken_back_while_it_passed(firm):
    told = at_once(firm, ("climb", 1, ACCOUNTS), ("withdraw", 1, ACCOUNTS))
    (after,) = at_once(firm, ("state",))
    passed = told[0].get("passed", 0)
    assert (after["stages"], after["broken"]) == ([0] * ACCOUNTS, "")
    assert after["moves"] == ({"passed": passed, "withdrawn": passed} if passed else {})
    assert passed + told[0].get("GateShut", 0) == ACCOUNTS
