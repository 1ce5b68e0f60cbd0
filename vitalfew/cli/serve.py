"""The command that serves: web workers, the job worker and the clock, all ending together."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType

from django.conf import settings
from django.db import DatabaseError

from vitalfew.cli import output
from vitalfew.cli.numbers import within
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.rounds import schedule
from vitalfew.trust import people
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person
from vitalfew.trust.signing import one_time as signin

_TICK = 10.0


class PortTaken(Refusal):
    """Something else answers on that port."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    made = commands.add_parser("serve", help="serve the web application and the API")
    add_options(made)
    made.set_defaults(command=serve)


def add_options(made: argparse.ArgumentParser) -> None:
    """Where to answer and with how many processes; the demo takes the same."""
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=within(1, 65_535), default=8000)
    made.add_argument("--workers", type=within(1, 64), default=2)


def serve(asked: argparse.Namespace, by: Actor) -> int:
    """Serve until told to end."""
    host = f"[{asked.host}]" if ":" in asked.host else asked.host
    address = settings.VITALFEW_ADDRESS or f"http://{host}:{asked.port}"
    _free(asked.host, asked.port)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, frame: _stop(stop, number, frame))
    children = [_web(asked), _jobs()]
    try:
        _wait_until_up(asked.host, asked.port, children[0])
        _invite(address, by.person, by)
        return _run(stop, children)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()


def _web(asked: argparse.Namespace) -> subprocess.Popen[bytes]:
    words = [
        "--interface",
        "wsgi",
        "--host",
        asked.host,
        "--port",
        str(asked.port),
        "--workers",
        str(asked.workers),
        "--no-access-log",  # addresses may carry tokens, whatever the environment says
        "--log-level",
        "warning",
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "granian", *words, "--blocking-threads", "4", "vitalfew.config.wsgi:application"],
        env=_environment(),
    )


def _jobs() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "django", "db_worker", "--interval", "1", "--no-reload", "-v", "0"], env=_environment()
    )


def _environment() -> dict[str, str]:
    """What children need: the same settings and home, wherever they were named."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "vitalfew.config.settings",
        "VITALFEW_HOME": str(settings.VITALFEW_HOME),
    }


def _free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} on {host} cannot be used ({error.strerror}). Name another: --port {port + 1}."
            ) from None


def _wait_until_up(host: str, port: int, web: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if web.poll() is not None:
            raise PortTaken("The web server ended at once; what it printed above says why.")
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.1)


def _invite(address: str, person: Person | None, by: Actor) -> None:
    output.say(f"Vital Few answers at {address}/")
    guest = person or people.first_administrator()
    if guest is None:
        output.say("Nobody can sign in yet. Make the first administrator: vitalfew admin create EMAIL NAME")
        return
    token = signin.make_link(person=guest, by=by, at=clock.now())
    output.say(f"Sign in once as {guest.name}, within an hour: {address}/signin/{token}/")


def _run(stop: threading.Event, children: list[subprocess.Popen[bytes]]) -> int:
    while not stop.wait(_TICK):
        try:
            for word in schedule.tick(at=clock.now()):
                output.say(word)
        except (
            OSError,
            DatabaseError,
        ) as error:  # a full disk or a busy store must not end the server: the next tick tries again
            output.complain(f"The clock could not do what is due: {error}")
        if any(child.poll() is not None for child in children):
            output.complain("A part of the server ended; the rest is ended with it.")
            return 1
    return 0


def _stop(stop: threading.Event, number: int, frame: FrameType | None) -> None:
    del number, frame
    stop.set()
