"""Servers killed at random moments under writes: what was acknowledged is there, with its entry in an unbroken trail."""

from __future__ import annotations

import os
import random
import time

import pytest

from tests.journeys.conftest import free_port
from tests.journeys.stores import SOAK, Installation, answers, go, installation, kill

pytestmark = pytest.mark.soak
ROUNDS, VISITORS, LONGEST = 20 if SOAK else 5, 3, 2.5  # seconds of writing before the server is killed


@pytest.fixture
def firm(tmp_path):
    with installation(tmp_path / "firm") as made:
        made.told("prepare", 6)
        yield made


def killed_while_writing(firm: Installation, port: int, session: str, place: int, moment: float) -> list[dict]:
    """Serve, let visitors write, kill everything `moment` seconds after their first; what the visitors saw."""
    server = firm.serve(port)
    try:
        visitors = [
            firm.start("reviews", port, session, f"{place}.{number}", 10**6, room="visitors")
            for number in range(VISITORS)
        ]
        visitors.append(firm.start("newcomers", port, session, place, 10**6, room="visitors"))
        go(visitors)
        assert [visitor.stdout.readline() for visitor in visitors] == ["answered\n"] * len(visitors)
        time.sleep(moment)
    finally:
        kill(server)
    return answers(visitors)


def there(after: dict) -> set[str]:
    return {*after["reviews"], *after["people"]}


def whole(after: dict) -> None:
    """No record without its entry in the trail, no entry without its record, nothing twice, and the trail holds."""
    noted = [entry[2].get("reason") for entry in after["noted"] if entry[0] == "selection.review"]
    assert sorted(noted) == sorted(after["reviews"]) == sorted(set(after["reviews"]))
    added = [entry[2]["email"] for entry in after["noted"] if entry[0] == "trust.add_person"]
    assert sorted(added) == sorted(email for email in after["people"] if email.startswith("n"))
    assert after["broken"] == ""


def test_every_acknowledged_write_outlives_a_kill(firm):
    seed = int(os.environ.get("VITALFEW_SEED", time.time_ns() % 1_000_000))
    print(f"VITALFEW_SEED={seed} repeats these moments")
    moments = random.Random(seed)
    port, session = free_port(), firm.told("session")["session"]
    tried, acknowledged, unanswered = 0, set[str](), 0
    began = time.monotonic()
    for place in range(ROUNDS):
        seen = killed_while_writing(firm, port, session, place, moments.uniform(0, LONGEST))
        for answer in seen:
            tried += sum(answer["statuses"].values())
            unanswered += answer["statuses"].get("0", 0)
            acknowledged |= set(answer["acknowledged"])
            assert set(answer["statuses"]) <= {"0", "201", "302"}, (firm.home / "serve.log").read_text()
        after = firm.told("state")
        assert acknowledged - there(after) == set()
        whole(after)
    lost = acknowledged - there(after)
    print(
        f"{firm.database}: {ROUNDS} kills, {tried} writes tried, {len(acknowledged)} acknowledged, {unanswered} cut off, "
        f"{len(lost)} lost, {time.monotonic() - began:.0f} s"
    )
    assert unanswered == ROUNDS * (VISITORS + 1)  # every visitor was writing when the server was killed
    assert len(acknowledged) > ROUNDS
