"""Routes of the ledger: imports, batches, customers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from vitalfew.api.actors import actor_of, person_of
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ledger import operations, queries
from vitalfew.ledger.importing.recognising import Wishes
from vitalfew.ledger.visibility import find_account

router = Router(tags=["ledger"])


class Choices(Schema):
    """How a file is to be read; empty where it says itself. `map` is a JSON object of field to column."""

    model_config = ConfigDict(extra="forbid")
    map: str = "{}"
    dates: Literal["", "dmy", "mdy", "ymd"] = ""
    decimal: Literal["", "point", "comma"] = ""
    currency: Annotated[str, Field(pattern="^([A-Za-z]{3})?$")] = ""
    invoices: Literal["", "number", "yearly"] = ""
    dry_run: bool = False


class Newest(Schema):
    """How many, the newest first."""

    model_config = ConfigDict(extra="forbid")
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class MapRefused(Refusal):
    """`map` must be a JSON object of field to column name. Nothing was imported."""


@router.post("/imports", response={201: dict[str, Any]}, summary="Import a file of sales lines, customers or rates")
def import_file(request: HttpRequest, file: File[UploadedFile], choices: Form[Choices]) -> Status[dict[str, Any]]:
    """Import one file, all or nothing; the answer accounts for every line. 409 names the option that settles a doubt."""
    name = Path(file.name or "upload").name
    with NamedTemporaryFile(suffix=Path(name).suffix) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        report = operations.import_file(
            path=Path(copy.name),
            name=name,
            wishes=_wishes(choices),
            by=actor_of(request),
            at=clock.now(),
            dry_run=choices.dry_run,
        )
    return Status(201, report.as_json())


@router.get("/batches", response=list[dict[str, Any]], summary="The accepted files, the newest first")
def batches(request: HttpRequest, wanted: Query[Newest]) -> list[dict[str, Any]]:
    """Up to 1,000 accepted files with their reports."""
    person_of(request)
    return [asdict(row) for row in queries.batch_rows(limit=wanted.limit)]


@router.post("/batches/{int:number}/undo", response=dict[str, Any], summary="Undo a batch")
def undo(request: HttpRequest, number: int) -> dict[str, Any]:
    """Take a batch back; the earlier versions of its invoices come back."""
    operations.undo_batch(number=number, by=actor_of(request), at=clock.now())
    return asdict(queries.batch(number))


@router.get("/customers/{path:account}", response=dict[str, Any], summary="One customer and what it bought")
def customer(request: HttpRequest, account: str) -> dict[str, Any]:
    """Facts and figures of one customer, by its number."""
    person = person_of(request)
    found = find_account(account, person=person)
    return asdict(queries.customer_facts(account=found.pk, person=person, today=clock.now().date()))


def _wishes(choices: Choices) -> Wishes:
    try:
        columns = json.loads(choices.map)
    except ValueError:
        raise MapRefused(str(MapRefused.__doc__)) from None
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        raise MapRefused(str(MapRefused.__doc__))
    return Wishes(
        columns=columns,
        order=choices.dates,
        mark=choices.decimal,
        currency=choices.currency.upper(),
        invoices=choices.invoices,
    )
