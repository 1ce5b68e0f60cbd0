"""What a sheet's XML says of formulas and errors that its parser leaves out."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vitalfew.ledger.reading.inflating import Meter, unzipped
from vitalfew.ledger.reading.letters import index_of
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.refusal import Unreadable

_P = rb"(?:\w+:)?"
_FORMULA = re.compile(
    rb"<"
    + _P
    + rb"c\b([^>]*)>\s*<"
    + _P
    + rb"f\b[^>]*?(?:/>|>[^<]*</"
    + _P
    + rb"f>)\s*(?:<"
    + _P
    + rb"v\s*/>|<"
    + _P
    + rb"v\b[^>]*>([^<]*)<)?"
)
_ERROR = re.compile(
    rb"<" + _P + rb"c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:(?!</" + _P + rb"c>).)*?<" + _P + rb"v\b[^>]*>([^<]*)<", re.S
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"']")
_TEXT = re.compile(rb"\bt=[\"']str[\"']")
_MOST_ERRORS = 1_000_000


class NoStoredValue(Unreadable):
    """{name} has a formula without a stored result in cell {cell} of sheet {sheet}. Nothing was changed. Open the file in Excel or LibreOffice, let it calculate, save it and import it again."""


@dataclass(slots=True)
class SheetFacts:
    """`errors`: 1-based row -> [(0-based column, text such as #REF!)]. `formulas` were counted, `zeros` of them hold 0."""

    errors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    formulas: int = 0
    zeros: int = 0


def sheet_facts(*, path: Path, part: str, name: str, sheet: str, limits: Limits) -> SheetFacts:
    """One pass over a sheet's XML. Raises NoStoredValue, naming the first formula cell whose result is not in the file."""
    facts, kept = SheetFacts(), 0
    for cells in _cells(path, part, name, limits):
        if b"f>" in cells or b"<f" in cells:
            for found in _FORMULA.finditer(cells):
                value = found[2]
                if not value and not (value is not None and _TEXT.search(found[1])):
                    # An empty text is a result (="" has one); nothing at all is none.
                    place = _PLACE.search(found[1])
                    raise NoStoredValue(name=name, cell=(place[1] + place[2]).decode() if place else "?", sheet=sheet)
                facts.formulas += 1
                facts.zeros += value == b"0"
        if kept < _MOST_ERRORS and (b't="e"' in cells or b"t='e'" in cells):
            for found in _ERROR.finditer(cells):
                if place := _PLACE.search(found[1]):
                    facts.errors.setdefault(int(place[2]), []).append((index_of(place[1].decode()), found[2].decode()))
                    kept += 1
    return facts


def _cells(path: Path, part: str, name: str, limits: Limits) -> Iterator[bytes]:
    """The XML in pieces that end behind a cell."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        if part not in archive.NameToInfo:
            return
        rest = b""
        for data in unzipped(file, archive.getinfo(part), meter=Meter(name, path.stat().st_size, limits)):
            rest += data
            end = max(rest.rfind(b"</c>"), rest.rfind(b":c>"))
            if end >= 0:
                yield rest[: end + 4]
                rest = rest[end + 4 :]
        yield rest
