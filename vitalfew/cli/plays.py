"""The command of plays: which fit where and why, what runs, a play started, done step by step and ended, a file looked at."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from vitalfew.cli import output
from vitalfew.cli.numbers import within
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ledger.visibility import find_account
from vitalfew.playbook.plays import operations
from vitalfew.playbook.plays.checking import Checked, check_file
from vitalfew.playbook.plays.conditions import conditions
from vitalfew.playbook.plays.fitting import Fit
from vitalfew.playbook.plays.followed import Counted
from vitalfew.playbook.plays.play import EVENTS
from vitalfew.playbook.plays.queries import PlayShown, playbook, plays_fitting, running_of
from vitalfew.playbook.plays.runs import RunShown, StepShown, shown
from vitalfew.playbook.plays.showing import fit_as_json, play_as_json, run_as_json, shown_as_json
from vitalfew.trust.actors import Actor

_KEYS_SHOWN = 6  # of the accounts that a play fits; --json names them all
_MOST = 2**31 - 1


class PlaysUnclear(Refusal):
    """`--start`, `--done`, `--end` and `--check` say themselves what they are about: leave the account out. Nothing was changed."""


class NumberMissing(Refusal):
    """`--end` takes the number of a run and what came of it, such as: --end 3 "They renewed". Nothing was changed."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    made = commands.add_parser(
        "plays", help="every play with where it fits; or those that fit an account, and run there"
    )
    made.add_argument("account", metavar="ACCOUNT", nargs="?")
    one = made.add_mutually_exclusive_group()
    one.add_argument("--start", nargs=2, metavar=("ACCOUNT", "PLAY"), help="run a play with an account where it fits")
    one.add_argument("--done", nargs=2, metavar=("RUN", "STEP"), type=within(1, _MOST), help="a step of a run is done")
    one.add_argument("--end", nargs=2, metavar=("RUN", "TEXT"), help="end a run and say what came of it")
    one.add_argument("--check", metavar="FILE", type=Path, help="what is wrong with a play's file, or where it fits")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=played)


def played(asked: argparse.Namespace, by: Actor) -> int:
    """Tell of plays, or do what one of the options says."""
    if asked.account and (asked.start or asked.done or asked.end or asked.check):
        raise PlaysUnclear(str(PlaysUnclear.__doc__))
    today = clock.now().date()
    if asked.check:
        _tell_checked(asked, check_file(path=asked.check, person=by.person, today=today))
    elif asked.start or asked.done or asked.end:
        _tell_run(asked, _changed(asked, by))
    elif asked.account:
        _tell_account(asked, by, today)
    else:
        _tell_all(asked, by, today)
    return 0


def _changed(asked: argparse.Namespace, by: Actor) -> RunShown:
    at = clock.now()
    if asked.start:
        account, play = asked.start
        customer = find_account(account, person=by.person)
        row = operations.start_play(account=customer.pk, play=play, by=by, at=at)
    elif asked.done:
        row = operations.do_step(run=asked.done[0], step=asked.done[1], by=by, at=at)
    else:
        row = operations.end_play(run=_number(asked.end[0]), outcome=asked.end[1], by=by, at=at)
    return shown(row, today=at.date())


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 10):
        raise NumberMissing(str(NumberMissing.__doc__))
    return int(word)


def _tell_all(asked: argparse.Namespace, by: Actor, today: date) -> None:
    found = playbook(person=by.person, today=today)
    if asked.json:
        output.as_json([shown_as_json(one) for one in found.plays])
    else:
        output.table(("Play", "Fits", "Going", "Followed", "Where"), [_row(one) for one in found.plays], right=(1, 2))
        output.say("Followed: accounts that stand higher, as high, lower by level since. A plain count, and no proof.")
    for broken in found.broken:
        output.complain(f"{broken.name}: {broken.why}")


def _row(one: PlayShown) -> tuple[str, ...]:
    keys = [account.key for account in one.fits]
    return one.play.name, str(len(keys)), str(one.going), _counted(one.followed.level), _listed(keys)


def _listed(keys: list[str]) -> str:
    return ", ".join(keys[:_KEYS_SHOWN]) + (" …" if len(keys) > _KEYS_SHOWN else "")


def _counted(found: Counted) -> str:
    if found.n == 0:
        return ""
    few = ", too few to tell" if found.too_few else ""
    return f"{found.up} · {found.stayed} · {found.down} of {found.n}{few}"


def _tell_account(asked: argparse.Namespace, by: Actor, today: date) -> None:
    account = find_account(asked.account, person=by.person)
    fits = plays_fitting(account=account.pk, person=by.person, today=today)
    runs = running_of(account=account.pk, person=by.person, today=today)
    going = {run.play for run in runs if run.ended_on is None}
    if asked.json:
        told = [fit_as_json(one, running=one.play.name in going) for one in fits]
        output.as_json(
            {"account": account.key, "name": str(account), "fits": told, "runs": [run_as_json(run) for run in runs]}
        )
        return
    output.say(f"{account}: plays that fit today: {len(fits)}, that run: {len(going)}.")
    _tell_fits(one for one in fits if one.play.name not in going)
    for run in runs:
        _tell_steps(run)


def _tell_fits(fits: Iterable[Fit]) -> None:
    for one in fits:
        event = f" [{EVENTS[one.play.event]}]" if one.play.event else ""
        output.say(f"{one.play.name}: {one.play.title}{event}, {one.play.weeks} weeks. {one.play.why}")
        for reason in one.reasons:
            output.say(f"    fits: {reason.words} ({reason.source})")
        if one.missing:
            output.say(f"    may leave what the gate waits for: {', '.join(one.missing)}")


def _tell_run(asked: argparse.Namespace, run: RunShown) -> None:
    if asked.json:
        output.as_json(run_as_json(run))
        return
    output.say(f"{run.name}:")
    _tell_steps(run)


def _tell_steps(run: RunShown) -> None:
    output.say(f"Run {run.number}, {run.play}: {run.title}, since {run.started_on} by {run.started_by}.")
    if run.ended_on:
        output.say(f"    ended {run.ended_on} by {run.ended_by}: {run.outcome}")
        return
    for step in run.steps:
        output.say(f"  {'✓' if step.done_on else '·'} {step.place}. {_when(step)}, {step.who}: {step.words}")


def _when(step: StepShown) -> str:
    if step.done_on:
        return f"done {step.done_on}"
    return f"{step.due}, late" if step.late else str(step.due)


def _tell_checked(asked: argparse.Namespace, found: Checked) -> None:
    keys = [key.key for key, _fit in found.fits]
    replaces = found.replaces.origin.value if found.replaces else None
    if asked.json:
        output.as_json(play_as_json(found.play) | {"fits": keys, "replaces": replaces})
        return
    play = found.play
    output.say(f"{asked.check.name} is a play: {play.title}, {len(play.steps)} steps in {play.weeks} weeks.")
    output.say(f"It fits where {'; '.join(conditions(play.fits))}.")
    output.say(f"Key accounts that it fits today: {_listed(keys) or 'none'}.")
    if found.beside_form:
        output.say("A play of this name was made by a form: it is left out once the file lies in the folder.")
    elif found.replaces:
        output.say("It takes the place of the file of this name.")
