"""Commands for what is held on a person: tell it, erase it, and the register of fields."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.rounds.privacy import contacts, erasing, exporting, registers
from vitalfew.rounds.privacy.contacts import ContactData
from vitalfew.rounds.privacy.exporting import PersonalData
from vitalfew.trust.actors import Actor
from vitalfew.trust.people import find_person


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    made = commands.add_parser("privacy", help="what is held on a person: export EMAIL, erase EMAIL, register")
    verbs = made.add_subparsers(metavar="VERB", required=True)
    export = verbs.add_parser("export", help="everything held on a person, as JSON")
    export.add_argument("email", metavar="EMAIL", help="of one of us; with --contact the number of a contact")
    export.add_argument("--contact", action="store_true", help="a contact at a customer")
    export.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a new file; printed without one")
    export.set_defaults(command=exported)
    erase = verbs.add_parser("erase", help="take who they were out of every record; this cannot be undone")
    erase.add_argument("email", metavar="EMAIL", help="of one of us; with --contact the number of a contact")
    erase.add_argument("--contact", action="store_true", help="a contact at a customer")
    erase.add_argument("--reason", required=True)
    erase.add_argument("--yes", action="store_true", help="do it; without this word it is only said what would happen")
    erase.set_defaults(command=erased)
    verbs.add_parser("register", help="every text field and what it holds on people").set_defaults(command=register)


def exported(asked: argparse.Namespace, by: Actor) -> int:
    """Print or write what is held on a person."""
    found: PersonalData | ContactData
    if asked.contact:
        found = contacts.export_contact(contact=_number(asked.email), by=by, at=clock.now())
    else:
        found = exporting.export_person(person=find_person(asked.email), by=by, at=clock.now())
    text = json.dumps(found.as_json(), indent=2, default=str, ensure_ascii=False)
    if asked.file is None:
        output.say(text)
        return 0
    try:
        with asked.file.open("x", encoding="utf-8") as file:
            asked.file.chmod(0o600)
            file.write(text + "\n")
    except OSError as error:
        raise erasing.ErasureRefused(f"{asked.file} cannot be written ({error.strerror}). Name a new file.") from None
    output.say(f"What is held on {found.name} is in {asked.file}.")
    return 0


def erased(asked: argparse.Namespace, by: Actor) -> int:
    """Erase a person, if it is meant."""
    if asked.contact:
        return _contact_erased(asked, by)
    person = find_person(asked.email)
    if not asked.yes:
        output.say(
            f"{person.name} ({person.email}) would be “Erased person {person.pk}” everywhere, without sign-in, tokens or accounts to see. "
            "What they did stays. It cannot be undone: add --yes to do it."
        )
        return 1
    found = erasing.erase_person(person=person, reason=asked.reason, by=by, at=clock.now())
    output.say(
        f"{asked.email} is {found.name} now: {found.records:,} records, {found.mails:,} mails and {found.entries:,} audit entries were blanked."
    )
    return 0


def _contact_erased(asked: argparse.Namespace, by: Actor) -> int:
    number = _number(asked.email)
    if not asked.yes:
        output.say(
            f"Contact {number} would be “Erased contact {number}” everywhere; the marks they gave stay. It cannot be undone: add --yes to do it."
        )
        return 1
    found = contacts.erase_contact(contact=number, reason=asked.reason, by=by, at=clock.now())
    output.say(
        f"Contact {number} is {found.name} now: {found.records:,} records, {found.mails:,} mails and {found.entries:,} audit entries were blanked."
    )
    return 0


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        raise erasing.ErasureRefused(
            f"“{word}” is no contact's number: vitalfew contacts ACCOUNT --json tells it. Nothing was changed."
        )
    return int(word)


def register(asked: argparse.Namespace, by: Actor) -> int:
    """Print the register."""
    del asked, by
    rows = [(row.model, ", ".join(row.fields), row.kind.value) for row in registers.ALL]
    output.table(("Record", "Fields", "Holds"), rows)
    return 0
