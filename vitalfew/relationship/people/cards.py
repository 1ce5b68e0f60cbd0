"""Contacts from an address book: vCard files of any version, as rows of the same list as a table's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import vobject

from vitalfew.relationship.lists import ListRefused, Row

_MOST_BYTES = 20 * 2**20


def is_card(name: str) -> bool:
    """True for a file that calls itself an address book."""
    return name.casefold().endswith((".vcf", ".vcard"))


def read_cards(path: Path, *, name: str) -> tuple[Row, ...]:
    """One row for each card, with the fields of the contact list. Raises ListRefused where the file is none."""
    if path.stat().st_size > _MOST_BYTES:
        raise ListRefused(f"{name} is larger than 20 MB: hand it over in parts. Nothing was changed.")
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    try:
        return tuple(_rows(text))
    except (vobject.base.ParseError, vobject.base.VObjectError, ValueError, AttributeError, LookupError) as error:
        raise ListRefused(
            f"{name} is no address book that can be read ({_line(error)}). Nothing was changed."
        ) from error


def _rows(text: str) -> Iterator[Row]:
    found = 0
    for card in vobject.readComponents(text, allowQP=True):
        if card.name != "VCARD":
            continue
        found += 1
        yield Row(found, {field: " ".join(value.split()) for field, value in _fields(card)})
    if not found:
        raise ValueError("there is no card in it")


def _fields(card: vobject.base.Component) -> Iterator[tuple[str, str]]:
    contents = card.contents
    yield "name", _first(contents, "fn") or str(_value(contents, "n") or "")
    yield "email", _first(contents, "email")
    yield "phone", _first(contents, "tel").removeprefix("tel:")
    yield "title", _first(contents, "title") or _first(contents, "role")
    yield "language", _first(contents, "lang")[:2]
    firm = _value(contents, "org")
    yield "account", str(firm[0] if isinstance(firm, list) and firm else firm or "")


def _value(contents: dict[str, list[vobject.base.ContentLine]], key: str) -> object:
    return contents[key][0].value if contents.get(key) else None


def _first(contents: dict[str, list[vobject.base.ContentLine]], key: str) -> str:
    value = _value(contents, key)
    return str(value[0] if isinstance(value, list) and value else value or "")


def _line(error: Exception) -> str:
    number = getattr(error, "lineNumber", None)
    return f"line {number}" if number else str(error)[:80]
