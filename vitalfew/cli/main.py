"""The words of a call: which command, in whose name; refusals become sentences and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from vitalfew import __version__
from vitalfew.cli import (
    audit,
    backup,
    demo,
    ledger,
    outbox,
    output,
    people,
    privacy,
    ready,
    rounds,
    selection,
    serve,
    settings,
    tokens,
)
from vitalfew.cli.permissions import need_of
from vitalfew.ground.errors import Missing, Refusal
from vitalfew.trust.access import allow, right_for
from vitalfew.trust.actors import Actor, operator, person_actor
from vitalfew.trust.people import find_person

Command = Callable[[argparse.Namespace, Actor], int]


def run(words: Sequence[str]) -> int:
    """Run one command. 0: done. 1: nothing was changed, the sentence says why. 2: the call cannot be understood."""
    asked = parser().parse_args(words)
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


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    made = argparse.ArgumentParser(
        prog="vitalfew", description="Key account management from the sales ledger to the proof that it paid."
    )
    made.add_argument("--version", action="version", version=f"vitalfew {__version__}")
    made.add_argument(
        "--as", dest="person", metavar="USER", help="act in the name of this person (e-mail address or name)"
    )
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for room in (ledger, selection, rounds, settings, people, privacy, tokens, audit, outbox, backup, serve, demo):
        room.add_commands(commands)
    _say_who(commands)
    return made


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
