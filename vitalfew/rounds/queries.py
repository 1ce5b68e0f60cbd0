"""How far the newest refresh is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vitalfew.rounds.models import Refreshing


@dataclass(frozen=True, slots=True)
class Work:
    """A refresh: `state` is waiting, running, done or failed; `done` goes from 0 to 1; `stage` and `word` are for people."""

    state: str
    stage: str
    done: float
    word: str
    asked_at: datetime
    ended_at: datetime | None


def newest_refresh() -> Work | None:
    """The newest refresh anybody asked for."""
    row = Refreshing.objects.order_by("-pk").first()
    return Work(row.state, row.stage, row.done, row.word, row.asked_at, row.ended_at) if row else None
