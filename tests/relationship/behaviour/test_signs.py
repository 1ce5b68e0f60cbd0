"""Signs in an account's orders: shown where the numbers say so beyond chance, in words that name them, else not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import comb

import pytest

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.playbook.kinds import KINDS as READ
from vitalfew.relationship.behaviour.signs import KINDS, Rise, Rules, Shown, Year, signs

RULES = Rules(orders=2, regularity=2.0, silence=1.5, chance=0.1, accepted_loss=0.5, kept_loss=0.1)
STEADY = Shown(regularity=3.4, gap=20.6, silence=0.5)


def kinds(shown, **rules):
    return [sign.kind for sign in signs(shown, replace(RULES, **rules))]


def words(shown):
    return [sign.words for sign in signs(shown, RULES)]


def left(value, low, high):
    return Figure(measure="price_event", unit="share", as_of=None, n=12, value=value, low=low, high=high)


def risen(value, low, high):
    return Shown(rises=[Rise(date(2026, 1, 1), 50, left(value, low, high))])


def grown(items, before, both):
    return Shown(now=Year(items, 100, 0), before=Year(before, 100, 0), items_both=both)


def credited(now, before, *, lines=100, lines_before=100):
    return Shown(now=Year(5, lines, now), before=Year(5, lines_before, before), items_both=5)


def test_every_sign_is_a_kind_that_the_playbook_reads():
    assert set(KINDS) <= set(READ)


def test_an_account_without_numbers_shows_nothing():
    assert kinds(Shown()) == []


@pytest.mark.parametrize(("orders", "shown"), [(0, []), (1, []), (2, ["orders_repeat"]), (40, ["orders_repeat"])])
def test_two_orders_in_twelve_months_are_a_repeat(orders, shown):
    assert kinds(Shown(orders=orders)) == shown


def test_words_name_the_numbers():
    assert words(Shown(orders=5)) == ["5 orders in twelve months"]
    assert words(STEADY) == ["an order about every 21 days, evenly (regularity 3.4); days since the last one: 10"]
    assert words(grown(34, 21, 20)) == ["34 different items in twelve months, 21 in the twelve before"]
    assert words(credited(2, 9, lines=310, lines_before=290)) == [
        "something credited on 2 days beside 310 sale lines in twelve months, on 9 beside 290 in the twelve before"
    ]
    assert words(risen(0.97, 0.88, 1.07))[0] == "prices up 5 % on 2026-01-01: 97 % of the volume left (88 to 107 %)"


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, True), ({"regularity": 2.0, "silence": 1.5}, True), ({"regularity": 1.99}, False), ({"silence": 1.51}, False),
        ({"regularity": None}, False), ({"silence": None}, False), ({"gap": None}, False), ({"gap": 0.2}, True),
    ],
)  # fmt: skip
def test_evenness_needs_regularity_and_no_long_silence(change, shown):
    assert kinds(replace(STEADY, **change)) == ["cadence_steady"] * shown


def by_chance(new, gone):
    """The chance that so many or more of all goods of one year alone are of the later one."""
    size = new + gone
    return sum(comb(size, k) for k in range(new, size + 1)) / 2**size


@pytest.mark.parametrize("gone", [0, 1, 4, 12])
def test_a_wider_range_is_told_from_the_first_number_that_chance_rarely_shows(gone):
    first = next(new for new in range(1, 60) if by_chance(new, gone) <= 0.1)
    assert kinds(grown(50 + first, 50 + gone, 50)) == ["breadth_grows"]
    assert kinds(grown(50 + first - 1, 50 + gone, 50)) == []
    assert kinds(grown(50 + first, 50 + gone, 50), chance=0.001) == []


def test_a_range_that_was_replaced_has_not_grown():
    assert kinds(grown(40, 40, 0)) == kinds(grown(40, 40, 40)) == kinds(grown(0, 0, 0)) == []


def test_fewer_credits_are_beyond_chance_and_beside_what_was_bought():
    assert kinds(credited(0, 3)) == [] and kinds(credited(0, 4)) == ["credit_notes_fall"]  # a coin: one in 8, one in 16
    assert kinds(credited(4, 0)) == kinds(credited(0, 0)) == kinds(credited(5, 6)) == []
    assert kinds(credited(2, 9)) == ["credit_notes_fall"]
    assert kinds(credited(2, 9, lines=20)) == []  # it bought a fifth: no fewer credits for that


def test_credits_without_sales_say_nothing():
    assert kinds(credited(0, 9, lines=0)) == kinds(credited(0, 9, lines_before=0)) == []


def test_nothing_is_compared_with_a_year_that_was_not_whole():
    assert kinds(replace(grown(40, 10, 10), before=None)) == []


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        ((1.0, 0.92, 1.09), ["price_move_accepted", "volume_kept"]),
        ((0.9, 0.75, 1.08), ["price_move_accepted"]),
        ((0.9, 0.82, 0.99), []),  # it fell
        ((0.97, 0.95, 0.99), ["price_move_accepted", "volume_kept"]),  # it fell, by little
        ((0.7, 0.4, 1.2), []),  # too uneven to tell
        ((0.0, 0.0, 1.4), []),  # bought nothing since
        ((1.3, 1.1, 1.5), ["price_move_accepted", "volume_kept"]),
    ],
)
def test_a_rise_is_accepted_where_volume_did_not_fall_and_the_orders_could_have_told(figure, shown):
    assert kinds(risen(*figure)) == shown


def test_the_newest_rise_that_can_be_told_counts():
    none = not_enough(measure="price_event", unit="share", as_of=None, n=2, missing="Three whole months are needed.")
    rises = [Rise(date(2026, 6, 1), 30, none), Rise(date(2026, 1, 1), 50, left(0.6, 0.5, 0.7)), Rise(date(2025, 1, 1), 40, left(1, 0.95, 1.05))]  # fmt: skip
    assert kinds(Shown(rises=rises)) == [] and len(kinds(Shown(rises=[rises[0], rises[2]]))) == 2


def test_thresholds_of_the_firm_decide():
    assert kinds(Shown(orders=5), orders=6) == []
    assert kinds(STEADY, regularity=4.0) == kinds(STEADY, silence=0.4) == []
    assert kinds(risen(0.9, 0.75, 1.08), kept_loss=0.2, accepted_loss=0.2) == []
