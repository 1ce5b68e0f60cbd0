"""Taking the fields of a play's file one by one: the wrong type, a word nobody knows and a field too many are refused."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from vitalfew.ground.errors import Refusal

_REORDERS = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # letters read in another order than kept


class PlayRefused(Refusal):
    """A play is a small TOML file with the fields that the docs name. It was not taken."""


class Table:
    """One table of a play's file. Each field is taken once; `end` refuses what nobody asked for.

    `where` is how a refusal calls the place: the file, and the table in it.
    """

    def __init__(self, raw: Any, where: str) -> None:
        if not isinstance(raw, dict):
            raise PlayRefused(f"{where} is to be a table of fields. {NOT_TAKEN}")
        self._left: dict[str, Any] = dict(raw)
        self.where = where

    def refused(self, field: str, wrong: str) -> PlayRefused:
        """The refusal for a field: where, which, what is wrong."""
        return PlayRefused(f"{self.where}: “{field}” {wrong}. {NOT_TAKEN}")

    def text(self, field: str, *, longest: int, needed: bool = True) -> str:
        """One line of text: blanks put in order, no signs that control the page."""
        raw = self._taken(field, needed)
        if raw is None:
            return ""
        if not isinstance(raw, str):
            raise self.refused(field, "is to be a text")
        if any(
            (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t") or sign in _REORDERS for sign in raw
        ):
            raise self.refused(field, "holds a sign that is no letter")
        words = " ".join(raw.split())
        if (needed and not words) or len(words) > longest:
            raise self.refused(field, f"needs 1 to {longest} letters")
        return words

    def word(self, field: str, known: Collection[str], *, needed: bool = True) -> str:
        """One of some known words, "" where it is not needed and not there."""
        found = self.text(field, longest=60, needed=needed)
        if found and found not in known:
            raise self.refused(field, f"cannot be “{found}”: say {_listed(known)}")
        return found

    def number(self, field: str, least: int, most: int, *, needed: bool = False) -> int | None:
        """A whole number between two bounds."""
        raw = self._taken(field, needed)
        if raw is not None and (not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most):
            raise self.refused(field, f"is to be a whole number from {least} to {most}")
        return raw

    def measured(self, field: str) -> float | None:
        """A number that may have a fraction."""
        raw = self._taken(field, False)
        if raw is not None and (not isinstance(raw, int | float) or isinstance(raw, bool) or not _finite(raw)):
            raise self.refused(field, "is to be a number")
        return None if raw is None else float(raw)

    def flag(self, field: str) -> bool | None:
        """true or false, None where nothing is said."""
        raw = self._taken(field, False)
        if raw is not None and not isinstance(raw, bool):
            raise self.refused(field, "is to be true or false")
        return raw

    def yes(self, field: str) -> bool:
        """true, or nothing said: that something is not asked for is said by leaving it out."""
        found = self.flag(field)
        if found is False:
            raise self.refused(field, "is true or left out")
        return bool(found)

    def several(self, field: str, *, needed: bool = False, most: int = 20) -> list[Any]:
        """A list, empty where it is not needed and not there."""
        raw = self._taken(field, needed)
        if raw is None:
            return []
        if not isinstance(raw, list) or not raw or len(raw) > most:
            raise self.refused(field, f"is to be a list of 1 to {most}")
        return raw

    def words(self, field: str, known: Collection[str] | None, *, needed: bool = False) -> tuple[str, ...]:
        """A list of words, each once, of those known (None: any)."""
        found = self.several(field, needed=needed)
        for one in found:
            if not isinstance(one, str) or (known is not None and one not in known):
                raise self.refused(field, f"cannot hold {_shown(one)}: say {_listed(known or ('words',))}")
        return self._once(field, found)

    def numbers(self, field: str, known: Collection[int]) -> tuple[int, ...]:
        """A list of whole numbers, each once, of those known."""
        found = self.several(field)
        for one in found:
            if not isinstance(one, int) or isinstance(one, bool) or one not in known:
                raise self.refused(field, f"cannot hold {_shown(one)}: say {_listed(map(str, known))}")
        return self._once(field, found)

    def table(self, field: str, *, needed: bool = False) -> Table:
        """A table in this one; empty where it is not needed and not there."""
        raw = self._taken(field, needed)
        return Table({} if raw is None else raw, f"{self.where}, {field}")

    def tables(self, field: str, *, needed: bool = False) -> list[Table]:
        """The tables of a list, each called by its place."""
        rows = self.several(field, needed=needed)
        return [Table(row, f"{self.where}, {field} {place}") for place, row in enumerate(rows, 1)]

    def end(self) -> None:
        """Refuse the fields that nobody asked for: a word mistyped must not be a condition that is not asked."""
        if self._left:
            raise self.refused(_short(next(iter(self._left))), "is no field of a play")

    def _taken(self, field: str, needed: bool) -> Any:
        found = self._left.pop(field, None)
        if found is None and needed:
            raise self.refused(field, "is missing")
        return found

    def _once[Word: (str, int)](self, field: str, found: list[Word]) -> tuple[Word, ...]:
        if len(set(found)) != len(found):
            raise self.refused(field, "names something twice")
        return tuple(found)


NOT_TAKEN = "The play was not taken."


def _finite(number: int | float) -> bool:
    return abs(number) <= 10**9 if isinstance(number, int) else math.isfinite(number) and abs(number) <= 1e9


def _listed(known: Iterable[str]) -> str:
    return ", ".join(known)


def _short(word: str) -> str:
    plain = "".join(sign if sign.isprintable() else "�" for sign in word[:40])
    return plain if len(word) <= 40 else f"{plain}…"


def _shown(value: Any) -> str:
    """A value in a refusal: short, and never drawn to its depth."""
    return (
        f"“{_short(value)}”"
        if isinstance(value, str)
        else _short(str(value))
        if isinstance(value, bool) or (isinstance(value, int) and abs(value) < 10**12)
        else "this"
    )
