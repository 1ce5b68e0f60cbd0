"""A level in words and as a bar: what each verdict lets be said, and a weighing that ends where the chance is told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from tests.cast import MORNING
from vitalfew.relationship.level.reasons import AccountLevel, Weighed, Weight
from vitalfew.relationship.level.told import LevelShown
from vitalfew.web.pages.relationship import level_reasons, level_views, level_words

DAY = date(2026, 6, 30)
FOUND = LevelShown(
    account=1, as_of=DAY, judged_at=MORNING, verdict="level", level=2, likeliest=2, announced=2, low=2, high=2, held=0.8,
    chance=(0.05, 0.85, 0.08, 0.02), before=(0.25, 0.25, 0.25, 0.25), newest_answer=DAY, forms=3, orders=40, lacking=(),
    mixture="", unstable=False,
)  # fmt: skip
SILENT = replace(FOUND, verdict="behaves like", level=None, newest_answer=None, forms=0)
WEIGHED = Weighed(2, 0.3, 0.99, (Weight("silence", 2.0), Weight("answers: decides", 3.44)), ask=0.01, wait=-0.1)


def known(found: LevelShown, weighed: Weighed = WEIGHED) -> AccountLevel:
    return AccountLevel(found, "", weighed, None, None, (), None, ())


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        ("level", "named"),
        ("behaves like", "range"),
        ("mixed", "range"),
        ("damaged", "range"),
        ("not enough evidence", "unknown"),
    ],
)
def test_bar_names_a_level_only_where_one_may_be_named(verdict, kind):
    assert level_words.bar_of(replace(FOUND, verdict=verdict)).kind == kind
    assert level_words.bar_of(None).kind == "unknown"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (FOUND, "They see us as a product provider (level 2), 85 % sure."),
        (SILENT, "They behave like level 2, product provider. Nobody has answered."),
        (replace(SILENT, high=3, newest_answer=DAY), "They behave like level 2 to 3, product provider to value-add. No answer is newer than a year."),
        (replace(SILENT, low=1, high=4), "They behave like anything from level 1 to 4. Nobody has answered."),
        (replace(SILENT, verdict="not enough evidence"), "Not enough evidence: nobody has answered, and what they buy fits several levels."),
        (replace(FOUND, verdict="not enough evidence", level=None), "Not enough evidence: what they say and do fits several levels."),
        (
            replace(SILENT, verdict="not enough evidence", lacking=("nobody who decides has answered lately, and there are too few orders to judge by",)),
            "Not enough evidence: nobody who decides has answered lately, and there are too few orders to judge by.",
        ),
    ],
)  # fmt: skip
def test_headline_says_no_more_than_is_known(found, said):
    assert level_words.headline(found).replace("\u202f", " ") == said


def test_level_that_stands_until_a_change_is_sure_is_told():
    assert "Until now it was told as level 3 (Value-add)" in level_words.more(replace(FOUND, announced=3))
    assert level_words.more(FOUND) == ""


@pytest.mark.parametrize(
    ("found", "name"), [(SILENT, "Held back: by orders alone"), (FOUND, "What the model leaves open")]
)
def test_weighing_ends_where_the_chance_is_told(found, name):
    drawn = level_reasons.weighed(known(found))
    assert [line.name for line in drawn.lines] == ["Time since the last order", "Answers of who decides", name]
    left, width = map(
        float, re.search(r'class="l-against" x="([\d.]+)%" y="7" width="([\d.]+)%', drawn.lines[-1].drawn).groups()
    )
    assert float(re.search(r'cx="([\d.]+)%', drawn.end.drawn).group(1)) == pytest.approx(left, abs=0.02)
    assert width > 5 and drawn.end.words.replace("\u202f", " ") == "85 %"


def test_sides_that_cannot_be_weighed_wait_for_a_refresh_and_are_not_said_to_be_silent():
    _believe, said, done = level_views.three(replace(known(FOUND), weighed=None))
    assert said.under == done.under == "To be weighed at the next refresh."
    _believe, said, done = level_views.three(known(SILENT))
    assert (said.under, done.under) == ("Nobody has answered.", "Too few orders to measure anything by.")


def test_weighing_without_a_difference_has_no_line_for_it():
    drawn = level_reasons.weighed(known(FOUND, replace(WEIGHED, end=0.851)))
    assert len(drawn.lines) == 2


@pytest.mark.parametrize(
    ("found", "weighed", "said"),
    [
        (FOUND, replace(WEIGHED, ask=0.4, wait=-0.1), "One more answered form would take away about 49 % of the doubt. Waiting teaches nothing."),
        (FOUND, replace(WEIGHED, ask=0.1, wait=0.2), "Another quarter of orders would take away about 24 % of the doubt, one more answered form 12 %."),
        (FOUND, WEIGHED, "Hardly anything today: there is little doubt left. Answers grow old by themselves."),
        (SILENT, WEIGHED, "An answer of theirs: orders alone never name a level, however many more there are."),
    ],
)  # fmt: skip
def test_what_would_change_our_mind_is_a_share_of_the_doubt(found, weighed, said):
    assert level_reasons.minds(known(found, weighed)).words.replace("\u202f", " ") == said
