"""Each play that comes with the house: where it fits, and that it does not where the one decisive fact is otherwise."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from tests.playbook.plays.situations import TODAY, piece, pieces, situation, with_people
from vitalfew.playbook.plays.fitting import fit
from vitalfew.playbook.plays.shelf import built_in
from vitalfew.playbook.stages import DELIVER, DIFFERENTIATE, FULL, PARTNER, PLAN, UNDERSTAND

REASONS, AIMS, OBJECTIVES = pieces(2, "reason_to_buy"), pieces(3, "aim"), pieces(2, "objective")
OWNED, ITEMS = pieces(1, "actions_owned"), pieces(2, "value_item")
CONFIRMED = pieces(1, "value_confirmed", "customer")
LOW, SO_SO = {"answer": 2, "part": "decides"}, {"answer": 3, "part": "decides"}
LONG_AGO = TODAY - timedelta(days=60)


def low(expectation):
    """A weak answer of the customer's to one of the six, and the same answer a step higher."""
    kind = f"answer_{expectation}"
    return {"found": pieces(1, kind, "customer", value=LOW)}, {"found": pieces(1, kind, "customer", value=SO_SO)}


def newly(kind, days):
    """Evidence on the last day on which it counts, and a day later."""
    return {"found": pieces(1, kind, ago=days - 1)}, {"found": pieces(1, kind, ago=days)}


