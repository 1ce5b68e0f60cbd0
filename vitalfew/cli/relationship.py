"""Commands of the relationship: survey waves and contacts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship.lists import Refused
from vitalfew.relationship.people.importing import import_contacts
from vitalfew.relationship.people.map import people_map
from vitalfew.relationship.survey import status, waves
from vitalfew.relationship.survey.address import public_links
from vitalfew.relationship.survey.importing import import_answers
from vitalfew.relationship.survey.status import WaveShown
from vitalfew.trust.actors import Actor

_SHOWN = 20


class SurveyUnclear(Refusal):
    """The call leaves open what is meant. Nothing was changed."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    survey = commands.add_parser(
        "survey", help="survey waves: make, send, remind, close, bring in answers, tell where they stand"
    )
    words = survey.add_subparsers(required=True, metavar="WHAT")
    made = words.add_parser("new", help="make a wave for contacts of these accounts (none: every key account you see)")
    made.add_argument("name", metavar="NAME")
    made.add_argument(
        "--until", required=True, metavar="DAY", help="the last day on which answers are taken, YYYY-MM-DD"
    )
    made.add_argument(
        "--account", action="append", default=[], metavar="ACCOUNT", help="ask the contacts of this account"
    )
    made.set_defaults(command=new_wave)
    made = words.add_parser("send", help="write to everybody chosen who was not written to yet")
    made.add_argument("wave", metavar="WAVE", help="number or name of a wave")
    made.set_defaults(command=sent)
    made = words.add_parser("remind", help="remind whoever was asked long enough ago and has not answered")
    made.add_argument("wave", metavar="WAVE")
    made.set_defaults(command=reminded)
    made = words.add_parser("close", help="close a wave: its links open nothing any more")
    made.add_argument("wave", metavar="WAVE")
    made.set_defaults(command=closed)
    made = words.add_parser("import", help="keep answers of a CSV or Excel file, one row for each form")
    made.add_argument("file", metavar="FILE", type=Path)
    made.add_argument("--dry-run", action="store_true", help="tell what would be kept, keep nothing")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=answers_imported)
    made = words.add_parser("status", help="who was asked, who answered, who is missing")
    made.add_argument("wave", metavar="WAVE", nargs="?")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=told)
    made = commands.add_parser(
        "contacts", help="who our people at an account are; --import takes a list or an address book"
    )
    made.add_argument("account", metavar="ACCOUNT", nargs="?")
    made.add_argument(
        "--import", dest="file", type=Path, metavar="FILE", help="CSV, Excel or vCard; rows may name their customer"
    )
    made.add_argument("--dry-run", action="store_true", help="tell what would be kept, keep nothing")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=contacts)


def new_wave(asked: argparse.Namespace, by: Actor) -> int:
    """Make a wave and choose everybody who may be asked at the accounts named."""
    at = clock.now()
    accounts = {find_account(word, person=by.person).pk for word in asked.account} or None
    made = waves.make_wave(name=asked.name, closes_on=_day(asked.until), by=by, at=at)
    whom = status.could_be_asked(person=by.person, today=at.date(), accounts=accounts, wave=made.pk)
    waves.choose(wave=made.pk, chosen=[(one.contact, one.account) for one in whom], by=by, at=at)
    output.say(
        f"Wave {made.pk}, {made.name}: {len(whom)} contacts are chosen, nobody was written to yet. Send it: vitalfew survey send {made.pk}"
    )
    return 0


def sent(asked: argparse.Namespace, by: Actor) -> int:
    """Send a wave."""
    wave = _wave(asked.wave, by)
    count = waves.send(wave=wave.number, link=public_links(), by=by, at=clock.now())
    output.say(f"{wave.name}: {count} letters are on their way.")
    return 0


def reminded(asked: argparse.Namespace, by: Actor) -> int:
    """Remind those who are due."""
    wave = _wave(asked.wave, by)
    count = waves.remind(wave=wave.number, link=public_links(), by=by, at=clock.now())
    output.say(
        f"{wave.name}: {count} reminders are on their way." if count else f"{wave.name}: nobody is due for a reminder."
    )
    return 0


def closed(asked: argparse.Namespace, by: Actor) -> int:
    """Close a wave."""
    wave = _wave(asked.wave, by)
    waves.close_wave(wave=wave.number, by=by, at=clock.now())
    output.say(f"{wave.name} is closed. What was answered stays.")
    return 0


