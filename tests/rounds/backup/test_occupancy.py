"""Many may work in a data folder; a restore only alone."""

from __future__ import annotations

import pytest

from vitalfew.rounds.backup import occupancy
from vitalfew.rounds.backup.occupancy import BeingRestored, InUse


def test_many_share_and_none_is_alone_then(tmp_path):
    first, second = occupancy.enter(tmp_path), occupancy.enter(tmp_path)
    with pytest.raises(InUse, match="Nothing was changed"):
        first.alone()
    second.file.close()
    first.alone()


def test_nobody_enters_while_one_is_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(occupancy, "_PATIENCE", 0.1)
    first = occupancy.enter(tmp_path)
    first.alone()
    with pytest.raises(BeingRestored, match="wait until that has ended"):
        occupancy.enter(tmp_path)
    first.shared()
    occupancy.enter(tmp_path)