# Of each play: a situation in which it fits, and the one fact by which the other situation differs.
CASES = {
    "name-what-sets-us-apart": ({"stage": DIFFERENTIATE, "found": REASONS[:1]}, {"found": REASONS}),
    "ask-why-they-chose-us": (
        {"stage": DIFFERENTIATE, "found": REASONS},
        {"found": (*REASONS, piece("reason_to_buy", "customer"))},
    ),
    "show-the-cost-in-use": ({"seen": 1}, {"seen": 2}),
    "make-ordering-again-easy": ({"seen": 1}, {"found": pieces(1, "orders_repeat", "behaviour")}),
    "learn-three-aims": ({"stage": UNDERSTAND, "found": AIMS[:2]}, {"found": AIMS}),
    "support-one-aim": ({"stage": UNDERSTAND, "found": AIMS[:1]}, {"found": ()}),
    "have-the-aims-confirmed": ({"stage": UNDERSTAND, "found": AIMS}, {"found": (*AIMS, piece("aim", "customer"))}),
    "reach-three-functions": (
        {"stage": PLAN, "people": with_people(functions=("finance", "purchasing"))},
        {"people": with_people(functions=("finance", "operations", "purchasing"))},
    ),
    "trade-terms-never-give-them": ({"seen": 2}, {"found": pieces(1, "discount_asked_falls", "behaviour")}),
    "win-a-second-product-line": ({"seen": 2}, {"found": pieces(1, "breadth_grows", "behaviour")}),
    "agree-two-objectives": ({"stage": PLAN, "found": OBJECTIVES[:1]}, {"found": OBJECTIVES}),
    "give-every-action-an-owner": ({"stage": PLAN, "found": OBJECTIVES}, {"found": (*OBJECTIVES, *OWNED)}),
    "review-the-whitespace": (
        {"stage": PLAN, "found": pieces(1, "whitespace_reviewed", ago=365)},
        {"found": pieces(1, "whitespace_reviewed", ago=364)},
    ),
    "have-the-plan-confirmed": (
        {"stage": PLAN, "found": (*OBJECTIVES, *OWNED)},
        {"found": (*OBJECTIVES, *OWNED, piece("plan_confirmed", "customer"))},
    ),
    "agree-how-prices-move": (
        {"stage": DELIVER, "seen": 3},
        {"found": pieces(1, "price_move_accepted", "behaviour")},
    ),
    "count-what-it-was-worth": ({"stage": DELIVER, "found": ITEMS[:1]}, {"found": ITEMS}),
    "have-the-value-confirmed": ({"stage": DELIVER, "found": ITEMS}, {"found": (*ITEMS, *CONFIRMED)}),
    "keep-the-promises-we-make": (
        {"stage": DELIVER, "found": pieces(2, "promise_kept")},
        {"found": pieces(3, "promise_kept")},
    ),
    "carry-proven-value-further": ({"stage": DELIVER, "seen": 3, "found": CONFIRMED}, {"found": ()}),
    "plan-the-next-years-together": (
        {"stage": PARTNER, "found": pieces(1, "joint_plan_cycle")},
        {"found": pieces(2, "joint_plan_cycle")},
    ),
    "bring-the-executives-together": (
        {"stage": FULL, "found": pieces(1, "executive_meeting")},
        {"found": pieces(2, "executive_meeting")},
    ),
    "take-cost-out-together": ({"stage": PARTNER, "seen": 4, "found": CONFIRMED}, {"seen": 3}),
    "ask-for-their-word-to-others": ({"seen": 4}, {"found": pieces(1, "reference_given", "customer")}),
    "give-early-word-of-what-is-new": ({"stage": PARTNER}, {"found": pieces(1, "early_invitation", "customer")}),
    "prepare-who-follows": (
        {"stage": PARTNER, "people": with_people(functions=("finance", "operations", "purchasing"))},
        {"people": with_people(functions=("finance", "operations", "purchasing", "technical"))},
    ),
    "go-round-the-year": ({"stage": FULL}, {"stage": PARTNER}),
    "carry-a-price-rise": (
        {"found": pieces(1, "price_moved", value={"thousandths": 40})},
        {"found": pieces(1, "price_moved", value={"thousandths": -40})},
    ),
    "when-the-champion-leaves": newly("champion_left", 90),
    "when-the-sponsor-leaves": newly("sponsor_left", 90),
    "answer-a-tender": newly("tender", 120),
    "make-good-a-missed-promise": newly("promise_broken", 30),
    "ask-behind-an-odd-order": newly("volume_outside_band", 45),
    "ask-how-they-see-us": ({}, {"found": pieces(1, "level_sentence", "customer", value=SO_SO)}),
    "stand-on-more-than-one": ({"people": with_people(contacts=1)}, {"people": with_people(contacts=2)}),
    "speak-with-who-decides-again": (
        {"people": with_people(decider_touch=LONG_AGO)},
        {"people": with_people(decider_touch=LONG_AGO + timedelta(days=1))},
    ),
    "find-out-who-decides": ({"people": with_people(deciders=0)}, {"people": with_people(deciders=1)}),
    "close-the-critical-issue": ({"found": pieces(1, "critical_issue", ago=400)}, {"found": ()}),
    "close-the-distance-to-the-target": ({"seen": 2, "target": 3}, {"target": 2}),
    "take-up-the-plan-again": ({"stage": PLAN, "found": pieces(1, "plan_untouched")}, {"found": ()}),
    "hear-why-the-answer-fell": ({"found": pieces(1, "survey_dropped", "customer")}, {"found": ()}),
    "be-one-door-for-everything": low("main_link"),
    "learn-their-trade-anew": low("understands"),
    "tie-each-offer-to-an-objective": low("objectives"),
    "give-advice-they-can-use": low("value"),
    "bring-one-chance-each-quarter": low("opportunities"),
    "deal-straight-and-show-it": low("integrity"),
}


def test_every_play_has_its_case():
    assert sorted(CASES) == sorted(built_in())


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_play_fits_in_its_situation_and_not_where_the_decisive_fact_is_otherwise(name):
    fitting, fact = CASES[name]
    play = built_in()[name]
    assert len(fact) == 1
    assert (fit(play, situation(**fitting)) is not None, fit(play, situation(**{**fitting, **fact}))) == (True, None)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_fit_gives_a_reason_for_each_condition_and_each_reason_names_its_source(name):
    fitting, _fact = CASES[name]
    play = built_in()[name]
    held = fit(play, situation(**fitting))
    asked = [field.name for field in fields(play.fits) if getattr(play.fits, field.name) not in ((), None, False)]
    conditions = len(asked) + sum(max(len(getattr(play.fits, word)) - 1, 0) for word in ("has", "lacks"))
    assert held is not None and len(held.reasons) >= conditions
    assert [reason for reason in held.reasons if not reason.words or not reason.source] == []
