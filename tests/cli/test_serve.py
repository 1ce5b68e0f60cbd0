"""`vitalfew serve` as a process of its own: it answers, signs in by its link, imports, and ends without leaving anybody."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ledger.ledgers import csv_of
from tests.sales import monthly

ROOT = Path(__file__).parent.parent.parent
BOUNDARY = "----vitalfew"


def environment(home: Path) -> dict[str, str]:
    """The settings of an installation of its own: whatever the tests' own say is left out."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("VITALFEW_") and name != "DJANGO_SETTINGS_MODULE"
    }
    return own | {"VITALFEW_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vitalfew", *words],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(group: int) -> list[int]:
    """The processes of a session that still live."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended while we looked
            if int(words[3]) == group and words[0] != "Z":
                found.append(int(entry.name))
    return found


@contextmanager
def served(home: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server and the path of the sign-in link it printed, ended with the test whatever happens."""
    with subprocess.Popen(
        [sys.executable, "-m", "vitalfew", "serve", "--port", str(port), "--workers", "2"],
        env=environment(home), stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as server:  # fmt: skip
        try:
            said = [server.stdout.readline() for _ in range(2)]
            assert said[0] == f"Vital Few answers at http://127.0.0.1:{port}/\n"
            found = re.fullmatch(
                rf"Sign in once as Ada Miller, within an hour: http://127\.0\.0\.1:{port}(/signin/\S+/)\n", said[1]
            )
            assert found, said[1]
            yield server, found[1]
        finally:
            for process in family(server.pid):
                os.kill(process, signal.SIGKILL)


class Browser:
    """Keeps cookies and sends the token of the session, as a browser and its forms do."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()

    def ask(
        self, verb: str, path: str, body: bytes = b"", kind: str = "application/x-www-form-urlencoded"
    ) -> tuple[int, str]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"http://127.0.0.1:{self.port}/",
        }
        if verb == "POST":
            headers |= {"Content-Type": kind, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        there.request(verb, path, body, headers)
        answer = there.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                pair, _, _ = value.partition(";")
                self.cookies[pair.partition("=")[0]] = pair.partition("=")[2]
        text = answer.read().decode()
        there.close()
        return answer.status, text


def upload(text: str) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="sales.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return f"{head}{text}\r\n--{BOUNDARY}--\r\n".encode()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are counted in /proc")
def test_served_firm_from_sign_in_to_numbers(tmp_path):
    home, port = tmp_path / "home", free_port()
    assert run(home, "admin", "create", "ada@example.org", "Ada Miller").returncode == 0
    with served(home, port) as (server, link):
        browser = Browser(port)
        assert [browser.ask("GET", path)[0] for path in ("/healthz", "/")] == [200, 302]
        assert browser.ask("GET", link)[0] == 200
        assert browser.ask("POST", link)[0] == 302
        assert Browser(port).ask("GET", link)[0] == 410
        assert browser.ask("GET", "/")[0] == 200
        code, text = browser.ask(
            "POST", "/api/imports", upload(csv_of(monthly())), f"multipart/form-data; boundary={BOUNDARY}"
        )
        assert (code, json.loads(text)["lines"]["accepted"]) == (201, 192)
        assert browser.ask("POST", "/api/refreshes", b"{}", "application/json")[0] == 202
        state = ""
        for _ in range(600):  # the worker's turn
            state = json.loads(browser.ask("GET", "/api/refreshes/newest")[1])["state"]
            if state in ("done", "failed"):
                break
            time.sleep(0.1)
        assert state == "done"
        assert json.loads(browser.ask("GET", "/api/accounts")[1])["total"] == 8
        taken = run(home, "serve", "--port", str(port))
        assert (taken.returncode, taken.stdout) == (1, "")
        assert (
            taken.stderr
            == f"Port {port} on 127.0.0.1 cannot be used (Address already in use). Name another: --port {port + 1}.\n"
        )
        assert len(family(server.pid)) >= 4  # the server, its web processes and its worker
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=15) == 0
        for _ in range(50):
            if not family(server.pid):
                break
            time.sleep(0.1)
        assert family(server.pid) == []


def test_home_that_cannot_be_one_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    said = run(tmp_path / "file", "batches")
    assert (said.returncode, said.stdout) == (1, "")
    assert (
        said.stderr == f"{tmp_path / 'file'} cannot be the data folder (File exists): name another in VITALFEW_HOME.\n"
    )


def test_first_call_makes_the_home_ready(tmp_path):
    said = run(tmp_path / "new" / "home", "batches", "--json")
    assert (said.returncode, said.stdout, said.stderr) == (0, "[]\n", "")
    assert (tmp_path / "new" / "home").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "home" / "secret.key").stat().st_mode & 0o777 == 0o600
