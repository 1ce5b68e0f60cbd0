"""How values are shown: numbers, shares, money, dates, the figure glyph, the drawings."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest
from django.template import Context, Template

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ground.money import Money
from vitalfew.selection.queries import LeadShown
from vitalfew.web import cells, wording
from vitalfew.web.drawing import curve, months, small

TODAY = date(2026, 6, 4)
SHARE = Figure(
    measure="top-20-share",
    unit="share",
    as_of=TODAY,
    n=4322,
    value=0.735,
    low=0.714,
    high=0.757,
    level=0.9,
    why="Because <of> this.",
)


def drawn(template: str, **known: object) -> str:
    return Template(template).render(Context(known)).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("template", "value", "shown"),
    [
        ("{{ x|percent }}", 0.735, "73.5 %"),
        ("{{ x|percent:0 }}", 0.2, "20 %"),
        ("{{ x|percent }}", 0.0001, "&lt; 0.1 %"),
        ("{{ x|percent }}", 0.0, "0.0 %"),
        ("{{ x|percent }}", -0.125, "−12.5 %"),
        ("{{ x|percent }}", None, ""),
        ("{{ x|number }}", 541909, "541 909"),
        ("{{ x|number }}", -1234.5, "−1 234.50"),
        ("{{ x|day }}", TODAY, "4 Jun 2026"),
        ("{{ x|day }}", None, ""),
        ("{{ x|money }}", Money(974_774_793, "GBP"), "£9,747,747.93"),
        ("{{ x|short }}", Money(974_774_793, "GBP"), "£9.7 M"),
        ("{{ x|value }}", SHARE, "73.5 %"),
    ],
)
def test_each_value_has_one_way_to_be_written(template, value, shown):
    assert drawn(template, x=value) == shown


@pytest.mark.parametrize(
    ("value", "odds", "words"),
    [
        (1.0, "> 99 %", "almost certain"),
        (0.8, "80 %", "likely"),
        (0.5, "50 %", "about even"),
        (0.2, "20 %", "unlikely"),
        (0.0, "< 1 %", "very unlikely"),
    ],
)
def test_a_simulated_chance_never_claims_certainty(value, odds, words):
    assert wording.odds(value).replace("\u202f", " ") == odds
    assert wording.chance(value) == words


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("count", 12, "12"),
        ("rank", 1300, "1 300"),
        ("money", 41_200_000, "£412 k"),
        ("index", 0.7234, "0.72"),
        ("days", 31, "31 days"),
    ],
)
def test_each_unit_of_a_figure_is_written_its_way(unit, value, shown):
    figure = Figure(measure="m", unit=unit, as_of=None, n=1, value=value, currency="GBP")
    assert wording.figure_value(figure, value).replace("\u202f", " ") == shown


def test_the_figure_opens_to_its_why():
    page = drawn('{% figure x "Top 20 %" %}', x=SHARE)
    assert 'popovertarget="why-top-20-share-top-20"' in page
    assert 'id="why-top-20-share-top-20" popover' in page
    assert "Because &lt;of&gt; this." in page
    assert "<dt>90 % interval</dt><dd>71.4 % to 75.7 %</dd>" in page
    assert "<dd>n = 4 322</dd>" in page
    assert 'href="/measures/top-20-share/"' in page


def test_lacking_evidence_is_said_with_what_is_missing():
    page = drawn(
        '{% figure x "Led" "of key accounts" %}',
        x=not_enough(measure="coverage", unit="share", as_of=None, n=0, missing="No key account yet."),
    )
    assert '<span class="vf-figure-value">Not enough evidence</span>' in page
    assert "Not enough evidence. No key account yet." in page
    assert "of key accounts" not in page


def test_an_interval_bar_lies_on_the_scale_of_its_unit():
    bar = small.interval_bar(0.5, 0.25, 1.0, start=0.0, end=1.0)
    assert 'd="M25.0 3H100.0"' in bar
    assert 'd="M50.0 0V6"' in bar


def test_a_spark_line_runs_from_the_oldest_to_the_newest():
    line = ElementTree.fromstring(small.spark([0, 50, 100], "three months"))
    assert [child.tag for child in line] == ["title", "path", "polyline", "circle"]
    assert line[2].get("points") == "1.0,21.0 46.0,12.0 91.0,3.0"
    assert line[0].text == "three months"


def test_losses_in_a_spark_line_lie_below_its_base():
    line = ElementTree.fromstring(small.spark([-100, 100], "loss"))
    assert line[1].get("d").startswith("M1 12.0H")


def test_no_sales_draw_no_spark_line():
    assert cells.spark([0] * 24, "GBP") == ""


def test_the_best_rank_stands_left_and_the_last_right():
    first, last = (
        ElementTree.fromstring(small.rank_bar(rank, None, None, 1000, "r"))[-1].get("cx") for rank in (1, 1000)
    )
    assert (first, last) == ("3.0", "69.0")


@pytest.mark.parametrize(("places", "words"), [(3, "up"), (-2, "down"), (0, "same"), (None, "Not in the run before")])
def test_a_move_is_told_in_words_too(places, words):
    assert words in cells.moved(places)


def test_initials_carry_the_name_and_escape_it():
    shown = cells.who(LeadShown('A "B" <C>', "AC", "a@example.org"))
    assert 'title="A &quot;B&quot; &lt;C&gt;"' in shown
    assert "<C>" not in shown


def straight(points: int = 11) -> list[curve.Point]:
    return [curve.Point(n / (points - 1), n / (points - 1), None, None) for n in range(points)]


def test_between_its_points_the_curve_runs_straight():
    point = curve.share_at([curve.Point(0, 0, 0, 0), curve.Point(0.5, 0.8, 0.7, 0.9), curve.Point(1, 1, 1, 1)], 0.25)
    assert (point.share, point.low, point.high) == pytest.approx((0.4, 0.35, 0.45))


def test_the_curve_is_well_formed_and_its_marks_apart():
    words = curve.Words("Curve", "In short", "across", "up", "equal", tuple(f"stop {n}" for n in curve.STOPS))
    svg = ElementTree.fromstring(
        curve.curve(straight(), marks=(curve.Mark(0.2, 0.79, "twenty"), curve.Mark(0.21, 0.8, "eighty")), words=words)
    )
    lines = {text.text: float(text.get("y")) for text in svg.iter("text") if text.get("class") == "vf-mark-words"}
    assert lines["twenty"] - lines["eighty"] >= 20
    assert len([group for group in svg.iter("g") if group.get("class") == "vf-stop"]) == 11
    assert svg.find("polygon") is None


def test_columns_grow_down_from_zero_for_losses():
    rows = [months.Column(100, "", "gain", False), months.Column(-100, "Jun", "loss", True)]
    svg = ElementTree.fromstring(months.columns(rows, label="two", ticks=[(0, "£0")]))
    gain, loss = (
        next(rect for rect in group if rect.get("class") != "vf-hit" and rect.tag == "rect") for group in svg.iter("g")
    )
    assert float(gain.get("y")) + float(gain.get("height")) == pytest.approx(float(loss.get("y")), abs=0.2)
