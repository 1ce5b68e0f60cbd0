"""Routes that take in files: contacts of a list or an address book, answers of a survey that was done elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from vitalfew.api.actors import actor_of, person_of
from vitalfew.api.relationship.bodies import Account, Body
from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship.people.importing import import_contacts
from vitalfew.relationship.survey.importing import import_answers

router = Router(tags=["relationship"])


class Trying(Body):
    """Whether only to tell what would be kept."""

    dry_run: bool = False


class Bringing(Trying):
    """The account of rows that name none."""

    account: Account = ""


@router.post("/contact-imports", response={201: dict[str, Any]}, summary="Bring in contacts of a list")
def bring_contacts(request: HttpRequest, file: File[UploadedFile], choices: Form[Bringing]) -> Status[dict[str, Any]]:
    """CSV, Excel, Parquet or vCard. A row that does not hold is told of with its number and left out."""
    account = find_account(choices.account, person=person_of(request)).pk if choices.account else None
    with _handed(file) as (path, name):
        told = import_contacts(
            path=path, name=name, account=account, dry_run=choices.dry_run, by=actor_of(request), at=clock.now()
        )
    return Status(201, asdict(told))


@router.post("/answer-imports", response={201: dict[str, Any]}, summary="Bring in answers of a survey")
def bring_answers(request: HttpRequest, file: File[UploadedFile], choices: Form[Trying]) -> Status[dict[str, Any]]:
    """One row for each form, as customers' own answers; the same file twice changes nothing."""
    with _handed(file) as (path, name):
        told = import_answers(path=path, name=name, dry_run=choices.dry_run, by=actor_of(request), at=clock.now())
    return Status(201, asdict(told))


@contextmanager
def _handed(file: UploadedFile) -> Iterator[tuple[Path, str]]:
    """The file on disk while it is read, and the name it was handed over under."""
    name = Path(file.name or "upload").name
    with NamedTemporaryFile(suffix=Path(name).suffix) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name), name
