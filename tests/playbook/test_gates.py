"""Each item of each gate, there and not there; a gate opens only with all of them and none that would make it fall."""

from __future__ import annotations

import pytest

from tests.playbook.situations import many, piece, sentence, situation
from vitalfew.playbook import gates, stages
from vitalfew.playbook.situation import People
from vitalfew.playbook.thresholds import Thresholds
from vitalfew.playbook.triggers import Holds

USUAL = Thresholds()
THREE = People(contacts=3, functions=("finance", "operations", "purchasing"))
ENOUGH = {
    0: (*many("reason_to_buy", 2), piece("reason_to_buy", "customer")),
    1: (*many("aim", 3), piece("aim_supported"), piece("aim", "customer")),
    2: (*many("objective", 2), piece("actions_owned"), piece("whitespace_reviewed", ago=364), piece("plan_confirmed", "customer")),
    3: (*many("promise_kept", 4, ago=181), piece("promise_late", ago=181), *many("value_item", 2), piece("value_confirmed", "customer")),
    4: (*many("joint_plan_cycle", 2, ago=900), *many("executive_meeting", 2, ago=364), piece("referral_given", "customer")),
}  # fmt: skip


def items(stage, *pieces, people=THREE):
    return {item.name: item.met for item in gates.gate(situation(stage, *pieces, people=people), USUAL).items}


@pytest.mark.parametrize("stage", ENOUGH)
def test_a_gate_opens_with_all_that_it_asks_for(stage):
    found = gates.gate(situation(stage, *ENOUGH[stage], people=THREE), USUAL)
    assert (found.open, found.missing) == (True, "")


@pytest.mark.parametrize(
    ("stage", "place"), [(stage, place) for stage, all_of in ENOUGH.items() for place in range(len(all_of))]
)
def test_no_piece_can_be_left_out(stage, place):
    if stage == 3 and ENOUGH[3][place].kind == "promise_late":
        return  # without it all promises were kept
    left = [one for number, one in enumerate(ENOUGH[stage]) if number != place]
    found = gates.gate(situation(stage, *left, people=THREE), USUAL)
    assert not found.open
    assert found.missing.startswith("Missing: ") and found.missing.count("could come from") == 1


@pytest.mark.parametrize("stage", ENOUGH)
def test_what_is_ours_never_stands_for_the_customer(stage):
    ours = [piece(one.kind, "ours") for one in ENOUGH[stage]]
    found = gates.gate(situation(stage, *ours, people=THREE), USUAL)
    assert [item.met for item in found.items if item.side == "customer"] == [False]
    assert not found.open


@pytest.mark.parametrize("stage", ENOUGH)
def test_behaviour_never_opens_a_gate(stage):
    shown = [piece(one.kind, "behaviour") for one in ENOUGH[stage]]
    support = [piece(kind, "behaviour") for kind in stages.STAGES[stage].supports]
    found = gates.gate(situation(stage, *shown, *support, people=THREE), USUAL)
    assert (found.open, len(found.support)) == (False, len(support))
    assert not any(item.met for item in found.items if item.name not in ("functions", "no_critical_issue", "promises"))


def test_the_same_words_twice_are_one_thing():
    twice = (piece("reason_to_buy", words="Fast  delivery"), piece("reason_to_buy", words="fast delivery"))
    assert items(0, *twice) == {"reasons": False, "why_us": False}
    assert items(0, twice[0], piece("reason_to_buy", words="One number to call")) == {"reasons": True, "why_us": False}


@pytest.mark.parametrize(("answer", "met"), [(1, False), (2, True), (4, True)])
def test_a_second_sentence_says_why_us(answer, met):
    assert items(0, sentence(answer, "uses"))["why_us"] == met


@pytest.mark.parametrize(
    "value", [None, 3, "4", {"answer": "4"}, {"answer": True, "part": "decides"}, {"part": "decides"}, [4]]
)
def test_an_answer_that_names_no_sentence_counts_for_nothing(value):
    odd = piece("level_sentence", "customer", value=value)
    assert (items(0, odd)["why_us"], items(3, odd)["value_confirmed"], items(4, odd)["partner"]) == (
        False,
        False,
        False,
    )


@pytest.mark.parametrize(("stage", "name", "least"), [(3, "value_confirmed", 3), (4, "partner", 4)])
def test_a_higher_sentence_counts_from_a_decision_maker_only(stage, name, least):
    assert items(stage, sentence(least))[name]
    assert not items(stage, sentence(least - 1))[name]
    assert not items(stage, sentence(least, "uses"))[name]


@pytest.mark.parametrize("kind", ["early_invitation", "reference_given", "referral_given"])
def test_any_one_word_of_a_partner_is_enough(kind):
    assert items(4, piece(kind, "customer"))["partner"]


def test_contacts_of_two_functions_are_too_few():
    two = People(contacts=9, functions=("finance", "purchasing"))
    assert (items(1, people=two)["functions"], items(1)["functions"]) == (False, True)


@pytest.mark.parametrize(
    ("stage", "name", "pieces"),
    [
        (2, "whitespace", (piece("whitespace_reviewed", ago=365),)), (4, "executives", (piece("executive_meeting"), piece("executive_meeting", ago=365))),
        (3, "promises", (*many("promise_kept", 3, ago=182),)), (3, "promises", many("promise_kept", 2)),
        (3, "promises", (*many("promise_kept", 7), *many("promise_broken", 2))),
    ],
)  # fmt: skip
def test_what_is_too_old_or_too_little_is_not_there(stage, name, pieces):
    assert not items(stage, *pieces)[name]


def test_promises_count_what_was_kept_of_all_that_was_made():
    found = gates.gate(situation(3, *many("promise_kept", 7), *many("promise_late", 2)), USUAL)
    assert next(item.counted for item in found.items if item.name == "promises") == "7 of 9, 80% wanted"


def test_an_open_critical_issue_stands_against_the_gate_and_is_shown():
    found = gates.gate(situation(3, *ENOUGH[3], piece("critical_issue", words="Wrong steel")), USUAL)
    issue = next(item for item in found.items if item.name == "no_critical_issue")
    assert (found.open, issue.met, [one.words for one in issue.pieces]) == (False, False, ["Wrong steel"])


def test_what_would_make_it_fall_again_keeps_it_shut():
    holds = Holds("silence", 1, "2026-01-01", "no word since January", (piece("silence"),))
    found = gates.gate(situation(0, *ENOUGH[0]), USUAL, closing=(holds,))
    assert (found.open, found.missing) == (False, "It would fall back at once: no word since January.")


def test_the_full_process_has_no_gate():
    assert gates.gate(situation(5), USUAL) is None


def test_what_is_missing_says_how_much_and_who_could_give_it():
    found = gates.gate(
        situation(1, piece("aim"), piece("aim_supported"), piece("aim", "customer"), people=THREE), USUAL
    )
    assert (
        found.missing
        == "Missing: aims of theirs, each with a source (1 of 3), could come from talks with their people."
    )


def test_a_met_item_names_the_pieces_it_stands_on():
    found = gates.gate(situation(0, *ENOUGH[0]), USUAL)
    assert [[one.side for one in item.pieces] for item in found.items] == [["ours", "ours"], ["customer"]]
