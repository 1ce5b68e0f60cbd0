"""A word that tells what a firm is: its industry, its region, the beginning of its postcode, its size band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.reading import Bools, words
from vitalfew.analytics.refusals import NotAColumn

# A word that fewer accounts share than this shares its effect with all such words.
RARE = 5


@dataclass(frozen=True, slots=True)
class Category:
    """Words without an order. `words` are the accounts' own, `common` says which of them have an effect of their own.

    Of codes only the first `prefix` characters count (0: all). `pooled` is true where rare words share one effect; a
    word that no account has is then one of them, else nothing is known of it.
    """

    name: str
    prefix: int
    words: tuple[str, ...]
    common: Bools
    pooled: bool

    @property
    def features(self) -> Ints:
        return np.zeros(int(self.common.sum()) + self.pooled, dtype=np.int64)

    def read(self, source: pa.Table) -> Floats:
        """Shape (firms, 1): places in `words`, one after the last for words no account has, NaN for none at all.

        Raises NotAColumn.
        """
        codes, found = _cut(*words(source, self.name), self.prefix)
        place = {word: code for code, word in enumerate(self.words)}
        return _placed(codes, [place.get(word, len(self.words)) for word in found])

    def known(self, values: Floats) -> Bools:
        return ~np.isnan(values[:, 0]) & (self.pooled | (values[:, 0] < len(self.words)))

    def matrix(self, values: Floats) -> Floats:
        column = np.append(np.where(self.common, np.cumsum(self.common) - 1, self.common.sum()), self.common.sum())
        width = len(self.features)
        codes = np.nan_to_num(values[:, 0], nan=len(self.words)).astype(np.int64)
        one_hot: Floats = (column[codes][:, np.newaxis] == np.arange(width)).astype(np.float64)
        return one_hot

    def scaled(self, values: Floats) -> Floats:
        return values

    def apart(self, these: Floats, those: Floats) -> Floats:
        """0 for each pair of one word, else 1: two words that no account has are never compared."""
        return np.where(these == those.T, 0.0, 1.0)

    def likeness(self, this: Floats, that: Floats) -> str:
        return f"same {self.name} ({self.words[int(this[0])]})"

    def examples(self) -> tuple[Floats, list[str]]:
        """The words that have an effect of their own."""
        codes = np.flatnonzero(self.common)
        return codes[:, np.newaxis].astype(np.float64), [self.words[code] for code in codes.tolist()]


@dataclass(frozen=True, slots=True)
class Ordered:
    """Words from the lowest to the highest, such as size bands: each step up has its own effect."""

    name: str
    words: tuple[str, ...]

    @property
    def features(self) -> Ints:
        return np.zeros(len(self.words) - 1, dtype=np.int64)

    def read(self, source: pa.Table) -> Floats:
        """Shape (firms, 1): ranks in `words`, NaN for none and for words outside the order. Raises NotAColumn."""
        codes, found = words(source, self.name)
        place = {word: float(rank) for rank, word in enumerate(self.words)}
        return _placed(codes, [place.get(word, np.nan) for word in found])

    def known(self, values: Floats) -> Bools:
        return ~np.isnan(values[:, 0])

    def matrix(self, values: Floats) -> Floats:
        return (values >= np.arange(1, len(self.words))).astype(np.float64)

    def scaled(self, values: Floats) -> Floats:
        """Ranks as shares of all steps."""
        return values / max(len(self.words) - 1, 1)

    def apart(self, these: Floats, those: Floats) -> Floats:
        """0 to 1 for each pair: steps between the two as a share of all steps."""
        return np.abs(these - those.T)

    def likeness(self, this: Floats, that: Floats) -> str:
        return f"same {self.name} ({self.words[int(this[0])]})"

    def examples(self) -> tuple[Floats, list[str]]:
        ranks = np.arange(len(self.words), dtype=np.float64)
        return ranks[:, np.newaxis], list(self.words)


def learn_category(source: pa.Table, name: str, prefix: int = 0) -> Category:
    """Words of the accounts; of codes the first `prefix` characters, in capitals and without blanks."""
    codes, found = _cut(*words(source, name), prefix)
    count = np.bincount(codes[codes >= 0], minlength=len(found))
    return Category(name, prefix, tuple(found), count >= RARE, bool((count < RARE).any()))


def learn_order(source: pa.Table, name: str, order: Sequence[str]) -> Ordered:
    """Words of the accounts in their order. Raises NotAColumn for a word that the order does not name."""
    strange = sorted(set(words(source, name)[1]) - set(order))
    if strange:
        raise NotAColumn(
            f"The column {name} holds “{strange[0]}”, which its order does not name: {', '.join(order)}. Name it there."
        )
    return Ordered(name, tuple(order))


def _cut(codes: Ints, found: list[str], prefix: int) -> tuple[Ints, list[str]]:
    if not prefix:
        return codes, found
    short = ["".join(word.upper().split())[:prefix] for word in found]
    distinct = sorted(set(short))
    place = np.array([distinct.index(word) for word in short] or [-1])
    return np.where(codes >= 0, place[codes], -1), distinct


def _placed(codes: Ints, places: Sequence[float]) -> Floats:
    """The place of each code, NaN for the code -1."""
    return np.append(np.array(places, dtype=np.float64), np.nan)[codes][:, np.newaxis]
