"""A throw-away PostgreSQL for tests: started from the installed binaries on a socket of its own, ended with the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

_ROLE = "vitalfew"
_START_UP = 60.0  # seconds before a server that does not answer is given up
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "timezone=UTC")


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a PostgreSQL that may be written to, for all tests of this session."""
    yield from given_or_own()


def given_or_own() -> Iterator[str]:
    """The address in VITALFEW_TEST_POSTGRES, else that of a server of our own; skips the test where there can be none."""
    given = os.environ.get("VITALFEW_TEST_POSTGRES", "")
    if given:
        yield given
        return
    lacking = why_none()
    if lacking and os.environ.get("VITALFEW_STRICT"):
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    with server() as address:
        yield address


def why_none() -> str:
    """Why no PostgreSQL can be started here, or nothing."""
    if binaries() is None:
        return "no PostgreSQL server is installed here: install the package postgresql, or set VITALFEW_TEST_POSTGRES=postgresql://…"
    if os.geteuid() == 0 and _unprivileged() is None:
        return "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run it as"
    return ""


def binaries() -> Path | None:
    """The folder of the newest installed server, or of the one on the path."""
    found = [
        path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if path.with_name("postgres").exists()
    ]
    on_path = shutil.which("initdb")
    if found:
        return max(found, key=lambda folder: [int(word) for word in folder.parent.name.split(".") if word.isdigit()])
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def server() -> Iterator[str]:
    """A server with an empty database, seen by this user and its own alone; its address works for psycopg and for Django."""
    place = binaries()
    if place is None:
        raise FileNotFoundError(why_none())
    user = _unprivileged() if os.geteuid() == 0 else None
    # Under /tmp itself: a socket's path may have 107 characters only, and the server's user must be able to reach it.
    root = Path(tempfile.mkdtemp(prefix="vf-pg-", dir="/tmp"))
    try:
        if user:
            os.chown(root, user.pw_uid, user.pw_gid)
        _run(
            user,
            [
                str(place / "initdb"),
                "-D",
                str(root / "data"),
                "-U",
                _ROLE,
                "--auth=trust",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C",
            ],
        )
        options = [word for setting in (*_QUICK, f"unix_socket_directories={root}") for word in ("-c", setting)]
        with (root / "log").open("wb") as log:
            running = subprocess.Popen(
                _as(user, [str(place / "postgres"), "-D", str(root / "data"), *options]),
                stdout=log,
                stderr=log,
                cwd="/",
            )
        try:
            address = f"postgresql://{_ROLE}@{quote(str(root), safe='')}/postgres"
            _wait(address, running, root / "log")
            yield address
        finally:
            running.send_signal(signal.SIGINT)  # end the sessions and stop
            running.wait()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd | None:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known.get("nobody")


def _as(user: pwd.struct_passwd | None, command: list[str]) -> list[str]:
    """The command under another user, and stopped by the kernel when the tests are killed, where setpriv can see to it."""
    setpriv = shutil.which("setpriv")
    if setpriv:
        role = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if user else []
        return [setpriv, *role, "--pdeathsig=INT", "--", *command]
    runuser = shutil.which("runuser")
    return [runuser, "-u", user.pw_name, "--", *command] if user and runuser else command


def _run(user: pwd.struct_passwd | None, command: list[str]) -> None:
    done = subprocess.run(_as(user, command), capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def _wait(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_UP
    while running.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(address, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
