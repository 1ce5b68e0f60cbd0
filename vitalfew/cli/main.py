"""The words of a call: which command, in whose name; refusals become sentences and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import pairwise

from vitalfew import __version__
from vitalfew.cli import output, ready
from vitalfew.cli.permissions import need_of
from vitalfew.ground.errors import Missing, Refusal
from vitalfew.trust.access import allow, right_for
from vitalfew.trust.actors import Actor, operator, person_actor
from vitalfew.trust.people import find_person

Command = Callable[[argparse.Namespace, Actor], int]
# The rooms of this door with their words: a call loads the room of its own word only, since some load half the house.
ROOMS: Mapping[str, tuple[str, ...]] = {
    "ledger": ("import", "rates", "batches", "merge", "unmerge", "duplicates"),
    "selection": (
        "concentration",
        "ranking",
        "designate",
        "assign",
        "review",
        "release",
        "capacity",
        "hours",
        "handover",
    ),
    "relationship": ("survey", "contacts"),
    "evidence": ("evidence", "scorecard"),
    "levels": ("levels", "target"),
    "playbook": ("stage",),
    "plays": ("plays",),
    "rounds": ("refresh", "inbox"),
    "settings": ("settings",),
    "people": ("people", "teams", "admin", "signin"),
    "privacy": ("privacy",),
    "tokens": ("tokens",),
    "audit": ("audit",),
    "outbox": ("outbox",),
    "backup": ("backup", "restore"),
    "serve": ("serve",),
    "demo": ("demo",),
}


def run(words: Sequence[str]) -> int:
    """Run one command. 0: done. 1: nothing was changed, the sentence says why. 2: the call cannot be understood."""
    asked = parser(words).parse_args(words)
    try:
        if not getattr(asked, "as_it_is", False):
            ready.make_ready(quiet=getattr(asked, "json", False))
        command: Command = asked.command
        by = _actor(asked.person)
        if by.person is not None:  # the operator of the machine may run everything
            allow(by, right_for(need_of(command)))
        return command(asked, by)
    except Refusal as refusal:
        output.complain(str(refusal))
        return 1
    except BrokenPipeError:  # whoever read our words has read enough, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        output.complain("Stopped. What was not finished was not changed.")
        return 1


def parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The commands with their options: of the room that these words ask for, or of every room."""
    made = argparse.ArgumentParser(
        prog="vitalfew", description="Key account management from the sales ledger to the proof that it paid."
    )
    made.add_argument("--version", action="version", version=f"vitalfew {__version__}")
    made.add_argument(
        "--as", dest="person", metavar="USER", help="act in the name of this person (e-mail address or name)"
    )
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for room in _rooms(words):
        import_module(f"vitalfew.cli.{room}").add_commands(commands)
    _say_who(commands)
    return made


def _rooms(words: Sequence[str]) -> tuple[str, ...]:
    """The room of the first word that is a command; all of them where none is, so that help and complaints name them all."""
    plain = [word for before, word in pairwise(["", *words]) if before != "--as"]
    for word in plain:
        for room, known in ROOMS.items():
            if word in known:
                return (room,)
    return tuple(ROOMS)


def _say_who(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`--as` may stand behind the command's own words too."""
    for command in commands.choices.values():
        command.add_argument(
            "--as", dest="person", metavar="USER", default=argparse.SUPPRESS, help="act in the name of this person"
        )
        for action in command._actions:
            if isinstance(action, argparse._SubParsersAction):
                _say_who(action)


def _actor(word: str | None) -> Actor:
    if word is None:
        return operator()
    person = find_person(word)
    if not person.is_active:
        raise Missing(f"{person} is switched off: nothing can be done in their name. Nothing was changed.")
    return person_actor(person, door="cli")
