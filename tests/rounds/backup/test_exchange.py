"""The exchange of states survives `kill -9` at each of its steps: what a start finds then is the old state or the new one, whole."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from vitalfew.rounds.backup import exchange
from vitalfew.rounds.backup.exchange import Move, Plan

OLD = {"ledger/parts/a": "old", "files/aa/b": "old", "secret.key": "old", "store.db": "old", "store.db-wal": "old"}
NEW = {"ledger/parts/z": "new", "files/zz/y": "new", "secret.key": "new", "audit.head": "new", "store.db": "new"}
PLAN = Plan(
    tuple(
        Move(name, f"restoring/new/{name}", f"before-restore-1/{name}", ("-wal",) if name == "store.db" else ())
        for name in ("ledger/parts", "files", "secret.key", "audit.head", "store.db")
    )
)
STEPS = ("rename", "unlink", "fsync", "rmdir", "mkdir")


def lay(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def held(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): path.read_text()
        for path in root.rglob("*")
        if path.is_file() and not {"before-restore-1", "restoring"} & set(path.parts)
    }


def kept(home: Path) -> dict[str, str]:
    root = home / "before-restore-1"
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def killed_at(home: Path, step: int, work) -> bool:
    """Do the work in a process that kills itself at this step; True when there was such a step."""
    child = os.fork()
    if child == 0:
        done = 0

        def counted(call):
            def through(*words, **more):
                nonlocal done
                done += 1
                if done == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*words, **more)

            return through

        for name in STEPS:
            setattr(os, name, counted(getattr(os, name)))
        work(home)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def exchanged(home: Path) -> None:
    exchange.decide(home, PLAN)
    exchange.carry_out(home, database="")


def started(home: Path) -> None:
    """What every start does."""
    if exchange.unfinished(home):
        exchange.carry_out(home, database="") if exchange.decided(home) else exchange.clear(home)


@pytest.fixture
def ready(tmp_path):
    def make(name: str) -> Path:
        home = tmp_path / name
        lay(home, OLD)
        lay(home / "restoring" / "new", NEW)
        return home

    return make


def test_the_new_state_takes_the_place_of_the_old_which_is_kept(ready):
    home = ready("home")
    exchanged(home)
    assert (held(home), kept(home), exchange.unfinished(home)) == (NEW, OLD, False)


def test_killed_at_any_step_it_is_the_old_state_or_the_new_one(ready):
    ends, step = [], 1
    while killed_at(home := ready(f"home{step}"), step, exchanged):
        decided = exchange.decided(home)
        before = held(home)
        started(home)
        assert (held(home), kept(home)) in ((OLD, {}), (NEW, OLD)), step
        assert decided or before == held(home), "without a journal nothing was touched, or all was done"
        ends.append(held(home) == NEW)
        step += 1
    assert ends == sorted(ends) and {False, True} == set(ends), "old until it is decided, new ever after"
    assert len(ends) > 20


def test_killed_again_and_again_it_still_ends(ready):
    home = ready("home")
    exchange.decide(home, PLAN)
    step = 1
    while exchange.decided(home):
        killed_at(home, step, lambda place: exchange.carry_out(place, database=""))
        step += 1
    started(home)
    assert (held(home), kept(home), step > 3) == (NEW, OLD, True)


def test_what_is_kept_is_never_overwritten(ready):
    home = ready("home")
    lay(home, {"before-restore-1/secret.key": "older"})
    exchanged(home)
    assert kept(home) == OLD | {"secret.key": "older"} | {"secret.key.2": "old"}
