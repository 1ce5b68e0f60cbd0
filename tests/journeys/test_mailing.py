"""Mail and links under many processes at once, and senders killed between the server's word and ours: none lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest

from tests.journeys.stores import SOAK, Installation, installation, together
from tests.trust.post.mailservers import Box, real

MAILS, ROUNDS = (500, 40) if SOAK else (60, 8)


@pytest.fixture
def place(tmp_path):
    with installation(tmp_path / "firm") as made:
        yield made


def asked(place: Installation, *words: object) -> dict:
    return together([place.start(*words, room="mailing")])[0]


def test_no_mail_is_sent_by_two_workers(place):
    idents = asked(place, "post", MAILS)["idents"]
    with real() as box:
        senders = [place.start("send", box.port, 0, room="mailing") for _ in range(4)]
        answers = together(senders)
    assert sum(answer["sent"] for answer in answers) == MAILS
    assert sum(bool(answer["sent"]) for answer in answers) > 1  # they truly shared the work
    assert Counter(box.idents) == Counter(idents)
    assert asked(place, "left") == {"waiting": 0, "sent": MAILS, "all": MAILS}


def test_clock_sends_what_is_due(place):
    idents = asked(place, "post", 3)["idents"]
    with real() as box:
        assert asked(place, "tick", box.port) == {"waiting": 0, "sent": 3, "all": 3}
    assert box.idents == idents


def killed(sender: subprocess.Popen[str]) -> bool:
    """Let a sender go and wait until it is killed or done; whether it was killed."""
    assert sender.stdout.readline() == "ready\n"
    with suppress(BrokenPipeError):
        sender.stdin.write("go\n")
        sender.stdin.flush()
    sender.communicate()
    return sender.returncode == -signal.SIGKILL


def test_sender_killed_at_any_moment_loses_nothing(place):
    seed = int(os.environ.get("VITALFEW_SEED", time.time_ns() % 1_000_000))
    print(f"VITALFEW_SEED={seed} repeats these moments")
    source, box, senders = random.Random(seed), Box(), []
    idents, kills, minutes = asked(place, "post", MAILS)["idents"], 0, 0
    victims = set(source.sample(range(1, MAILS - 10), ROUNDS))

    def kill() -> None:
        """The server has the mail: its sender dies before it hears so, or a little later, wherever it is then."""
        if len(box.taken) in victims and source.random() < 0.5:
            senders[-1].kill()
        elif len(box.taken) in victims:
            threading.Timer(source.uniform(0, 0.03), senders[-1].kill).start()

    box.on_taken = kill
    with real(box):
        while not senders or killed(senders[-1]):
            kills += bool(senders)
            senders.append(place.start("send", box.port, minutes, room="mailing"))
            minutes += 6  # the lease of what the last one held is over
    times = Counter(box.idents)
    twice, lost = sum(count - 1 for count in times.values()), set(idents) - set(times)
    print(f"{place.database}: {MAILS} mails, {kills} senders killed, {twice} delivered twice, {len(lost)} lost")
    assert (lost, set(times) - set(idents)) == (set(), set())
    assert kills >= ROUNDS // 2 and twice <= kills
    assert asked(place, "left") == {"waiting": 0, "sent": MAILS, "all": MAILS}


def test_link_used_by_many_at_one_moment_lets_one_in(place):
    tokens = asked(place, "make", 20)["tokens"]
    answers = together([place.start("use", *tokens, room="mailing") for _ in range(6)])
    assert Counter(token for answer in answers for token in answer["won"]) == Counter(tokens)
