"""A served installation of its own and a real browser for each journey."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
SHOTS = ROOT / "screenshots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWS = {"desktop": (1440, 900), "phone": (390, 844)}


@dataclass(frozen=True, slots=True)
class Served:
    """An installation that answers at `address`; `home` is its data folder."""

    address: str
    home: Path

    def run(self, *words: str) -> str:
        """What a command of this installation prints."""
        made = subprocess.run(
            [sys.executable, "-m", "vitalfew", *words],
            env=environment(self.home),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return made.stdout

    def signin_link(self, email: str) -> str:
        """A fresh link for one of our people."""
        return self.run("signin", email, "--address", self.address).strip()


def environment(home: Path) -> dict[str, str]:
    """The environment of a process on an installation of its own, on its default database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VITALFEW_")}
    return {**kept, "VITALFEW_HOME": str(home), "PYTHONPATH": str(ROOT)}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """`vitalfew serve` on loopback, ended with the test."""
    port, home = free_port(), tmp_path / "home"
    installation = Served(f"http://127.0.0.1:{port}", home)
    installation.run("admin", "create", "alice@firm.example", "Alice Head")
    words = [sys.executable, "-m", "vitalfew", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(words, env=environment(home), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if re.search(r"/signin/\S+/$", line):
            break
    yield installation
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, once for all journeys."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A page on which Alice is signed in; anything the browser complains of fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True, bypass_csp=False)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(served.signin_link("alice@firm.example"))
    opened.get_by_role("button", name="Sign in").click()
    yield opened
    context.close()
    assert complaints == []


def look(page: Page, name: str, *, as_stranger: bool = False) -> None:
    """Take the page's picture at desktop and phone width, light and dark, and hold each against axe's rules."""
    SHOTS.mkdir(exist_ok=True)
    state = None if as_stranger else page.context.storage_state()
    for scheme in ("light", "dark"):
        for view, (width, height) in VIEWS.items():
            context = page.context.browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                storage_state=state,
                bypass_csp=True,
                reduced_motion="reduce",
            )
            shown = context.new_page()
            shown.goto(page.url)
            shown.wait_for_load_state("networkidle")
            shown.screenshot(
                path=SHOTS / f"{name}-{view}-{scheme}.png", full_page=True, animations="disabled", timeout=120_000
            )
            _axe(shown, f"{name} {view} {scheme}")
            wide = shown.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{name} {view}: the page is {wide} pixels wider than the window"
            context.close()


def _axe(page: Page, name: str) -> None:
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    told = [f"{rule['id']}: {rule['help']} ({rule['nodes'][0]['html'][:120]})" for rule in found["violations"]]
    assert told == [], f"{name}: {told}"
