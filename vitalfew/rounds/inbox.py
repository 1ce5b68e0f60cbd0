"""The folder that is looked into: a file laid there is imported, and moved on with a word about what became of it."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings

from vitalfew.ground.errors import Ambiguity, Refusal
from vitalfew.ledger import arrivals, operations
from vitalfew.ledger.engines.folder import LedgerBusy
from vitalfew.ledger.importing.recognising import Wishes
from vitalfew.ledger.intake.report import sentence
from vitalfew.trust.actors import Actor

_LONGEST = 200  # bytes
SETTLED = 5.0  # seconds without a change before a file counts as wholly there


def folder() -> Path:
    """The inbox folder of this installation."""
    return Path(settings.VITALFEW_HOME) / "inbox"


def look(*, by: Actor, at: datetime, settled_only: bool = True) -> tuple[str, ...]:
    """Import every file in the folder, oldest first; one sentence for each.

    Imported files go to inbox/done, refused ones to inbox/refused, each with its report beside it. One that leaves a
    question goes to inbox/asked and waits on the Import page.
    """
    told = []
    for path in _waiting(settled_only):
        try:
            told.append(_take(path, by, at))
        except LedgerBusy:
            break  # the rest keeps lying here for the next look
    return tuple(told)


def _waiting(settled_only: bool) -> list[Path]:
    place = folder()
    place.mkdir(exist_ok=True)
    found = [path for path in place.iterdir() if path.is_file() and not path.name.startswith(".")]
    if settled_only:
        found = [path for path in found if time.time() - path.stat().st_mtime > SETTLED]
    return sorted(found, key=lambda path: path.stat().st_mtime)


def _take(path: Path, by: Actor, at: datetime) -> str:
    try:
        report = operations.import_file(path=path, name=path.name, wishes=Wishes(), by=by, at=at)
    except LedgerBusy:
        raise
    except Ambiguity as question:
        arrival = arrivals.receive(path=path, name=path.name, by=by, at=at)
        arrivals.read(number=arrival.pk)
        _move(path, "asked", at, str(question))
        return f"{path.name} has a question, see the Import page: {question}"
    except Refusal as refusal:
        _move(path, "refused", at, str(refusal))
        return str(refusal)
    _move(path, "done", at, json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    return sentence(report)


def _move(path: Path, room: str, at: datetime, word: str) -> None:
    place = folder() / room
    place.mkdir(exist_ok=True)
    name = os.fsdecode(os.fsencode(path.name)[-_LONGEST:])  # the moment before and the word behind need their room too
    target = place / f"{at:%Y%m%d-%H%M%S}-{name}"
    path.rename(target)
    target.with_name(f"{target.name}.report.txt").write_text(word)
