"""What doors are told of stages: one account with all its reasons, all key accounts, numbers for chips."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MORNING, alice, ben, carla, customers, key
from tests.playbook.test_moving import go, known, ready
from tests.relationship.levels import run_of, seen
from vitalfew.ground.errors import Missing
from vitalfew.playbook.judging import judge_stages
from vitalfew.playbook.showing import row_as_json, told_as_json
from vitalfew.playbook.told import stage_of, stage_words, stages_of
from vitalfew.trust.actors import clock_actor

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def firm():
    customers(4)
    key(1, manager=ben())
    key(2, manager=carla())


def told(account=1, person=None, today=TODAY):
    return stage_of(account=account, person=person, today=today)


def test_every_account_has_a_stage_with_a_reason():
    assert told().why == "It became a key account on 2026-07-01 and has passed no gate since."
    found = told(3)
    assert (found.stage.number, found.since, found.gate, found.why) == (
        0,
        None,
        None,
        "It is not a key account: designate it first.",
    )


def test_a_passed_gate_and_a_fall_are_its_reasons_and_its_history():
    ready()
    go()
    assert told().why == "Alice Head took it through the gate on 2026-07-01: They are ready"
    judge_stages(accounts=None, by=clock_actor(), at=MORNING + timedelta(days=91))
    found = told(today=TODAY + timedelta(days=91))
    assert (
        found.why
        == "It fell back from “Stage 1: Understand and support” on 2026-09-30: no word with a decision maker since 2026-07-01"
    )
    assert [(move.from_stage, move.to_stage, move.kind, move.trigger_label) for move in found.moves] == [
        (1, 0, "fell", "no word with a decision maker"), (0, 1, "passed", ""),
    ]  # fmt: skip
    assert (found.gate.open, found.holding) == (False, ())


def test_the_level_stands_beside_the_stage_with_the_gap():
    run = run_of(TODAY)
    seen(run, 1, level=3)
    found = told()
    assert (found.gap, found.called, found.gap_words) == ("behind", (2, 3), "Our work is behind how they see us.")
    assert (told(2).gap, told(2).called) == ("cannot say", ())


def test_an_open_gate_is_told_with_what_it_stands_on():
    pieces = ready()
    found = told().gate
    assert (found.open, found.missing) == (True, "")
    assert {piece.number for item in found.items for piece in item.pieces} == {piece.pk for piece in pieces}


def test_behaviour_that_supports_is_shown_apart():
    known("orders_repeat", "behaviour", words="every fortnight")
    assert [piece.words for piece in told().support] == ["every fortnight"]


def test_all_key_accounts_that_somebody_may_see_the_highest_first():
    ready(account=2)
    go(account=2)
    rows = stages_of(person=alice(), today=TODAY)
    assert [(row.name, row.stage.number, row.manager, row.open) for row in rows] == [
        ("Borealis", 1, "Carla Deputy", False), ("Acme Tools", 0, "Ben Manager", False),
    ]  # fmt: skip
    assert [row.name for row in stages_of(person=ben(), today=TODAY)] == ["Acme Tools"]


def test_chips_take_one_query(django_assert_num_queries):
    ready()
    go()
    with django_assert_num_queries(1):
        assert stage_words([1, 2, 3]) == {1: 1, 2: 0}


def test_a_hidden_account_is_missing():
    with pytest.raises(Missing):
        told(2, person=ben())


def test_programs_are_told_the_same_with_stable_keys():
    assert sorted(told_as_json(told())) == sorted(
        ("is_key", "stage", "since", "why", "gate", "triggers", "support", "level", "called", "gap", "moves")
    )
    assert row_as_json(stages_of(person=None, today=TODAY)[0]) | {"missing": "", "next": ""} == {
        "account": "C00001", "name": "Acme Tools", "manager": "Ben Manager", "since": TODAY, "level": None, "gap": "cannot say", "open": False,
        "missing": "", "next": "", "stage": {"number": 0, "word": "differentiate", "title": "Differentiate"},
    }  # fmt: skip
