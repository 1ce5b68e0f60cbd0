"""Tells whoever listens that an account has new evidence, after the commit: the judges stand above all steps and hang themselves in."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

type Listener = Callable[[int], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have `listener` called with the account's number after each commit that brought evidence; hung in once, at start."""
    if listener not in _listeners:
        _listeners.append(listener)


def ring(account: int) -> None:
    """Tell the listeners once the present transaction is committed, and never if it is not."""
    for listener in _listeners:
        transaction.on_commit(lambda heard=listener: heard(account), robust=True)  # type: ignore[misc]
