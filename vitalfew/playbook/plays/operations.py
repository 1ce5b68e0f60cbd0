"""The verbs of plays: a firm adds, changes and retires its own; whoever works on an account starts, does and ends one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger.models import Customer
from vitalfew.ledger.visibility import may_see
from vitalfew.playbook.plays.fitting import Fit, Reason, fit
from vitalfew.playbook.plays.play import Origin, Play
from vitalfew.playbook.plays.reading import PlayRefused, read_play
from vitalfew.playbook.plays.shelf import shelf, taken
from vitalfew.playbook.plays.standing import situations_of
from vitalfew.playbook.running.records import OwnPlay, PlayRun
from vitalfew.playbook.situation import Situation
from vitalfew.selection import checks
from vitalfew.trust import access, audit, versions
from vitalfew.trust.actors import Actor

__all__ = ["PlayRefused", "RunRefused", "add_own_play", "change_own_play", "do_step", "end_play", "retire_own_play", "start_play"]  # fmt: skip
MOST_OUTCOME = 4000


class RunRefused(Refusal):
    """A play is started where it fits, its steps are done one by one, and it is ended once. Nothing was changed."""


@transaction.atomic
def add_own_play(*, name: str, text: str, by: Actor, at: datetime) -> OwnPlay:
    """Put a play of the firm's own on the shelf. `text` is what its file would say, `name` what the file would be called.

    Raises PlayRefused for a text that is no play and for a name that is taken, Denied.
    """
    access.require(by, "playbook.add_play")
    play = read_play(name=name, text=_lines(text), origin=Origin.FORM)
    if known := shelf().plays.get(name):
        raise PlayRefused(taken(name, known))
    try:
        with transaction.atomic():
            made = OwnPlay.objects.create(name=name, text=_lines(text), made_on=at.date(), made_by=by.name)
    except IntegrityError:
        raise PlayRefused(taken(name, play)) from None
    audit.record(by=by, at=at, verb="playbook.add_play", target=made.trail, after={"title": play.title})
    return made


@transaction.atomic
def change_own_play(*, name: str, text: str, version: int | None, by: Actor, at: datetime) -> OwnPlay:
    """Say a play of the firm's own anew. What runs already goes on with the steps it began with.

    `version` is the one that was seen. Raises PlayRefused, StaleRecord, Denied, Missing for one no form made.
    """
    access.require(by, "playbook.change_play")
    play, row = read_play(name=name, text=_lines(text), origin=Origin.FORM), _own(name)
    before = versions.save(row, expected=version, text=_lines(text))
    audit.record(
        by=by, at=at, verb="playbook.change_play", target=row.trail, before={"text": before["text"]},
        after={"title": play.title, "text": _lines(text)},
    )  # fmt: skip
    row.refresh_from_db()
    return row


@transaction.atomic
def retire_own_play(*, name: str, version: int | None, by: Actor, at: datetime) -> None:
    """Take a play of the firm's own off the shelf; it stays in the history, and what runs goes on to its end.

    Raises StaleRecord, Denied, Missing for one no form made.
    """
    access.require(by, "playbook.retire_play")
    row = _own(name)
    versions.save(row, expected=version, ended_on=at.date(), ended_by=by.name)
    audit.record(by=by, at=at, verb="playbook.retire_play", target=row.trail)


@transaction.atomic
def start_play(*, account: int, play: str, by: Actor, at: datetime) -> PlayRun:
    """Run a play with an account where it fits today; why it fits, and how the account stands, are kept with the run.

    Raises RunRefused where it does not fit or runs already, Missing for no such play and for an account that is hidden.
    """
    access.require(by, "playbook.start_play")
    customer = checks.seen(account, by)
    found = shelf().plays.get(play)
    if found is None:
        raise Missing(f"There is no play “{play[:60]}”. Nothing was changed.")
    versions.hold(Customer.objects.filter(pk=customer.pk))  # of two who start it at once the second is told so
    if going := PlayRun.objects.filter(account=customer, play=play, ended_on=None).first():
        raise RunRefused(
            f"“{found.title}” runs with {customer} already, since {going.started_on} by {going.started_by}. Nothing was changed."
        )
    situation = situations_of([customer.pk], today=at.date())[customer.pk]
    held = fit(found, situation)
    if held is None:
        raise RunRefused(f"“{found.title}” does not fit {customer} today. Nothing was changed.")
    run = _started(customer, held, situation, by, at)
    told = {"play": found.title, "run": run.pk, "reasons": [reason.words for reason in held.reasons]}
    audit.record(by=by, at=at, verb="playbook.start_play", target=run.trail, after=told)
    return run


@transaction.atomic
def do_step(*, run: int, step: int, by: Actor, at: datetime) -> PlayRun:
    """Note that a step (from 1 on) of a run is done. It leaves no evidence by itself: that is noted by its own verb.

    Raises RunRefused for a step that is not there or is done, and for a run that has ended; Missing.
    """
    access.require(by, "playbook.do_step")
    row = _run(run, by)
    if not 1 <= step <= len(row.steps):
        raise RunRefused(f"“{row.title}” has the steps 1 to {len(row.steps)}. Nothing was changed.")
    if day := row.done.get(str(step)):
        raise RunRefused(f"Step {step} of “{row.title}” was done on {day}. Nothing was changed.")
    versions.save(row, expected=None, done={**row.done, str(step): at.date().isoformat()})
    told = {"play": row.title, "run": row.pk, "step": step}
    audit.record(by=by, at=at, verb="playbook.do_step", target=row.trail, after=told)
    row.refresh_from_db()
    return row


@transaction.atomic
def end_play(*, run: int, outcome: str, by: Actor, at: datetime, version: int | None = None) -> PlayRun:
    """End a run, whether all its steps are done or not, and say what came of it.

    Raises RunRefused for one that has ended and without words, StaleRecord, Missing.
    """
    access.require(by, "playbook.end_play")
    row, outcome = _run(run, by), outcome.replace("\r\n", "\n").strip()
    if not 0 < len(outcome) <= MOST_OUTCOME:
        raise RunRefused(f"Say what came of it, in at most {MOST_OUTCOME} letters. Nothing was changed.")
    versions.save(row, expected=version, ended_on=at.date(), ended_by=by.name, outcome=outcome)
    told = {"play": row.title, "run": row.pk, "done": len(row.done), "of": len(row.steps), "outcome": outcome}
    audit.record(by=by, at=at, verb="playbook.end_play", target=row.trail, after=told)
    row.refresh_from_db()
    return row


def _started(customer: Customer, held: Fit, situation: Situation, by: Actor, at: datetime) -> PlayRun:
    play: Play = held.play
    return PlayRun.objects.create(
        account=customer, play=play.name, title=play.title, started_on=at.date(), started_by=by.name,
        level=situation.level.stands if situation.level else None, stage=situation.stage,
        reasons=[_kept(reason) for reason in held.reasons], steps=[asdict(step) for step in play.steps],
    )  # fmt: skip


def _kept(reason: Reason) -> dict[str, str | int | None]:
    return {"words": reason.words, "source": reason.source, "number": reason.number}


def _lines(text: str) -> str:
    """The text of a form with the line ends of a file."""
    return text.replace("\r\n", "\n")


def _own(name: str) -> OwnPlay:
    row = OwnPlay.objects.select_for_update(no_key=True).filter(name=name, ended_on=None).first()
    if row is None:
        raise Missing(f"There is no play “{name[:60]}” that was made by a form. Nothing was changed.")
    return row


def _run(number: int, by: Actor) -> PlayRun:
    """A run that goes on, locked until the transaction ends."""
    row = PlayRun.objects.select_for_update(no_key=True).filter(may_see(by.person), pk=number).first()
    if row is None:
        raise Missing("There is no such run of a play, or you may not see it.")
    if row.ended_on:
        raise RunRefused(f"{row.ended_by} ended “{row.title}” on {row.ended_on}. Nothing was changed.")
    return row
