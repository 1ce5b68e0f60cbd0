"""Files handed over through the page, the API or the folder: kept, read, asked about, accepted or dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger import batches, operations
from vitalfew.ledger.engines.folder import disk_refusal
from vitalfew.ledger.importing.recognising import Wishes
from vitalfew.ledger.intake import understanding
from vitalfew.ledger.intake.report import sentence
from vitalfew.ledger.models import Arrival
from vitalfew.trust import audit, files, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person


class ArrivalRefused(Refusal):
    """The file is not in a state in which this can be done."""


def receive(*, path: Path, name: str, by: Actor, at: datetime) -> Arrival:
    """Take a file in: its bytes are kept, nothing is imported yet."""
    digest, name = files.digest_of(path), files.shown_name(name)
    files.place(path, digest=digest)
    with transaction.atomic():
        stored = files.known(digest=digest, name=name, size=path.stat().st_size, at=at)
        arrival = Arrival.objects.create(file=stored, file_name=name, person=by.person, arrived_at=at)
        audit.record(by=by, at=at, verb="ledger.receive", target=f"arrival:{arrival.pk}", after={"file": name})
    return arrival


def read(*, number: int) -> Arrival:
    """Open a received file and write down how it would be read, what is asked, or why it is refused."""
    arrival = _found(number)
    _tell(arrival, state=Arrival.State.READING, word="", done=0.0)
    with _told_when_refused(arrival), TemporaryDirectory(dir=batches.folder().made().looks) as workspace:
        understood = understanding.understand(
            path=files.path_of(arrival.file),
            name=arrival.file_name,
            workspace=Path(workspace),
            wishes=wishes_of(arrival.choices),
        )
        state = Arrival.State.ASKING if understood.questions else Arrival.State.READ
        _tell(arrival, state=state, preview=_preview(understood))
    return arrival


def answer(*, number: int, choices: Mapping[str, Any], by: Actor, at: datetime) -> Arrival:
    """Note what a person says about how the file is to be read; it is read again."""
    with transaction.atomic():
        arrival = _found(number, by.person, alone=True)
        if arrival.state not in (Arrival.State.ASKING, Arrival.State.READ, Arrival.State.REFUSED):
            raise ArrivalRefused(f"{arrival.file_name} is {arrival.get_state_display()}: nothing can be changed now.")
        _tell(arrival, choices={**arrival.choices, **choices}, state=Arrival.State.WAITING)
        audit.record(by=by, at=at, verb="ledger.answer", target=f"arrival:{number}", after=dict(choices))
    return arrival


def want(*, number: int, by: Actor, at: datetime) -> Arrival:
    """Say that a file is to be imported as it was read; `accept` does it."""
    with transaction.atomic():
        arrival = _found(number, by.person, alone=True)
        if arrival.state != Arrival.State.READ:
            raise ArrivalRefused(
                f"{arrival.file_name} is {arrival.get_state_display()}: it cannot be imported now. Look at its card."
            )
        _tell(arrival, state=Arrival.State.IMPORTING, done=0.0)
        audit.record(
            by=by, at=at, verb="ledger.want_import", target=f"arrival:{number}", after={"file": arrival.file_name}
        )
    return arrival


def accept(*, number: int, by: Actor, at: datetime) -> Arrival:
    """Import a received file as it was read."""
    arrival = _found(number)
    _tell(arrival, state=Arrival.State.IMPORTING, done=0.0)
    size = arrival.preview.get("lines_guess") or 1

    def progress(lines: int) -> None:
        Arrival.objects.filter(pk=number).update(done=min(0.95, lines / size))

    with _told_when_refused(arrival):
        report = operations.import_file(
            path=files.path_of(arrival.file),
            name=arrival.file_name,
            wishes=wishes_of(arrival.choices),
            by=by,
            at=at,
            progress=progress,
            wait=True,
        )
        _tell(arrival, state=Arrival.State.ACCEPTED, done=1.0, batch_id=report.batch, word=sentence(report)[:500])
    return arrival


def drop(*, number: int, by: Actor, at: datetime) -> Arrival:
    """Leave a received file unimported."""
    with transaction.atomic():
        arrival = _found(number, by.person, alone=True)
        if arrival.state == Arrival.State.ACCEPTED:
            raise ArrivalRefused(f"{arrival.file_name} is imported already: undo its batch instead.")
        _tell(arrival, state=Arrival.State.DROPPED)
        audit.record(by=by, at=at, verb="ledger.drop", target=f"arrival:{number}", before={"file": arrival.file_name})
    return arrival


def wishes_of(choices: Mapping[str, Any]) -> Wishes:
    """A person's choices as the importer takes them."""
    return Wishes(
        columns=choices.get("columns", {}),
        order=choices.get("dates", ""),
        mark=choices.get("decimal", ""),
        currency=choices.get("currency", ""),
        invoices=choices.get("invoices", ""),
    )


@contextmanager
def _told_when_refused(arrival: Arrival) -> Iterator[None]:
    """A refusal becomes the arrival's state and word; work that breaks off says so too before it is raised."""
    try:
        yield
    except Refusal as refusal:
        _tell(arrival, state=Arrival.State.REFUSED, word=str(refusal)[:500])
    except OSError as error:
        _tell(arrival, state=Arrival.State.REFUSED, word=str(disk_refusal(error, arrival.file_name))[:500])
    except BaseException:
        _tell(
            arrival,
            state=Arrival.State.REFUSED,
            word="The work on this file broke off; nothing was imported. The server's log says where.",
        )
        raise


def _preview(understood: understanding.Understood) -> dict[str, Any]:
    reading, table = understood.reading, understood.table
    return {
        "kind": reading.kind,
        "columns": list(table.columns),
        "fields": dict(reading.columns),
        "dates": reading.order,
        "decimal": reading.mark,
        "currency": reading.currency,
        "remembered": understood.remembered,
        "notes": list(table.notes),
        "lines_guess": understood.lines_guess,
        "questions": [
            {
                "option": question.option,
                "sentence": question.sentence,
                "answers": [list(pair) for pair in question.answers],
            }
            for question in understood.questions
        ],
        "lines": [
            {"row": line.row, "cells": [list(cell) for cell in line.cells]}
            for line in understanding.preview(understood)
        ],
    }


def _found(number: int, person: Person | None = None, *, alone: bool = False) -> Arrival:
    """The file, if the person may see it; `alone` keeps others from deciding about it until the transaction ends."""
    if alone:
        versions.hold(Arrival.objects.filter(pk=number))
    arrival = Arrival.objects.select_related("file").filter(pk=number).first()
    if arrival is None or (person is not None and arrival.person_id not in (None, person.pk)):
        raise Missing("There is no such file.")
    return arrival


def _tell(arrival: Arrival, **values: Any) -> None:
    versions.save(arrival, expected=None, **values)
