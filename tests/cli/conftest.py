"""The command line, called as `vitalfew WORD…` is, in a data folder of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sales import monthly, write
from vitalfew.cli import main


@dataclass(frozen=True, slots=True)
class Said:
    """How a call ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def vitalfew(db, home: Path, capsys) -> Callable[..., Said]:
    """vitalfew("import", "sales.csv") runs one command in this process."""

    def call(*words: object) -> Said:
        capsys.readouterr()
        try:
            code = main.run([str(word) for word in words])
        except SystemExit as end:  # how argparse ends a call it cannot understand
            code = int(end.code or 0)
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return call


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """The monthly sales of eight customers as a file."""
    return write(tmp_path / "sales.csv", monthly())


@pytest.fixture
def stocked(vitalfew, sales) -> Callable[..., Said]:
    """The same, after the sales were imported and everything was found; two people are there."""
    for words in (
        ("import", sales),
        ("refresh",),
        ("admin", "create", "alice@example.org", "Alice", "Head"),
        ("people", "add", "ben@example.org", "Ben", "Manager", "--role", "manager"),
        ("people", "add", "carla@example.org", "Carla Deputy", "--role", "manager"),
    ):
        assert vitalfew(*words).code == 0
    return vitalfew
