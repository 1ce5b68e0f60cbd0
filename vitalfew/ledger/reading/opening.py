"""Opens a file of any kind a firm may hand over, or refuses it with one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vitalfew.ledger.reading.delimited import EmptyFile, open_delimited
from vitalfew.ledger.reading.excel import open_excel
from vitalfew.ledger.reading.kinds import NotATable, kind_of
from vitalfew.ledger.reading.limits import DEFAULT_LIMITS, Limits
from vitalfew.ledger.reading.parquet import open_parquet
from vitalfew.ledger.reading.refusal import Unreadable
from vitalfew.ledger.reading.table import Table
from vitalfew.ledger.reading.unpacking import PackedTwice, archive_of, is_office, unpacked_gzip, unpacked_zip


class NotAFile(Unreadable):
    """{name} is {what}. Nothing was changed. {remedy}."""


@dataclass(frozen=True, slots=True)
class _Request:
    name: str
    workspace: Path
    header_score: Callable[[Sequence[str]], int]
    limits: Limits


def open_table(
    *,
    path: Path,
    name: str,
    workspace: Path,
    header_score: Callable[[Sequence[str]], int],
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """The table in the file at `path`, called `name` in sentences, ready to stream.

    `workspace` is a folder that lives as long as the table and takes unpacked copies; the caller removes it.
    `header_score` says how many cells of a row look like names of known columns.
    Raises an `Unreadable` for anything that is no table; reading its blocks may raise one too.
    """
    try:
        _refuse_no_file(path, name)
        return _opened(path, _Request(name, workspace, header_score, limits), inside="")
    except PermissionError as error:
        raise NotAFile(
            name=name, what="not open to this program", remedy="Give read permission on the file and its folder"
        ) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotAFile(name=name, what="not there", remedy="Look at the name and the folder") from error
    except IsADirectoryError as error:
        raise NotAFile(name=name, what="a folder", remedy="Name the file in it that holds the sales lines") from error


def _refuse_no_file(path: Path, name: str) -> None:
    size = path.stat().st_size
    if path.is_dir():
        raise NotAFile(name=name, what="a folder", remedy="Name the file in it that holds the sales lines")
    if not path.is_file():
        raise NotAFile(name=name, what="no ordinary file", remedy="Save its content to a file first")
    if not size:
        raise EmptyFile(name=name)


def _opened(path: Path, asked: _Request, *, inside: str) -> Table:
    """`inside` is the name of the file within the packed one, "" for the file as it was handed over."""
    name, limits = asked.name, asked.limits
    notes = (f"Read {inside} inside {name}.",) if inside and not name.startswith(inside) else ()
    match kind_of(path=path, name=name):
        case "text":
            return open_delimited(path=path, name=name, header_score=asked.header_score, limits=limits, notes=notes)
        case "parquet":
            return open_parquet(path=path, name=name, limits=limits, notes=notes)
        case "ole":
            return open_excel(path=path, name=name, header_score=asked.header_score, limits=limits, notes=notes)
        case "gzip":
            _refuse_nested(asked, inside)
            copy = unpacked_gzip(path=path, name=name, workspace=asked.workspace, limits=limits)
            return _unpacked(copy, asked, name.removesuffix(".gz"))
        case _:
            return _opened_zip(path, asked, inside, notes)


def _opened_zip(path: Path, asked: _Request, inside: str, notes: tuple[str, ...]) -> Table:
    """Office documents are zips too; any other zip must hold one table."""
    name, limits = asked.name, asked.limits
    with archive_of(path=path, name=name, limits=limits) as archive:
        office = is_office(archive)
        if not office:
            _refuse_nested(asked, inside)
            copy, called = unpacked_zip(archive, path=path, name=name, workspace=asked.workspace, limits=limits)
    if not office:
        return _unpacked(copy, asked, called)
    if office not in {"excel", "ods"}:
        raise NotATable(name=name, what=office)
    return open_excel(path=path, name=name, header_score=asked.header_score, limits=limits, notes=notes)


def _unpacked(copy: Path, asked: _Request, called: str) -> Table:
    if not copy.stat().st_size:
        raise EmptyFile(name=asked.name)
    return _opened(copy, asked, inside=called)


def _refuse_nested(asked: _Request, inside: str) -> None:
    """Unpacking goes one level deep, for that is how bombs are nested."""
    if inside:
        raise PackedTwice(name=asked.name, inner=inside)
