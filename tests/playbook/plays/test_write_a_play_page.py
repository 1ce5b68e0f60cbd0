"""The page on how to write a play: its example is a play, and it names every word that a file may hold."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from tests.house.source import ROOT
from tests.playbook.plays.situations import piece, situation, with_people
from vitalfew.playbook.plays.fitting import fit
from vitalfew.playbook.plays.play import (
    CELLS,
    EVENTS,
    EXPECTATIONS,
    KNOWN_KINDS,
    MEASURES,
    SIDES,
    STAGE_NUMBERS,
    WHO,
    Play,
    Step,
)
from vitalfew.playbook.plays.reading import MOST_BYTES, read_play
from vitalfew.playbook.plays.shelf import MOST_FILES, built_in

PAGE = (ROOT / "docs" / "howto" / "write-a-play.md").read_text()
(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_is_a_play_and_fits_where_it_says():
    play = read_play(name="walk-the-plant", text=EXAMPLE)
    few = with_people(functions=("finance", "operations", "sales"))
    held = situation(stage=2, seen=3, people=few, found=[piece("aim")])
    visited = situation(stage=2, seen=3, people=few, found=[piece("aim"), piece("plant_visit")])
    assert (play.leaves, fit(play, held) is None, fit(play, visited)) == ({"plant_visit", "aim"}, False, None)


UNTOLD = {f"answer_{one}" for one in EXPECTATIONS[1:-1]}  # they are told as a range


@pytest.mark.parametrize(
    "words",
    [
        CELLS, EVENTS, EXPECTATIONS, sorted(MEASURES), SIDES, STAGE_NUMBERS, WHO, sorted(KNOWN_KINDS - UNTOLD),
        ["kinds", "side", "within", "at_least", "fewer_than", "below", "above"],
        ["key = true", "below_target = true", "heard_nothing = true", "no_decider = true", "decider_silent_days = 60"],
        [one.name for one in fields(Step)], sorted({one.name for one in fields(Play)} - {"name", "fits", "steps", "origin"}),
    ],
    ids=["cells", "events", "expectations", "measures", "sides", "stages", "who", "kinds", "signals", "conditions", "step", "play"],
)  # fmt: skip
def test_the_page_names_every_word(words):
    told = {word for line in re.findall(r"`([^`\n]+)`", PAGE) for word in (line, *line.split(", "))}
    told |= {f"2 {side}" for side in ("price", "loyalty", "work")}  # “the same for 2”
    assert [word for word in words if word not in told] == []


def test_the_numbers_of_the_page_hold():
    assert f"comes with {len(built_in())}." in PAGE
    assert f"{MOST_BYTES:,} bytes" in PAGE and f"{MOST_FILES} files" in PAGE
