"""Situations and pieces of evidence, as the playbook's pure parts read them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from vitalfew.playbook.situation import People, Piece, Situation

TODAY = date(2026, 7, 1)
KEY_SINCE = date(2026, 6, 1)
_numbers = count(1)


def piece(kind: str, side: str = "ours", *, ago: int = 0, words: str = "", value=None) -> Piece:
    """A piece of so many days ago; each has a number and words of its own unless they are given."""
    number = next(_numbers)
    return Piece(
        kind, side, TODAY - timedelta(days=ago), None, f"talk {number}", words or f"thing {number}", value, "", number
    )  # fmt: skip


def sentence(answer: int, part: str = "decides", *, ago: int = 0) -> Piece:
    """The sentence that somebody there chose."""
    return piece("level_sentence", "customer", ago=ago, value={"answer": answer, "of": 4, "part": part})


def many(kind: str, how_many: int, side: str = "ours", *, ago: int = 0) -> tuple[Piece, ...]:
    return tuple(piece(kind, side, ago=ago) for _ in range(how_many))


def situation(stage: int, *pieces: Piece, people: People | None = None, **more) -> Situation:
    """A key account in a stage, with these pieces the newest first."""
    known = {
        "account": 1, "today": TODAY, "is_key": True, "stage": stage, "since": KEY_SINCE, "level": None,
        "people": people or People(), "pieces": tuple(sorted(pieces, key=lambda one: one.since, reverse=True)),
        "designated_on": KEY_SINCE,
    }  # fmt: skip
    return Situation(**known | more)
