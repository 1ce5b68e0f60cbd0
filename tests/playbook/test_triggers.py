"""Each trigger, holding and not holding; those of earlier stages count in later ones, and an occurrence keeps its name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.playbook.situations import KEY_SINCE, TODAY, many, piece, situation
from vitalfew.playbook import triggers
from vitalfew.playbook.situation import People
from vitalfew.playbook.thresholds import Thresholds

USUAL = Thresholds()
LOWEST = {
    "plan_untouched": 2, "champion_left": 2, "critical_issue": 3, "volume_outside_band": 3, "survey_dropped": 4, "tender": 4,
    "sponsor_left": 4,
}  # fmt: skip


def kinds(stage, *pieces, **more):
    return [one.kind for one in triggers.holding(situation(stage, *pieces, **more), USUAL, stage=stage)]


@pytest.mark.parametrize("kind", LOWEST)
def test_a_trigger_counts_from_its_stage_on(kind):
    assert [stage for stage in range(6) if kinds(stage, piece(kind)) == [kind]] == list(range(LOWEST[kind], 6))


@pytest.mark.parametrize("kind", LOWEST)
def test_an_event_weighs_for_ninety_days_and_a_state_for_as_long_as_it_holds(kind):
    lasts = kind in ("plan_untouched", "critical_issue", "volume_outside_band", "survey_dropped")
    assert (kinds(5, piece(kind, ago=89)), kinds(5, piece(kind, ago=90))) == ([kind], [kind] if lasts else [])


def silent(days, touched=None, **more):
    key = TODAY - timedelta(days=days)
    people = People(deciders=1, decider_touch=touched)
    return triggers.holding(situation(1, people=people, designated_on=key, **more), USUAL, stage=1)


def test_silence_counts_from_the_designation_where_nobody_spoke_since():
    assert silent(90) == ()
    (found,) = silent(91)
    assert (found.key, found.stage) == ("2026-04-01", 1)
    assert found.words == "no word with a decision maker since 2026-04-01"


def test_a_word_with_a_decision_maker_ends_the_silence_and_begins_a_new_one():
    assert silent(400, touched=TODAY - timedelta(days=90)) == ()
    assert [one.key for one in silent(400, touched=TODAY - timedelta(days=91))] == ["2026-04-01"]
    assert silent(10, touched=date(2025, 1, 1)) == ()  # became key since


def test_silence_is_nothing_in_the_first_stage():
    assert kinds(0, designated_on=date(2020, 1, 1)) == []


@pytest.mark.parametrize(
    ("kept", "missed", "holds"), [(0, 2, False), (1, 2, True), (0, 3, True), (3, 2, False), (5, 4, True), (9, 0, False)]
)
def test_fewer_than_sixty_in_a_hundred_kept_make_it_fall(kept, missed, holds):
    pieces = (*many("promise_kept", kept, ago=90), *many("promise_late", missed, ago=90))
    assert kinds(3, *pieces) == (["promises_missed"] if holds else [])
    assert kinds(2, *pieces) == []


def test_promises_older_than_a_quarter_make_nothing_fall():
    assert kinds(3, *many("promise_broken", 3, ago=91)) == []


def test_missed_promises_of_one_calendar_quarter_are_one_occurrence():
    def keys(*ago):
        pieces = [piece("promise_broken", ago=days) for days in ago]
        return [one.key for one in triggers.holding(situation(3, *pieces), USUAL, stage=3)]

    assert (keys(10, 20, 30), keys(2, 10, 20, 30), keys(0, 10, 20)) == (["2026-Q2"], ["2026-Q2"], ["2026-Q3"])


def test_each_open_issue_is_an_occurrence_and_the_earliest_comes_first():
    newer, older = piece("critical_issue", ago=1), piece("critical_issue", ago=9)
    found = triggers.holding(situation(3, newer, older, piece("champion_left", ago=5)), USUAL, stage=3)
    assert [one.key for one in found if one.kind == "critical_issue"] == [
        f"{older.source}@2026-06-22",
        f"{newer.source}@2026-06-30",
    ]
    assert [one.kind for one in found] == ["critical_issue", "champion_left", "critical_issue"]
    assert KEY_SINCE < TODAY
