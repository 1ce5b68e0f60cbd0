"""The same request sent at the same time to a served installation, of several processes: one record, one answer."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.journeys.conftest import free_port
from tests.journeys.stores import installation, kill

TOGETHER, ROUNDS = 6, 5
SECRET = "s" * 32


@pytest.fixture
def post(tmp_path):
    """post(path, key, words) to a server of two processes; the status, the answer and whether it was given again."""
    with installation(tmp_path / "firm") as firm:
        firm.told("prepare", 3)
        port, session = free_port(), firm.told("session")["session"]
        server = firm.serve(port)

        def send(path, key, words):
            headers = {
                "Cookie": f"sessionid={session}; csrftoken={SECRET}", "X-CSRFToken": SECRET, "Idempotency-Key": key,
                "Content-Type": "application/json", "If-Match": "*",
            }  # fmt: skip
            asked = Request(f"http://127.0.0.1:{port}/api{path}", json.dumps(words).encode(), headers)
            try:
                with urlopen(asked, timeout=120) as answer:
                    return answer.status, json.load(answer), answer.headers.get("Idempotent-Replayed")
            except HTTPError as error:
                return error.code, json.load(error), None

        yield send
        kill(server)


def test_the_same_request_at_once_makes_one_record(post):
    words = {"account": "C00001", "reason": "Looked", "outcome": "keep"}
    together = Barrier(TOGETHER, timeout=120)

    def one(key):
        together.wait()
        return post("/reviews", key, words)

    tally = {"made": 0, "again": 0, "busy": 0}
    for number in range(ROUNDS):
        with ThreadPoolExecutor(TOGETHER) as hands:
            answers = list(hands.map(one, [f"k{number}"] * TOGETHER))
        assert {status for status, _told, _again in answers} <= {201, 409}
        made = [(json.dumps(told), again) for status, told, again in answers if status == 201]
        assert len({told for told, _again in made}) == 1
        assert [again for _told, again in made].count(None) == 1
        tally["made"] += 1
        tally["again"] += len(made) - 1
        tally["busy"] += TOGETHER - len(made)
        status, told, again = post("/reviews", f"k{number}", words)  # whoever was told to ask again
        assert (status, json.dumps(told), again) == (201, made[0][0], "true")
    _status, told, _again = post("/reviews", "another", words)
    assert sum(event["what"] == "reviewed: keep" for event in told["events"]) == ROUNDS + 1
    print(f"{ROUNDS} × {TOGETHER} at once: {tally}")
