"""Guards a zipped workbook before its parser sees it: bombs, entities, cells too long, sheets too wide."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

from vitalfew.ledger.reading.inflating import Meter, opened_zip, unzipped
from vitalfew.ledger.reading.letters import index_of
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.refusal import Damaged, Unreadable

_SHEETS = re.compile(r"xl/worksheets/.*\.xml")
_TEXTS = re.compile(r"xl/(worksheets/.*|sharedStrings)\.xml|content\.xml")
# Attack words, also as they look in UTF-16, which an XML part may be written in.
_ENTITY = [word.encode(codec) for word in ("<!ENTITY", "<!DOCTYPE") for codec in ("ascii", "utf-16-le", "utf-16-be")]
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"'](\d+)[\"']")
_FAR = re.compile(rb"\br=[\"']([A-Z]{2,3})\d")
# OpenDocument writes equal cells and rows once with a count; empty ones run to the sheet's end, filled ones never do.
_WIDE = re.compile(rb"<table:table-cell\b(?=[^>]*office:value-type)[^>]*number-columns-repeated=\"(\d{4,})\"")
_TALL = re.compile(
    rb"number-rows-repeated=\"(\d{5,})\"[^>]*>(?:(?!</table:table-row>).){0,4000}?office:value-type", re.S
)
_SMALL = 32  # pieces of a quarter megabyte: more than any honest workbook.xml and its relations


class XmlBomb(Unreadable):
    """{name} holds XML entity definitions ({part}), which no spreadsheet program writes and which are used for attacks. Nothing was changed. Open the file in Excel and save it again, or export it as CSV."""


class TextTooLong(Unreadable):
    """{name} has a text longer than {size} in one cell ({part}); Excel itself allows 32,767 characters. Nothing was changed. Export it again, or save the sheet as CSV and look for that cell."""


class SheetTooLarge(Unreadable):
    """{name} has a sheet of {rows} rows and {columns} columns ({part}), too large to read as Excel. Nothing was changed. Delete what stands far away from the table, or save the sheet as CSV."""


@dataclass(slots=True)
class _Extent:
    """How far down and right the cells of a sheet reach, from the references in its XML."""

    rows: int = 0
    columns: int = 26

    def take(self, data: bytes) -> None:
        last = data.rfind(b"<row")
        for start in {data.find(b"<row"), last} - {-1}:
            if found := _ROW.match(data, start):
                self.rows = max(self.rows, int(found[1]))
        for letters in set(_FAR.findall(data)):
            self.columns = max(self.columns, index_of(letters.decode()) + 1)


def guard_workbook(*, path: Path, name: str, limits: Limits) -> None:
    """Inflates every part once, counting. Raises Bomb, XmlBomb, TextTooLong, SheetTooLarge, CutShort, Damaged, Locked."""
    meter = Meter(name, path.stat().st_size, limits)
    with opened_zip(path=path, name=name, limits=limits) as archive, path.open("rb") as file:
        for entry in archive.infolist():
            _guard_part(file, entry, meter, limits)


def _guard_part(file: object, entry: zipfile.ZipInfo, meter: Meter, limits: Limits) -> None:
    part = entry.filename
    markup = part.endswith((".xml", ".rels", ".vml"))
    texts, sheet = bool(_TEXTS.fullmatch(part)), bool(_SHEETS.fullmatch(part))
    extent, carry, run = _Extent(), b"", 0
    for data in unzipped(file, entry, meter=meter):  # type: ignore[arg-type]
        if not markup:
            continue
        joined = carry + data
        # Old OpenOffice manifests name a DTD, harmlessly: nothing is fetched and no entity is defined.
        if any(word in joined for word in _ENTITY) and not part.startswith("META-INF/"):
            raise XmlBomb(name=meter.name, part=part)
        if texts:
            run = _text_run(run, data)
            if run > limits.cell_bytes:
                raise TextTooLong(name=meter.name, size=f"{limits.cell_bytes // 1_000_000} MB", part=part)
        if sheet:
            extent.take(joined)
        if part == "content.xml" and (found := _WIDE.search(joined) or _TALL.search(joined)):
            rows, columns = ("1", found[1].decode()) if found.re is _WIDE else (found[1].decode(), "1")
            raise SheetTooLarge(name=meter.name, rows=rows, columns=columns, part=part)
        carry = joined[-512:]
    if extent.rows * extent.columns > limits.sheet_cells:
        raise SheetTooLarge(name=meter.name, rows=f"{extent.rows:,}", columns=f"{extent.columns:,}", part=part)


def _text_run(run: int, data: bytes) -> int:
    """Bytes since the last tag: a chunk is smaller than the largest cell, so only chunks without a tag add up."""
    last = data.rfind(b"<")
    return run + len(data) if last < 0 else len(data) - last


@dataclass(frozen=True, slots=True)
class Facts:
    """What the workbook's own XML says and its parser does not: sheet name -> part, and the date system."""

    parts: dict[str, str]
    date_1904: bool
    recalculates: bool


def facts_of(*, path: Path, name: str, limits: Limits) -> Facts:
    """Reads workbook.xml of an xlsx or xlsm; empty facts for other kinds (xlsb, ods)."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        if "xl/workbook.xml" not in archive.NameToInfo:
            return Facts({}, date_1904=False, recalculates=False)
        meter = Meter(name, path.stat().st_size, limits)
        whole = _start(unzipped(file, archive.getinfo("xl/workbook.xml"), meter=meter))
        links = b"<r/>"
        if "xl/_rels/workbook.xml.rels" in archive.NameToInfo:
            links = _start(unzipped(file, archive.getinfo("xl/_rels/workbook.xml.rels"), meter=meter))
    try:
        # Entities were refused above; nothing else in XML grows.
        book, relations = ElementTree.fromstring(whole), ElementTree.fromstring(links)
    except ElementTree.ParseError as error:
        raise Damaged(name=name, what="the list of its sheets cannot be read") from error
    targets = {link.get("Id"): link.get("Target", "") for link in relations.iter()}
    settings = {
        key: value
        for tag in book.iter()
        if tag.tag.endswith(("}workbookPr", "}calcPr"))
        for key, value in tag.attrib.items()
    }
    return Facts(
        parts={
            sheet.get("name", ""): _part(
                targets.get(next((v for k, v in sheet.attrib.items() if k.endswith("}id")), ""), "")
            )
            for sheet in book.iter()
            if sheet.tag.endswith("}sheet")
        },
        date_1904=settings.get("date1904") in {"1", "true"},
        recalculates=settings.get("fullCalcOnLoad") in {"1", "true"},
    )


def _start(parts: Iterable[bytes]) -> bytes:
    return b"".join(islice(parts, _SMALL))


def _part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
