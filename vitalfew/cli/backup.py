"""Commands for the installation as a whole: make a backup of this moment, restore one, or only look into it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.rounds.backup import making, restoring
from vitalfew.rounds.backup.manifest import Manifest
from vitalfew.rounds.backup.restoring import RestoreReport
from vitalfew.trust.actors import Actor


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    made = commands.add_parser("backup", help="write this moment of the installation into one file")
    made.add_argument("file", metavar="FILE", type=Path, help="the file, or a folder for one named by the moment")
    made.add_argument("--force", action="store_true", help="overwrite FILE")
    made.add_argument("--incomplete", action="store_true", help="go on without files that are missing or damaged")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=backup)
    made = commands.add_parser("restore", help="put the state in a backup in the place of the present one")
    made.add_argument("file", metavar="FILE", type=Path)
    made.add_argument("--check", action="store_true", help="only verify FILE and say what is in it")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=restore, as_it_is=True)  # a damaged database is a reason to restore, not to refuse


def backup(asked: argparse.Namespace, by: Actor) -> int:
    """Make a backup."""
    with output.progress("Backup", quiet=asked.json) as tell:
        report = making.backup(
            path=asked.file, by=by, at=clock.now(), force=asked.force, incomplete=asked.incomplete, progress=tell
        )
    if asked.json:
        output.as_json({"file": str(report.path), "bytes": report.bytes, **_told(report.contents)})
        return 0
    output.say(f"{report.path}: {_size(report.bytes)}, {_words(report.contents)}.")
    _say_lost(report.contents)
    output.say("It holds the keys and all data of this installation: keep it where only you can read it.")
    return 0


def restore(asked: argparse.Namespace, by: Actor) -> int:
    """Restore a backup, or only verify it."""
    if asked.check:
        return _checked(asked)
    with output.progress("Restore", quiet=asked.json) as tell:
        report = restoring.restore(path=asked.file, by=by, at=clock.now(), progress=tell)
    if asked.json:
        output.as_json(_restored(report))
        return 0
    output.say(f"Restored as of {report.contents.made_at:%Y-%m-%d %H:%M:%S} UTC: {_words(report.contents)}.")
    _say_lost(report.contents)
    beside = f" and in the database's schema {report.kept_schema}" if report.kept_schema else ""
    output.say(f"The state before is kept in {report.kept}{beside}: remove it when you no longer need it.")
    output.say(
        f"Ended: {report.sessions:,} sessions and {report.links:,} sign-in links. Held: {report.mails:,} mails that waited then."
    )
    _say_erasures(report)
    return 0


def _checked(asked: argparse.Namespace) -> int:
    with output.progress("Check", quiet=asked.json) as tell:
        contents = restoring.check(path=asked.file, progress=tell)
    if asked.json:
        output.as_json(_told(contents))
        return 0
    output.say(
        f"{asked.file} is whole. Made {contents.made_at:%Y-%m-%d %H:%M:%S} UTC by {contents.made_by} with Vital Few"
        f" {contents.product} from {contents.database}: {_words(contents)}."
    )
    _say_lost(contents)
    return 0


def _say_lost(contents: Manifest) -> None:
    if contents.lost:
        output.complain(
            f"{len(contents.lost):,} files were missing or damaged when it was made, such as {contents.lost[0]}."
        )


def _say_erasures(report: RestoreReport) -> None:
    if report.erasures is None:
        output.complain(
            "The database before could not be read: look after erasures that were recorded since the backup was made."
        )
    elif report.erasures:
        output.say(
            f"{len(report.erasures):,} erasures recorded since were carried over; {report.again:,} people are erased again."
        )


def _words(contents: Manifest) -> str:
    held = [f"{count:,} {name}" for name, count in contents.counts.items()]
    return ", ".join([*held, f"{len(contents.members):,} files"])


def _size(count: int) -> str:
    return f"{count / (1 << 20):,.1f} MB"


def _told(contents: Manifest) -> dict[str, Any]:
    return {
        "made_at": contents.made_at,
        "made_by": contents.made_by,
        "product": contents.product,
        "database": contents.database,
        "counts": dict(contents.counts),
        "files": len(contents.members),
        "content_bytes": contents.size,
        "lost": list(contents.lost),
    }


def _restored(report: RestoreReport) -> dict[str, Any]:
    return {
        **_told(report.contents),
        "kept": str(report.kept),
        "kept_schema": report.kept_schema,
        "sessions": report.sessions,
        "links": report.links,
        "mails": report.mails,
        "erasures": None if report.erasures is None else len(report.erasures),
        "erased_again": report.again,
    }
