"""Fitting: each condition is answered from the records, with its reason; events come first, then what the gate waits for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.playbook.plays.situations import TODAY, level, piece, pieces, situation, with_people
from vitalfew.playbook.plays.fitting import Reason, fit, fits, number_of, seen
from vitalfew.playbook.plays.play import Conditions, Play, Signal, Step
from vitalfew.playbook.plays.standing import missing_kinds
from vitalfew.playbook.thresholds import Thresholds


def play(name="a-play", *, event="", leaves="", **asked):
    steps = (Step(0, "manager", "Do it", leaves),)
    return Play(name, name, "why", Conditions(**asked), steps, "value", ("1 work",), "level", 4, event)


def told(asked, situation):
    found = fit(asked, situation)
    return None if found is None else [reason.words for reason in found.reasons]


def test_a_level_that_stands_is_the_level_and_else_the_likeliest_with_a_word_that_none_is_named():
    assert told(play(levels=(3,)), situation(seen=3)) == ["they see us at level 3"]
    unnamed = situation(seen=None)
    object.__setattr__(unnamed, "level", level(likeliest=3))
    assert told(play(levels=(3,)), unnamed) == ["no level is named; level 3 is the likeliest"]
    assert told(play(levels=(2,)), unnamed) is None


def test_without_enough_evidence_no_condition_on_the_level_holds():
    assert seen(None) is None
    assert seen(level(likeliest=3, verdict="not enough evidence")) is None
    assert told(play(levels=(1, 2, 3, 4)), situation(seen=None)) is None
    assert told(play(below_target=True), situation(seen=None)) is None


def test_a_target_counts_only_where_there_is_one_above_the_level():
    assert told(play(below_target=True), situation(seen=2, target=4)) == [
        "they see us at level 2, and level 4 is the target"
    ]
    assert [told(play(below_target=True), situation(seen=3, target=one)) for one in (None, 2, 3)] == [None] * 3


def test_key_is_asked_both_ways():
    assert told(play(key=True), situation(key=True)) == ["it is a key account"]
    assert told(play(key=False), situation(key=False)) == ["it is not a key account"]
    assert told(play(key=False), situation(key=True)) is None


def test_evidence_is_a_reason_with_its_words_its_source_and_its_number():
    found = situation(found=pieces(1, "tender", words="Framework for three years", number=12))
    assert fit(play(has=(Signal(("tender",)),)), found).reasons == (
        Reason("tender issued since 2026-06-11: Framework for three years", "note:12", 12),
    )


@pytest.mark.parametrize(
    ("signal", "holds"),
    [
        (Signal(("aim",), count=3), True),
        (Signal(("aim",), count=4), False),
        (Signal(("aim", "tender"), count=4), True),
        (Signal(("aim",), side="customer"), True),
        (Signal(("tender",), side="customer"), False),
        (Signal(("aim",), within=21, count=3), True),
        (Signal(("aim",), within=20), False),
        (Signal(("answer_value",), below=3), True),
        (Signal(("answer_value",), below=2), False),
        (Signal(("answer_value",), above=1, below=3), True),
        (Signal(("answer_value",), above=2), False),
        (Signal(("aim",), below=3), False),  # confirmed statements carry no number
    ],
)
def test_evidence_is_counted_by_kind_side_age_and_number(signal, holds):
    known = (
        *pieces(2, "aim"), piece("aim", "customer", value={"answer": "confirmed"}), piece("tender"),
        piece("answer_value", "customer", value={"answer": 2}),
    )  # fmt: skip
    assert (fit(play(has=(signal,)), situation(found=known)) is not None) is holds
    assert (fit(play(lacks=(signal,)), situation(found=known)) is None) is holds


def test_what_lacks_says_how_many_there_are_and_which():
    found = situation(found=pieces(2, "aim", number=4))
    assert [(one.words, one.number) for one in fit(play(lacks=(Signal(("aim",), count=3),)), found).reasons] == [
        ("aim of the customer: 2 on record, 3 wanted", None),
        ("aim of the customer since 2026-06-11", 4),
        ("aim of the customer since 2026-06-11", 4),
    ]


def test_the_number_of_a_piece_is_its_answer_its_change_or_itself():
    values = [{"answer": 2}, {"thousandths": -40}, 7, {"answer": "confirmed"}, {"answer": True}, None, "x", [1]]
    assert [number_of(value) for value in values] == [2.0, -40.0, 7.0, None, None, None, None, None]


def test_a_decision_maker_is_silent_since_the_last_touch_or_since_the_account_became_key():
    asked = play(decider_silent_days=60)
    days = {
        gone: told(asked, situation(people=with_people(decider_touch=TODAY - timedelta(days=gone))))
        for gone in (59, 60, 400)
    }
    assert days == {
        59: None,
        60: ["no word with a decision maker for 60 days"],
        400: ["no word with a decision maker for 300 days"],
    }
    assert told(asked, situation(people=with_people(decider_touch=None))) == [
        "no word with a decision maker for 300 days"
    ]
    assert told(asked, situation(people=with_people(decider_touch=None, deciders=0))) is None


def test_an_answer_of_the_customer_is_one_for_a_year_and_one_of_ours_is_none():
    asked = play(heard_nothing=True)
    days = [
        fit(asked, situation(found=pieces(1, "answer_value", side, ago=ago))) is None
        for side, ago in (("customer", 364), ("customer", 365), ("ours", 1))
    ]
    assert days == [True, False, False]


def test_all_conditions_must_hold():
    asked = play(levels=(2,), stages=(1,), key=True, contacts_below=9)
    assert len(told(asked, situation())) == 4
    others = [{"seen": 3}, {"stage": 2}, {"key": False}, {"people": with_people(contacts=9)}]
    assert [told(asked, situation(**other)) for other in others] == [None] * 4


def test_events_come_first_the_newest_at_the_top_then_what_the_gate_waits_for_then_the_rest():
    plays = [
        play("c-rest", key=True),
        play("a-rest", key=True),
        play("gate", key=True, leaves="aim"),
        play("old-event", event="tender", has=(Signal(("tender",)),)),
        play("new-event", event="missed_promise", has=(Signal(("promise_late",)),)),
        play("never", key=False),
    ]
    found = situation(found=(piece("promise_late", ago=3), piece("tender", ago=9)))
    order = fits(plays, found, missing={"aim", "aim_supported"})
    assert [one.play.name for one in order] == ["new-event", "old-event", "gate", "a-rest", "c-rest"]
    assert [one.missing for one in order] == [(), (), ("aim",), (), ()]


def test_an_answer_is_told_with_what_was_asked_and_its_number():
    found = situation(found=[piece("answer_integrity", "customer", value={"answer": 2, "part": "uses"})])
    assert told(play(has=(Signal(("answer_integrity",), below=3),)), found) == [
        "answer on “acts with integrity and professionalism” since 2026-06-11: 2"
    ]


def test_few_contacts_and_functions_are_told_with_their_number():
    found = situation(people=with_people(contacts=1, functions=("finance",)))
    assert told(play(contacts_below=2, functions_below=3), found) == [
        "contacts who work there: 1",
        "functions covered there: 1",
    ]


def test_the_gate_waits_for_what_is_not_met_and_only_a_key_account_has_one():
    aims = [piece("aim", words=word) for word in ("Less waste", "New plant", "Faster launches")]
    assert missing_kinds(situation(1, found=aims), Thresholds()) == {"aim", "aim_supported"}
    assert missing_kinds(situation(1, found=[*aims, piece("aim", "customer")]), Thresholds()) == {"aim_supported"}
    assert missing_kinds(situation(1, found=aims, key=False), Thresholds()) == frozenset()
    assert missing_kinds(situation(5), Thresholds()) == frozenset()
