"""Invented names of towns, companies and people: readable, varied, and each company's its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from vitalfew.demo.scene import words


def town_names(*, rng: np.random.Generator, count: int) -> list[str]:
    """`count` different invented towns, at most the product of the two halves of a place name."""
    ends = len(words.PLACE_ENDS)
    chosen = rng.permutation(len(words.PLACE_STARTS) * ends)[:count]
    return [_joined(words.PLACE_STARTS[code // ends], words.PLACE_ENDS[code % ends]) for code in chosen.tolist()]


def _joined(start: str, end: str) -> str:
    # "Holmmere" reads badly: one of two equal letters at the seam is enough.
    return start + end[1:] if start[-1] == end[0] else start + end


def person_names(*, rng: np.random.Generator, count: int) -> list[str]:
    """`count` names of people; two may share a name, as people do."""
    fore = rng.integers(len(words.FORENAMES), size=count).tolist()
    sur = rng.integers(len(words.SURNAMES), size=count).tolist()
    return [f"{words.FORENAMES[a]} {words.SURNAMES[b]}" for a, b in zip(fore, sur, strict=True)]


def company_names(
    *, rng: np.random.Generator, industries: Sequence[str], towns: Sequence[str], taken: Iterable[str] = ()
) -> list[str]:
    """One company name for each entry of `industries`; all differ from each other and from `taken`."""
    used = set(taken)
    draws = rng.integers(1 << 30, size=(len(industries), 4)).tolist()
    found = []
    for industry, town, draw in zip(industries, towns, draws, strict=True):
        name = _free_name(root=_root(draw), ending=words.ENDINGS[industry][draw[3] % 5], town=town, used=used)
        used.add(name)
        found.append(name)
    return found


def group_names(*, rng: np.random.Generator, count: int) -> list[str]:
    """Names for groups without their ending; they repeat only after a thousand and more."""
    codes = rng.permutation(len(words.ADJECTIVES) * len(words.NOUNS)).tolist()
    return [
        f"{words.ADJECTIVES[code % len(words.ADJECTIVES)]} {words.NOUNS[code // len(words.ADJECTIVES)]}"
        for code in (codes * (count // len(codes) + 1))[:count]
    ]


def _root(draw: Sequence[int]) -> str:
    style, first, second, _ = draw
    surname = words.SURNAMES[first % len(words.SURNAMES)]
    if style % 10 < 5:
        return f"{words.ADJECTIVES[first % len(words.ADJECTIVES)]} {words.NOUNS[second % len(words.NOUNS)]}"
    if style % 10 < 8:
        return surname
    return f"{surname} & {words.SURNAMES[second % len(words.SURNAMES)]}"


def _free_name(*, root: str, ending: str, town: str, used: set[str]) -> str:
    plain = f"{root} {ending}"
    if plain not in used:
        return plain
    numbers = itertools.chain([f"{plain} ({town})"], (f"{plain} ({town} {number})" for number in itertools.count(2)))
    return next(name for name in numbers if name not in used)


def other_spelling(name: str) -> str:
    """The same company as another clerk would have keyed it in: the pair that a duplicate search should find."""
    for long, short in (
        ("&", "and"),
        (" Restaurant", " Rest."),
        ("House", "Hse"),
        ("School", "Sch."),
        ("Catering", "Caterng"),
    ):
        if long in name:
            return f"{name.replace(long, short, 1)} Ltd"
    return f"{name.upper()} LTD"
