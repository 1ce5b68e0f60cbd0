"""A ledger of the test's own, work done at once, and a way to find everything anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.sales import NOW, brought
from vitalfew.ledger.intake.report import ImportReport
from vitalfew.rounds import refresh
from vitalfew.trust.actors import operator

IMMEDIATE = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def bring(db, home: Path, tmp_path: Path) -> Callable[..., ImportReport]:
    """bring(rows) imports sales into an empty ledger in a data folder of the test's own."""

    def bring_it(*words: object, **more: object) -> ImportReport:
        return brought(tmp_path, *words, **more)  # type: ignore[arg-type]

    return bring_it


@pytest.fixture
def refreshed(bring) -> Callable[..., refresh.RefreshReport]:
    """refreshed(as_of) finds everything anew."""

    def find(as_of: str | None = None, **more: object) -> refresh.RefreshReport:
        return refresh.refresh(by=operator(), at=NOW, as_of=date.fromisoformat(as_of) if as_of else None, **more)  # type: ignore[arg-type]

    return find


@pytest.fixture
def at_once(settings) -> None:
    """Work left to the worker is done at once."""
    settings.TASKS = IMMEDIATE
