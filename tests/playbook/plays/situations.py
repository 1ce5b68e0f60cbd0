"""Situations made by hand: an account on a day with the pieces that a test names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from vitalfew.playbook.situation import People, Piece, SeenLevel, Situation

TODAY = date(2026, 7, 1)
WIDE = People(
    contacts=8, known=6, functions=("finance", "operations", "purchasing", "technical", "sales"), deciders=2,
    decider_touch=TODAY - timedelta(days=10), last_touch=TODAY - timedelta(days=3),
)  # fmt: skip


def piece(kind, side="ours", *, ago=20, value=None, words="", number=7):
    return Piece(
        kind, side, TODAY - timedelta(days=ago), None, f"note:{number}", words=words, value=value, number=number
    )


def pieces(count, kind, side="ours", **more):
    return tuple(piece(kind, side, **more) for _ in range(count))


def level(stands=None, *, likeliest=None, verdict="", target=None):
    """A level that stands; or, with `likeliest` alone, one that may not be named."""
    told = verdict or ("level" if stands else "behaves like")
    return SeenLevel(told, stands, stands, likeliest or stands or 2, 1, 4, target)


def situation(stage=1, *, seen=2, found=(), people=WIDE, key=True, target=None, **more):
    return Situation(
        account=1, today=TODAY, is_key=key, stage=stage, since=TODAY - timedelta(days=100),
        level=level(seen, target=target) if seen else None, people=people, pieces=tuple(found),
        designated_on=TODAY - timedelta(days=300) if key else None, **more,
    )  # fmt: skip


def with_people(**more):
    return replace(WIDE, **more)