def answers_imported(asked: argparse.Namespace, by: Actor) -> int:
    """Keep the answers of a file."""
    found = import_answers(path=asked.file, name=asked.file.name, by=by, at=clock.now(), dry_run=asked.dry_run)
    if asked.json:
        output.as_json(asdict(found))
    else:
        would = "would be " if found.dry_run else ""
        output.say(
            f"{found.file}: of {found.rows} rows {found.new} {would}new, {found.changed} {would}changed, {found.same} known; {found.contacts} contacts added, {len(found.refused)} rows left out."
        )
        _refused(found.refused)
    return 0 if found.new or found.changed or found.same else 1


def told(asked: argparse.Namespace, by: Actor) -> int:
    """Where the waves stand, or one of them with its people."""
    if asked.wave:
        wave, people = status.wave_status(wave=_wave(asked.wave, by).number, person=by.person, at=clock.now())
        if asked.json:
            output.as_json({**_as_json(wave), "invited": [{**asdict(one), "state": one.state} for one in people]})
            return 0
        output.table(
            ("Contact", "Account", "Part", "State"),
            [(one.name, one.account_name, one.part_label, one.state) for one in people],
        )
        return 0
    rows = status.wave_list(person=by.person, at=clock.now())
    if asked.json:
        output.as_json([_as_json(row) for row in rows])
    elif rows:
        header = ("No.", "Wave", "State", "Until", "Asked", "Answered", "Accounts heard")
        output.table(
            header,
            [
                (
                    str(row.number),
                    row.name,
                    row.state,
                    str(row.closes_on),
                    str(row.asked),
                    str(row.answered),
                    str(row.heard),
                )
                for row in rows
            ],
            right=(0, 4, 5, 6),
        )
    else:
        output.say("Nobody has been asked yet. Make a wave: vitalfew survey new NAME --until DAY")
    return 0


def contacts(asked: argparse.Namespace, by: Actor) -> int:
    """Tell who our people at an account are, or take in a list."""
    account = find_account(asked.account, person=by.person).pk if asked.account else None
    if asked.file:
        return _contacts_imported(asked, by, account)
    if account is None:
        raise SurveyUnclear("Name an account, or a file with --import. Nothing was changed.")
    found = people_map(account=account, by=by, today=clock.now().date())
    if asked.json:
        output.as_json(asdict(found))
        return 0
    rows = [
        (one.name, one.title, one.function_label, ", ".join(part.label for part in one.parts), one.email, ", ".join(each.name for each in one.known_by))
        for one in found.contacts
    ]  # fmt: skip
    output.table(("Name", "Title", "Function", "Part", "E-mail", "Known by"), rows)
    return 0


def _contacts_imported(asked: argparse.Namespace, by: Actor, account: int | None) -> int:
    found = import_contacts(
        path=asked.file, name=asked.file.name, account=account, by=by, at=clock.now(), dry_run=asked.dry_run
    )
    if asked.json:
        output.as_json(asdict(found))
    else:
        would = "would be " if found.dry_run else ""
        output.say(
            f"{found.file}: of {found.rows} rows {found.new} {would}new, {found.changed} {would}changed, {found.same} known, {len(found.refused)} left out."
        )
        _refused(found.refused)
    return 0 if found.new or found.changed or found.same else 1


def _refused(rows: Sequence[Refused]) -> None:
    for one in rows[:_SHOWN]:
        output.complain(f"Row {one.number}: {one.reason}")
    if len(rows) > _SHOWN:
        output.complain(f"… and {len(rows) - _SHOWN} more rows.")


def _wave(word: str, by: Actor) -> WaveShown:
    rows = status.wave_list(person=by.person, at=clock.now())
    found = [row for row in rows if word in (str(row.number), row.name)]
    if len(found) != 1:
        raise SurveyUnclear(
            f"{'There is no' if not found else 'More than one'} survey wave “{word}”: name it by its number. Nothing was changed."
        )
    return found[0]


def _as_json(row: WaveShown) -> dict[str, object]:
    return {**asdict(row), "state": row.state}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SurveyUnclear(f"“{text}” is no day: write it as YYYY-MM-DD. Nothing was changed.") from None
