"""How many accounts one manager can lead depends on their stages; parts of a mixed load add up."""

from __future__ import annotations

import pytest

from tests.cast import alice, ben, carla, customers, key
from tests.playbook.test_moving import go, ready
from vitalfew.playbook.span import span, spans_of
from vitalfew.playbook.thresholds import Thresholds, thresholds
from vitalfew.playbook.told import stage_words
from vitalfew.selection.designated import designated


def spans_told(person):
    keys = designated(person=person)
    return spans_of(keys, stage_words(keys), thresholds(), person=person)


@pytest.mark.parametrize(
    ("led", "load", "too_much"),
    [
        ([0] * 10, 1.0, False), ([2] * 11, 1.1, True), ([3] * 7, 1.0, False), ([3] * 8, 8 / 7, True), ([4] * 5, 1.0, False),
        ([5] * 6, 1.2, True), ([0] * 5 + [5, 5], 0.9, False), ([1] * 4 + [4] * 3, 1.0, False), ([1] * 4 + [4] * 3 + [0], 1.1, True), ([], 0.0, False),
    ],
)  # fmt: skip
def test_each_account_takes_its_part_of_the_limit_of_its_stage(led, load, too_much):
    found = span(1, "Ben Manager", led, Thresholds())
    assert (found.load, found.too_much, found.accounts) == (pytest.approx(load), too_much, len(led))


def test_too_much_says_what_adds_up():
    found = span(1, "Ben Manager", [0] * 9 + [4], Thresholds())
    assert found.words == (
        "Ben Manager leads more than one person can: 9 in “Differentiate”, where 10 would be all; "
        "1 in “Stage 4: Partner and renew”, where 5 would be all."
    )


@pytest.mark.django_db
def test_managers_are_told_of_their_own_and_heads_of_all():
    customers(4)
    key(1, manager=ben(), deputy=carla())
    key(2, manager=ben())
    key(3, manager=carla())
    ready()
    go()
    assert [(one.name, dict(one.by_stage)) for one in spans_told(alice())] == [
        ("Ben Manager", {0: 1, 1: 1}), ("Carla Deputy", {0: 1}),
    ]  # fmt: skip
    assert [one.name for one in spans_told(carla())] == ["Carla Deputy"]
