"""Installations for processes that write at the same time: on SQLite, or in a scratch database of the PostgreSQL under test."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg

ROOT = Path(__file__).parents[2]
SOAK = bool(os.environ.get("VITALFEW_SOAK"))  # the long forms; `make soak` sets it


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder with its database, and how a process finds both."""

    home: Path
    environment: dict[str, str]
    database: str  # "SQLite" or "PostgreSQL", for the figures that a test prints

    def start(self, *words: object, room: str = "edits") -> subprocess.Popen[str]:
        """A process of `tests.journeys.edits`, or of another such room, which waits for one line before it begins."""
        return subprocess.Popen(
            [sys.executable, "-m", f"tests.journeys.{room}", *map(str, words)],
            env=self.environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def told(self, *words: object) -> dict:
        """What one process of `tests.journeys.edits` answers."""
        return together([self.start(*words)])[0]

    def serve(self, port: int, workers: int = 2) -> subprocess.Popen[bytes]:
        """`vitalfew serve` in a process group of its own, from its first answer on."""
        server = subprocess.Popen(
            [sys.executable, "-m", "vitalfew", "serve", "--port", str(port), "--workers", str(workers)],
            env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=(self.home / "serve.log").open("ab"), start_new_session=True,
        )  # fmt: skip
        assert server.stdout.readline(), (self.home / "serve.log").read_text()
        while not _answers(port):
            assert server.poll() is None, (self.home / "serve.log").read_text()
            time.sleep(0.1)
        return server


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            return answer.status == 200
    except OSError:
        return False


def together(processes: list[subprocess.Popen[str]]) -> list[dict]:
    """Let the processes go when all are ready; what each answers."""
    go(processes)
    return answers(processes)


def go(processes: list[subprocess.Popen[str]]) -> None:
    """Let the processes begin, all at once."""
    for process in processes:
        ready = process.stdout.readline()
        assert ready == "ready\n", ready + process.communicate()[1]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()


def answers(processes: list[subprocess.Popen[str]]) -> list[dict]:
    """What each process answers at its end."""
    told = [process.communicate() for process in processes]
    complaints = [complaint for _, complaint in told if complaint]
    assert complaints == [], complaints[0]
    return [json.loads(said.splitlines()[-1]) for said, _ in told]


def kill(server: subprocess.Popen[bytes]) -> None:
    """End the whole process group at once, as the kernel does when memory runs out, and wait until it is gone."""
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()
    with suppress(ProcessLookupError):
        for _ in range(200):  # where nobody reaps the dead, they keep their number
            os.killpg(server.pid, 0)
            time.sleep(0.01)


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """An installation with its tables, in a folder that is not there yet; a scratch database goes when the block ends."""
    home, named = folder / "home", os.environ.get("VITALFEW_DATABASE", "")
    home.mkdir(parents=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VITALFEW_", "DJANGO_"))}
    own = {**kept, "VITALFEW_HOME": str(home), "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "vitalfew.config.settings"}  # fmt: skip
    if not named.startswith(("postgres:", "postgresql:")):
        yield _made(Installation(home, own, "SQLite"))
        return
    name = f"vf_{secrets.token_hex(6)}"
    with psycopg.connect(named, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            address = urlunsplit(urlsplit(named)._replace(path=f"/{name}"))
            yield _made(Installation(home, {**own, "VITALFEW_DATABASE": address}, "PostgreSQL"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _made(empty: Installation) -> Installation:
    subprocess.run([sys.executable, "-m", "vitalfew", "people"], env=empty.environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    return empty
