"""When a play fits, in words: each condition that can be asked is told, with its bounds, and nothing else is."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tests.playbook.plays.test_reading import WHOLE, read
from vitalfew.playbook.plays.conditions import conditions
from vitalfew.playbook.plays.play import Conditions, Signal
from vitalfew.playbook.plays.shelf import built_in

ONE = {
    "levels": (1,), "stages": (0,), "key": False, "below_target": True, "heard_nothing": True, "has": (Signal(("aim",)),),
    "lacks": (Signal(("aim",)),), "contacts_below": 2, "functions_below": 3, "decider_silent_days": 60, "no_decider": True,
}  # fmt: skip


def test_every_condition_of_a_play_is_told_with_its_bounds():
    assert conditions(read(WHOLE).fits) == (
        "it is a key account",
        "it stands in “Stage 1: Understand and support” or “Stage 2: Agree the plan”",
        "they see us at level 2 or 3",
        "its level is below its target",
        "none of their people answered the survey in a year",
        "on record, 2 times at least: aim of the customer or objective with number and date (ours, within 90 days, below 3.5, above 0)",
        "on record fewer than 2 times: plant visit",
        "fewer than 3 contacts work there",
        "our contacts there cover fewer than 2 functions",
        "no word with a decision maker for 60 days",
        "nobody there is known to decide",
    )


@pytest.mark.parametrize("name", [field.name for field in fields(Conditions)])
def test_each_condition_alone_is_one_sentence(name):
    (told,) = conditions(Conditions(**{name: ONE[name]}))
    assert told


def test_the_number_of_a_bound_is_told_where_it_is_nought():
    assert conditions(Conditions(lacks=(Signal(("price_rise",), above=0.0),))) == (
        "not on record: price rise (above 0)",
    )


def test_nothing_asked_is_nothing_told():
    assert conditions(Conditions()) == ()


@pytest.mark.parametrize("name", sorted(built_in()))
def test_every_play_of_the_house_says_when_it_fits(name):
    told = conditions(built_in()[name].fits)
    assert len(told) >= 1 and all(told) and len(set(told)) == len(told)
