"""Codes for the customers and products a file names: known ones looked up once, new ones numbered in order of arrival."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\ufeff]")
_BLANKS = re.compile(r"\s+")
_WHOLE = re.compile(r"^\d+\.0+$")

_KEPT = 400_000  # texts remembered between blocks before starting afresh: bounds memory

Lookup = Callable[[Iterable[str]], Mapping[str, int]]


def clean_key(text: str) -> tuple[str, bool]:
    """An id as it is kept, and whether something was mended: control signs, runs of blanks, the .0 a spreadsheet adds."""
    if text.isalnum() and text.isascii():  # nearly every id: nothing to mend
        return text[:120], False
    stripped = text.strip()
    key = _CONTROL.sub("", _BLANKS.sub(" ", stripped)).strip()
    if _WHOLE.match(key):
        key = key.split(".")[0]
    return key[:120], key != stripped


class Codebook:
    """Key to code for one kind of thing; `lookup` answers which of some keys the store knows."""

    def __init__(self, *, lookup: Lookup, next_code: int) -> None:
        self._lookup, self._next, self._first = lookup, next_code, next_code
        self._codes: dict[str, int] = {}
        self._read: dict[str, tuple[int, bool]] = {}
        self.new: dict[str, int] = {}

    def read(self, texts: Sequence[str]) -> list[tuple[int, bool]]:
        """For each text its code (0 for an empty one) and whether it was mended on the way."""
        unread = [text for text in texts if text not in self._read]
        if len(self._read) + len(unread) > _KEPT:
            self._read = {}
            unread = list(texts)
        cleaned = {text: clean_key(text) for text in unread}
        codes = self.codes(key for key, _ in cleaned.values() if key)
        for text, (key, mended) in cleaned.items():
            self._read[text] = (codes[key], mended) if key else (0, False)
        return [self._read[text] for text in texts]

    def is_new(self, code: int) -> bool:
        """Whether a code was given here, to a key that the store did not know."""
        return code >= self._first

    def codes(self, keys: Iterable[str]) -> dict[str, int]:
        """The code of each key; unknown keys get the next codes in the order given."""
        wanted = list(dict.fromkeys(keys))
        unseen = [key for key in wanted if key not in self._codes]
        if unseen:
            self._codes.update(self._lookup(unseen))
            for key in unseen:
                if key not in self._codes:
                    self._codes[key] = self.new[key] = self._next
                    self._next += 1
        return {key: self._codes[key] for key in wanted}
