"""Where the reference ledgers lie that these tests read: never part of the project, so a test may have to skip."""

from __future__ import annotations

import os
from pathlib import Path


def folder(name: str) -> Path | None:
    """The folder `name` under VITALFEW_DATA, or under shared/data beside the project; None where it is absent."""
    root = os.environ.get("VITALFEW_DATA")
    found = (Path(root) if root else Path(__file__).parents[3] / "shared" / "data") / name
    return found if found.is_dir() else None
