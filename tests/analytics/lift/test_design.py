import pytest

from vitalfew.analytics.lift import CoverageNotKept, Design, refuse
from vitalfew.analytics.refusals import UnusableInput


def growth(treated, controls, before=12, after=6, **known):
    return refuse(Design(treated, controls, before, after, "growth", **known))


@pytest.mark.parametrize("controls", [81, 120, 200, 326])
def test_forty_picked_for_growth_among_81_to_326_controls_are_refused(controls):
    told = growth(40, controls)
    assert told is not None and f"there are {controls}" in told and "need at least 800 controls" in told


def test_what_the_two_year_ledger_keeps_is_given_a_verdict():
    assert [refuse(Design(count, 520, 12, 6, "random")) for count in (1, 3, 5, 10, 20, 40)] == [None] * 6
    assert [growth(count, 540) for count in (5, 10, 20)] == [None] * 3
    assert growth(40, 520) is not None


def test_chance_drawn_groups_need_controls_and_history():
    assert "6 are needed" in refuse(Design(10, 100, 5, 6, "random"))
    assert "need at least 20 controls" in refuse(Design(1, 19, 12, 6, "random"))
    assert refuse(Design(1, 19, 12, 6)).startswith("One account need")
    assert "need at least 60 controls" in refuse(Design(40, 59, 12, 6))
    assert refuse(Design(40, 60, 12, 6)) is None


def test_a_group_picked_for_growth_needs_more_of_everything():
    assert "5 accounts or more" in growth(4, 500)
    assert "12 periods before" in growth(10, 500, before=11, after=5)
    assert "half as many" in growth(10, 500, before=12, after=7)
    assert "at least 80 controls" in growth(10, 79)
    assert "at least 200 controls" in growth(20, 199)
    assert growth(10, 80, unmatched=3.9) is None
    assert "nothing to compare them with" in growth(10, 80, unmatched=4.1)


def test_a_group_that_looks_picked_is_held_to_what_could_be_matched():
    assert refuse(Design(40, 160, 12, 6, None, grown=5.0, unmatched=2.9)) is None
    assert "at least 160 controls" in refuse(Design(40, 159, 12, 6, None, grown=5.0, unmatched=0.0))
    assert refuse(Design(40, 160, 12, 6, None, grown=5.0, unmatched=3.1)) is not None
    assert refuse(Design(40, 800, 12, 6, None, grown=5.0, unmatched=3.1)) is None


def test_who_says_by_lot_is_believed_until_growth_is_beyond_luck():
    assert not Design(10, 100, 12, 6, "random", grown=3.0).growth
    assert Design(10, 100, 12, 6, "random", grown=3.2).growth
    assert not Design(10, 100, 12, 6, None, grown=1.6).growth
    assert Design(10, 100, 12, 6, None, grown=1.7).growth


def test_the_refusal_is_one_of_the_arithmetic_and_says_what_to_do():
    assert issubclass(CoverageNotKept, UnusableInput)
    for told in (growth(40, 300), growth(4, 500), refuse(Design(10, 100, 5, 6))):
        assert told.endswith(".") and len(told) > 60
