"""Kinds of accounts that may see us differently from the start: by industry and size, where enough of a kind are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitalfew.ledger.models import Customer

FEWEST = 10


@dataclass(frozen=True, slots=True)
class Kinds:
    """The industries and sizes that are told apart; all others are one kind together."""

    industries: tuple[str, ...]
    sizes: tuple[str, ...]

    @staticmethod
    def among(facts: Iterable[tuple[str, str]]) -> Kinds:
        """The industries and sizes (pairs) that ten accounts or more share, where there are two such at least."""
        rows = list(facts)
        return Kinds(_common(industry for industry, _size in rows), _common(size for _industry, size in rows))

    def design(self, facts: Iterable[tuple[str, str]]) -> NDArray[np.float64]:
        """A column for each kind, one where an account is of it, (accounts, kinds)."""
        rows = [
            [*(industry == one for one in self.industries), *(size == one for one in self.sizes)]
            for industry, size in facts
        ]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.industries) + len(self.sizes))

    def as_json(self) -> dict[str, list[str]]:
        return {"industries": list(self.industries), "sizes": list(self.sizes)}

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Kinds:
        return Kinds(tuple(kept["industries"]), tuple(kept["sizes"]))


def facts_of(accounts: Iterable[int]) -> list[tuple[str, str]]:
    """Industry and size of these accounts, in their order; "" where nobody noted it."""
    known = {pk: (industry, size) for pk, industry, size in Customer.objects.values_list("pk", "industry", "size")}
    return [known.get(int(account), ("", "")) for account in accounts]


def _common(words: Iterable[str]) -> tuple[str, ...]:
    counted = Counter(word for word in words if word)
    found = tuple(sorted(word for word, count in counted.items() if count >= FEWEST))
    return found if len(found) > 1 else ()
