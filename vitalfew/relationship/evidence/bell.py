"""Tells whoever listens which accounts have new evidence, once after each commit: the judges stand above all steps and hang themselves in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection, transaction

type Listener = Callable[[frozenset[int]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have `listener` called with the accounts' numbers after each commit that brought evidence; hung in once, at start."""
    if listener not in _listeners:
        _listeners.append(listener)


def ring(account: int) -> None:
    """Tell the listeners once the present transaction is committed, and never if it is not; all its accounts at once."""
    for waiting in connection.run_on_commit:  # what an undone inner transaction left is no longer among them
        heard: object = waiting[1]
        if isinstance(heard, _Rung):
            heard.accounts.add(account)
            return
    transaction.on_commit(_Rung({account}), robust=True)


@dataclass(slots=True)
class _Rung:
    """The accounts that a transaction rang for."""

    accounts: set[int] = field(default_factory=set)

    def __call__(self) -> None:
        for listener in _listeners:
            listener(frozenset(self.accounts))
