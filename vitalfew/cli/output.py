"""What commands print: text for people on a terminal, JSON with stable keys for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Teller(Protocol):
    """Tells how far a piece of work is."""

    def __call__(self, word: str, done: float | None = None) -> None: ...


def say(text: str) -> None:
    """A sentence on standard output."""
    console.print(text, markup=False)


def complain(text: str) -> None:
    """A sentence on standard error."""
    errors.print(text, markup=False)


def as_json(value: Any) -> None:
    """A value as JSON on standard output; dates as ISO texts."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")
    sys.stdout.flush()


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """A plain table; the columns numbered in `right` are set right."""
    made = Table(box=None, header_style="bold", pad_edge=False)
    for place, name in enumerate(header):
        made.add_column(name, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    console.print(made, markup=False)


@contextmanager
def progress(title: str, *, quiet: bool) -> Iterator[Teller]:
    """A progress display on standard error, on terminals only."""
    if quiet or not errors.is_terminal:
        yield lambda word, done=None: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=30), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as shown:
        job = shown.add_task(title, total=1.0 if title else None)

        def tell(word: str, done: float | None = None) -> None:
            if done is None:
                shown.update(job, description=word, total=None)
            else:
                shown.update(job, description=word, total=1.0, completed=done)

        yield tell


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
