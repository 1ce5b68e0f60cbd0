"""Unpacks gz and zip files into the workspace, one table each."""

from __future__ import annotations

import contextlib
import errno
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from vitalfew.ledger.reading.inflating import Meter, gunzipped, opened_zip, unzipped
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.refusal import Unreadable

_TABLES = {".csv", ".tsv", ".txt", ".tab", ".psv", ".dat", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet"}
_PACKINGS = {".zip", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".zst", ".tar"}
# Marks a zip as an office document: reading its table is another room's work.
_WORKBOOK = {"xl/workbook.xml", "xl/workbook.bin"}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class SeveralTables(Unreadable):
    """{name} holds {count} tables: {tables}. Nothing was changed. Unpack it and import each of them."""


class NoTableInside(Unreadable):
    """{name} holds no table ({found}). Nothing was changed. Pack one CSV, Excel or Parquet file into it, or import that file as it is."""


class PackedTwice(Unreadable):
    """{name} holds another packed file ({inner}). Nothing was changed. Unpack it and import the table inside."""


class DiskFull(Unreadable):
    """The disk was full while {name} was unpacked. Nothing was changed. Make room for {size} or more and import it again."""


def is_office(archive: zipfile.ZipFile) -> str:
    """ "excel", "ods", the name of another office document, or "" for an ordinary zip."""
    names = set(archive.namelist())
    if names & _WORKBOOK:
        return "excel"
    if "mimetype" in names and "content.xml" in names:
        kind = archive.read("mimetype")[:200]
        return "ods" if b"spreadsheet" in kind else "a text document or presentation (OpenDocument)"
    for part, what in (
        ("word/document.xml", "a Word document"),
        ("ppt/presentation.xml", "a PowerPoint presentation"),
        ("Index/Document.iwa", "an Apple Numbers, Pages or Keynote file (export it as Excel or CSV)"),
        ("META-INF/MANIFEST.MF", "a Java program"),
    ):
        if part in names:
            return what
    return ""


def unpacked_gzip(*, path: Path, name: str, workspace: Path, limits: Limits) -> Path:
    """The unpacked copy of a gz file in the workspace."""
    meter = Meter(name, path.stat().st_size, limits)
    with path.open("rb") as file:
        return _written(gunzipped(file, meter=meter), workspace / "unpacked", name=name, meter=meter)


def unpacked_zip(
    archive: zipfile.ZipFile, *, path: Path, name: str, workspace: Path, limits: Limits
) -> tuple[Path, str]:
    """The unpacked copy of the one table in a zip, and the table's own name. Raises where there is not exactly one."""
    entry = _only_table(archive, name)
    meter = Meter(name, path.stat().st_size, limits)
    with path.open("rb") as file:
        copy = _written(unzipped(file, entry, meter=meter), workspace / "unpacked", name=name, meter=meter)
    return copy, PurePosixPath(entry.filename.replace("\\", "/")).name


def archive_of(*, path: Path, name: str, limits: Limits) -> contextlib.AbstractContextManager[zipfile.ZipFile]:
    """The zip file, checked, to be closed by `with`."""
    return contextlib.closing(opened_zip(path=path, name=name, limits=limits))


def _only_table(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    files = [entry for entry in archive.infolist() if not entry.is_dir() and not _clutter(entry.filename)]
    if packed := [entry for entry in files if _ending(entry) in _PACKINGS]:
        raise PackedTwice(name=name, inner=packed[0].filename)
    tables = [entry for entry in files if _ending(entry) in _TABLES]
    if len(tables) > 1 and any(_ending(entry) != ".txt" for entry in tables):
        tables = [entry for entry in tables if not _read_me(entry)]
    if len(tables) > 1:
        shown = ", ".join(entry.filename for entry in tables[:5]) + (", …" if len(tables) > 5 else "")
        raise SeveralTables(name=name, count=len(tables), tables=shown)
    if tables:
        return tables[0]
    if len(files) == 1:
        return files[0]
    raise NoTableInside(name=name, found=", ".join(entry.filename for entry in files[:5]) or "it is empty")


def _ending(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).suffix.lower()


def _clutter(filename: str) -> bool:
    """What macOS and Windows add to a zip by themselves."""
    parts = filename.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or parts[-1].startswith(".") or parts[-1].lower() in {"thumbs.db", "desktop.ini"}


def _read_me(entry: zipfile.ZipInfo) -> bool:
    return _ending(entry) == ".txt" and PurePosixPath(entry.filename).stem.lower() in {
        "readme",
        "read_me",
        "license",
        "licence",
    }


def _written(parts: Iterable[bytes], copy: Path, *, name: str, meter: Meter) -> Path:
    try:
        with copy.open("wb") as file:
            for part in parts:
                file.write(part)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskFull(name=name, size=f"{max(meter.seen, meter.packed * 10) // 1_000_000 + 1:,} MB") from error
    return copy
