"""The clock's part in sending mail: a thread of its own, so that a slow mail server holds nothing else up."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from django.db import DatabaseError, connection

from vitalfew.ground import clock
from vitalfew.trust.post import sending

logger = logging.getLogger(__name__)
_running: list[threading.Thread] = []  # at most one, in this process


def begin(*, at: datetime) -> threading.Thread | None:
    """Begin to send what is due, unless nothing is or this process sends already; the thread, for whoever wants to wait."""
    _running[:] = [thread for thread in _running if thread.is_alive()]
    if _running or not sending.due(at=at):
        return None
    # A daemon: a server that is told to end does not wait for a mail server; what it had claimed leaves after the lease.
    thread = threading.Thread(target=_send, name="post", daemon=True)
    _running.append(thread)
    thread.start()
    return thread


def _send() -> None:
    try:
        sending.deliver(now=clock.now)
    except (OSError, DatabaseError):  # a full disk or a busy store: what is due is still due at the next tick
        logger.warning("The outbox could not be sent.", exc_info=True)
    finally:
        connection.close()
