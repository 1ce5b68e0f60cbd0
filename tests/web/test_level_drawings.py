"""The level bar and what stands around it: widths by chance, what is outlined, marked, and never drawn."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.web.drawing import answers, level_history
from vitalfew.web.drawing.level_bar import LEAST, Bar, Words, bar, small
from vitalfew.web.drawing.level_history import Judged
from vitalfew.web.drawing.level_weights import Scale, log_odds
from vitalfew.web.pages.relationship import level_words

WORDS = Words(label="All", chances=("2 %", "70 %", "20 %", "8 %"), target="target", believed="we believe")
CHANCE = (0.02, 0.7, 0.2, 0.08)


def widths(drawn: str) -> list[float]:
    return [float(width) for width in re.findall(r'<rect class="l-[1-4]"[^>]*width="([\d.]+)%"', drawn)]


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda chance: sum(chance) > 0.01))
def test_segments_fill_the_bar_by_their_chances_and_none_vanishes(chance):
    found = widths(bar(Bar(chance), words=WORDS))
    room, total = 100 * (1 - 4 * LEAST), sum(chance)
    assert sum(found) == pytest.approx(100, abs=0.05)
    assert found == pytest.approx([100 * LEAST + room * one / total for one in chance], abs=0.02)


def test_outline_holds_the_run_and_marks_stand_in_the_middle_of_their_level():
    drawn = bar(Bar(CHANCE, 2, 3, "named", target=3, believed=2), words=WORDS)
    one, two, three, _four = widths(drawn)
    assert f'<rect class="l-held" x="{one:.2f}%" y="24" width="{two + three:.2f}%"' in drawn
    places = {kind: float(x) for kind, x in re.findall(r'<svg class="(l-target|l-believed)" x="([\d.]+)%"', drawn)}
    assert places == pytest.approx({"l-target": one + two + three / 2, "l-believed": one + two / 2}, abs=0.02)


def test_chance_is_written_where_there_is_room_and_the_number_always():
    drawn = bar(Bar(CHANCE, 2, 2), words=WORDS)
    assert re.findall(r'<tspan class="l-chance"[^>]*>([^<]+)<', drawn) == ["70 %", "20 %"]
    assert re.findall(r'class="l-on-(\d)"[^>]*>(\d)', drawn) == [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4")]


def test_too_little_evidence_looks_like_no_level():
    for drawn in (bar(Bar((), kind="unknown", target=4), words=WORDS), small(Bar((), kind="unknown"), label="None")):
        assert widths(drawn) == [] and "l-held" not in drawn and "l-chance" not in drawn
        assert "l-hatch" in drawn and "l-none" in drawn


def test_small_bar_says_itself_and_carries_no_words():
    drawn = small(Bar(CHANCE, 2, 2, target=4, believed=1), label="level 2")
    assert "<title>level 2</title>" in drawn and "<text" not in drawn
    assert drawn.count("<path") == 2


def test_bar_is_told_in_one_sentence():
    said = level_words.told(Bar(CHANCE, 2, 3, target=4, believed=3)).replace("\u202f", " ")
    assert said == (
        "Commodity 2 %, Product provider 70 %, Value-add 20 %, Partner 8 %; level 2 to 3 with 80 %; target level 4; we believe level 3"
    )


def test_weights_start_where_the_one_before_ended():
    scale = Scale(start=0.3, weights=(1.0, -0.4, 2.0))
    assert scale.steps == pytest.approx([log_odds(0.3), log_odds(0.3) + 1, log_odds(0.3) + 0.6, log_odds(0.3) + 2.6])
    lines = scale.lines()
    bars = [re.search(r'class="(l-for|l-against)" x="([\d.]+)%" y="7" width="([\d.]+)%', line) for line in lines[1:-1]]
    assert [one.group(1) for one in bars] == ["l-for", "l-against", "l-for"]
    (first, second, third) = [(float(one.group(2)), float(one.group(3))) for one in bars]
    assert first[0] + first[1] == pytest.approx(second[0] + second[1], abs=0.02)
    assert third[0] == pytest.approx(second[0], abs=0.02)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (0.6931, "odds × 2.0"),
        (-0.6931, "odds ÷ 2.0"),
        (0.01, "hardly anything"),
        (9.0, "odds × 100 or more"),
        (3.0, "odds × 20"),
    ],
)
def test_weight_is_told_as_odds(weight, words):
    assert level_words.factor(weight) == words


def test_history_draws_a_dot_only_where_a_level_was_named():
    rows = [Judged(0, 1, 3, None, False, "old", "then"), Judged(1, 2, 2, 2, True, "new", "now")]
    drawn = level_history.history(rows, label="All", target=(4, "Target"))
    assert drawn.count("<circle") == 1 and drawn.count('role="img" tabindex') == 2
    assert (drawn.count("l-heard"), drawn.count("l-target"), drawn.count("l-step")) == (1, 1, 0)


def test_answers_are_counted_and_the_lowest_of_who_decides_is_ringed():
    drawn = answers.answers([2, 4, 4], lowest=2, believed=[5, 5], label="said")
    assert (drawn.count('l-answer"'), drawn.count("l-ring"), drawn.count("l-believed")) == (2, 1, 1)
    assert re.findall(r"<text[^>]*>(\d)", drawn) == ["2"]
