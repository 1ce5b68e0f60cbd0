"""Says what a file is by its first bytes: a kind that can be read, or a name for what it is instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from vitalfew.ledger.reading.refusal import Unreadable

_KINDS: Final = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"PAR1", "parquet"),
)

# Bytes at the start of files that people hand over by mistake, and what to call them.
_STRANGERS: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x00\x01\x00\x00Standard ", "a Microsoft Access database"),
    (b"!BDN", "an Outlook mailbox"),
    (b"PARE", "an encrypted Parquet file"),
)
_PACKED: Final = (
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
)
_HTML = re.compile(r"<(!doctype\s+html|html|head|body|table|meta)\b", re.I)
_XML = re.compile(r"<\?xml|<[A-Za-z][\w:.-]*(\s[^<>]*)?>")
_JSON = re.compile(r"\[?\s*\{\s*(\"[^\"\n]*\"\s*:|\})|\[\s*(\[|\"[^\"\n]*\"\s*[,\]]|-?\d[\d.]*\s*[,\]])")


class NotATable(Unreadable):
    """{name} is {what}, not a table. Nothing was changed. Export the sales lines as CSV, Excel or Parquet and import that file."""


class ForeignPacking(Unreadable):
    """{name} is packed with {packer}, which cannot be read here. Nothing was changed. Unpack it and import the file inside, or pack it as zip or gz."""


def kind_of(*, path: Path, name: str) -> str:
    """One of gzip, zip, ole, parquet, text. Raises NotATable or ForeignPacking, naming what the file is instead."""
    with path.open("rb") as file:
        head = file.read(512)
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return kind
    for magic, what in _STRANGERS:
        # "MZ" is also how a customer's name may begin; a program has control bytes right behind it.
        if head.startswith(magic) and (magic != b"MZ" or b"\x00" in head[:64]):
            raise NotATable(name=name, what=what)
    for magic, packer in _PACKED:
        if head.startswith(magic):
            raise ForeignPacking(name=name, packer=packer)
    if head[257:262] == b"ustar":
        raise ForeignPacking(name=name, packer="tar")
    return "text"


def refuse_markup(*, text: str, name: str) -> None:
    """Raise NotATable where decoded text is a web page, XML or JSON; `text` is the start of the file."""
    start = text.lstrip("\ufeff \t\r\n")[:4096]
    if start.startswith("<"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in start:
            raise NotATable(name=name, what="an XML spreadsheet of Excel 2003 (open it in Excel and save it as .xlsx)")
        if _HTML.search(start):
            raise NotATable(
                name=name, what="a web page (HTML), whatever its ending says (open it in Excel and save it as .xlsx)"
            )
        if _XML.match(start):
            raise NotATable(name=name, what="an XML document")
    if start.startswith(("{", "[")) and _JSON.match(start):
        raise NotATable(name=name, what="JSON data")
    if start.startswith("#!"):
        raise NotATable(name=name, what="a script")
