"""The clock: what is due by itself, done once however many servers run."""

from __future__ import annotations

import fcntl
from datetime import datetime
from pathlib import Path
from typing import TextIO

from django.conf import settings

from vitalfew.ledger import queries
from vitalfew.playbook import judging
from vitalfew.relationship.survey import reminding
from vitalfew.rounds import inbox, jobs, post
from vitalfew.trust import once
from vitalfew.trust.actors import clock_actor


def tick(*, at: datetime) -> tuple[str, ...]:
    """Do what is due now: send mail, judge stages once a day, remind whom a survey waits for, look into the inbox folder, find everything anew when something was imported."""
    post.begin(at=at)
    path = Path(settings.VITALFEW_HOME) / "clock.lock"
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return ()
        once.prune(at)
        _daily(lock, at=at)
        reminding.remind_due(by=clock_actor(), at=at)
        told = inbox.look(by=clock_actor(), at=at)
        if told and queries.state().needs_refresh:
            jobs.refresh_later(by=clock_actor(), at=at)
        return told


def _daily(lock: TextIO, *, at: datetime) -> None:
    """Judge every stage on the first look of a day, since silence is no event; the clock's lock says which day was judged."""
    lock.seek(0)
    today = at.date().isoformat()
    if lock.read() == today:
        return
    judging.judge_stages(accounts=None, by=clock_actor(), at=at)
    lock.truncate(0)
    lock.write(today)
