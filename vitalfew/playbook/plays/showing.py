"""Plays with stable keys for programs, as the command line and the API tell them alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from vitalfew.playbook.plays.conditions import conditions
from vitalfew.playbook.plays.fitting import Fit, Reason
from vitalfew.playbook.plays.followed import Counted, Followed
from vitalfew.playbook.plays.play import Play
from vitalfew.playbook.plays.queries import PlayShown
from vitalfew.playbook.plays.runs import RunShown, StepShown
from vitalfew.playbook.stages import STAGES


def play_as_json(play: Play) -> dict[str, Any]:
    """A play as its file says it; `conditions` are its words for when it fits, all of which must hold."""
    return {
        "name": play.name,
        "title": play.title,
        "why": play.why,
        "serves": play.serves,
        "event": play.event,
        "levels": list(play.levels),
        "cells": list(play.cells),
        "moves": play.moves,
        "weeks": play.weeks,
        "origin": play.origin.value,
        "conditions": list(conditions(play.fits)),
        "steps": [asdict(step) for step in play.steps],
    }


def shown_as_json(one: PlayShown) -> dict[str, Any]:
    """A play with the keys of the accounts it fits now, how many runs go on, and what followed those that ended."""
    return play_as_json(one.play) | {
        "fits": [account.key for account in one.fits],
        "going": one.going,
        "followed": _followed(one.followed),
    }


def fit_as_json(one: Fit, *, running: bool) -> dict[str, Any]:
    """A play that fits an account; `leaves` are the kinds of evidence its gate waits for that the play may leave."""
    return {
        "play": one.play.name,
        "title": one.play.title,
        "why": one.play.why,
        "serves": one.play.serves,
        "event": one.play.event,
        "weeks": one.play.weeks,
        "running": running,
        "leaves": list(one.missing),
        "reasons": _reasons(one.reasons),
        "steps": [asdict(step) for step in one.play.steps],
    }


def run_as_json(run: RunShown) -> dict[str, Any]:
    """A run of a play; `level` is null where none stood when it began, `next` is the place of the first step not done."""
    return {
        "number": run.number,
        "account": run.key,
        "name": run.name,
        "play": run.play,
        "title": run.title,
        "started_on": run.started_on,
        "started_by": run.started_by,
        "level": run.level,
        "stage": STAGES[run.stage].word,
        "reasons": _reasons(run.reasons),
        "steps": [_step(step) for step in run.steps],
        "next": run.next.place if run.next else None,
        "ended_on": run.ended_on,
        "ended_by": run.ended_by,
        "outcome": run.outcome,
    }


def _step(step: StepShown) -> dict[str, Any]:
    return {
        "step": step.place,
        "due": step.due,
        "who": step.who,
        "words": step.words,
        "leaves": step.leaves,
        "done_on": step.done_on,
        "late": step.late,
    }


def _followed(found: Followed) -> dict[str, Any]:
    return {"runs": found.runs, "level": _counted(found.level), "stage": _counted(found.stage)}


def _counted(found: Counted) -> dict[str, Any]:
    """How many moved; `n` of them can be compared, and `too_few` says that they tell nothing."""
    return asdict(found) | {"n": found.n, "too_few": found.too_few}


def _reasons(found: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"words": one.words, "source": one.source, "evidence": one.number} for one in found]
