"""The plays that come with the house, together: the figure's cells, the expectations, the events, and no two alike."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import product

import pytest

from tests.house.source import ROOT
from tests.playbook.plays.situations import WIDE, piece, pieces, situation, with_people
from vitalfew.playbook.gates import GATES
from vitalfew.playbook.plays.fitting import fit
from vitalfew.playbook.plays.play import CELLS, EVENTS, EXPECTATIONS, KNOWN_KINDS, MEASURES, WHO
from vitalfew.playbook.plays.shelf import built_in

PLAYS = built_in()


def test_every_cell_of_the_figure_is_covered():
    assert {cell for play in PLAYS.values() for cell in play.cells} == set(CELLS)
    assert len(CELLS) == 4 * 3 + 2  # levels 3 and 4 have two works each


def test_every_expectation_is_served_and_every_event_answered():
    assert {play.serves for play in PLAYS.values()} == set(EXPECTATIONS)
    assert {play.event for play in PLAYS.values()} == {"", *EVENTS}


def test_every_measure_a_play_may_move_has_a_page():
    assert sorted(name for name in MEASURES if not (ROOT / "docs" / "measures" / f"{name}.md").exists()) == []


def test_steps_leave_only_kinds_that_somebody_reads_or_writes():
    assert {kind for play in PLAYS.values() for kind in play.leaves} - KNOWN_KINDS == set()


@pytest.mark.parametrize("name", sorted(PLAYS))
def test_a_play_has_substance(name):
    play = PLAYS[name]
    assert len(play.steps) >= 4 and len({step.who for step in play.steps}) >= 2
    assert play.leaves, "a play that leaves no evidence cannot be told from one that was not run"
    assert all(len(step.words) > 35 and step.words.endswith((".", "?")) for step in play.steps)
    assert play.why.endswith(".") and len(play.why) > 60


def test_no_words_stand_in_two_plays():
    used = defaultdict(list)
    for play in PLAYS.values():
        for words in (play.title, play.why, *(step.words for step in play.steps)):
            used[words].append(play.name)
    assert {words: names for words, names in used.items() if len(names) > 1} == {}


def test_everybody_who_may_do_a_step_does_some():
    assert {step.who for play in PLAYS.values() for step in play.steps} == set(WHO)


@cache
def grid():
    """All levels and stages, with each kind of evidence alone and each left out of all, and people few or many."""
    everything = tuple(
        one
        for kind, side in product(sorted(KNOWN_KINDS), ("ours", "customer", "behaviour"))
        for one in pieces(3, kind, side, value={"answer": 1})
    )
    alone = [
        pieces(3, kind, side, value={"answer": 1}) for kind in sorted(KNOWN_KINDS) for side in ("ours", "customer")
    ]
    without = [
        tuple(one for one in everything if (one.kind, one.side) != (kind, side))
        for kind, side in product(sorted(KNOWN_KINDS), ("ours", "customer", "behaviour"))
    ]
    few = [
        with_people(contacts=1), with_people(functions=("finance", "sales", "other")), with_people(functions=()),
        with_people(deciders=0), with_people(decider_touch=None),
    ]  # fmt: skip
    places = list(product(range(6), (None, 1, 2, 3, 4)))
    found = [situation(stage, seen=seen, found=what) for stage, seen in places for what in (*alone, *without, ())]
    found += [situation(stage, seen=seen, people=whom) for stage, seen in places for whom in (*few, WIDE)]
    found += [situation(stage, seen=seen, target=4, key=key) for stage, seen in places for key in (True, False)]
    return found


@cache
def where(name):
    """The places of the grid in which a play fits."""
    return frozenset(place for place, one in enumerate(grid()) if fit(PLAYS[name], one))


def test_every_play_fits_somewhere_and_none_everywhere():
    assert [name for name in PLAYS if not 0 < len(where(name)) < len(grid())] == []


def test_no_two_plays_fit_the_same_situations():
    alike = defaultdict(list)
    for name in PLAYS:
        alike[where(name)].append(name)
    assert [names for names in alike.values() if len(names) > 1] == []


@pytest.mark.parametrize("stage", range(5))
def test_whatever_a_gate_waits_for_some_play_leaves_it(stage):
    """In each stage an account of which nothing is known is offered plays for everything its gate asks for."""

    asked = {kind for item in GATES[stage] for kind in item.kinds} - {"functions"}
    assert asked - {kind for play in PLAYS.values() for kind in play.leaves} == set()


def test_the_grid_holds_a_piece_with_a_number():
    assert piece("aim", value={"answer": 1}).value == {"answer": 1} and len(grid()) > 5000
