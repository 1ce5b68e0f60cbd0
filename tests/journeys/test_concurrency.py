"""Many processes write at the same time: no edit is lost, none is refused without need, no database is locked."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.journeys.conftest import free_port
from tests.journeys.stores import SOAK, installation, kill, together

PROCESSES, EDITS = 8, 200
VISITORS, ACCOUNTS = 4, 24


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    with installation(tmp_path_factory.mktemp("firm")) as made:
        made.told("prepare", ACCOUNTS)
        yield made


@pytest.fixture(scope="module")
def visit(firm):
    """Let four processes visit the served firm at the same time; what each tells."""
    port, session = free_port(), firm.told("session")["session"]
    server = firm.serve(port)

    def visited(verb: str, count: int) -> list[dict]:
        began = time.monotonic()
        answers = together([firm.start(verb, port, session, name, count, room="visitors") for name in range(VISITORS)])
        statuses = sum((Counter(answer["statuses"]) for answer in answers), Counter())
        print(f"{firm.database}: {verb} {VISITORS} × {count}: {dict(statuses)}, {time.monotonic() - began:.0f} s")
        assert [status for status in statuses if int(status) >= 500 or int(status) == 0] == [], (
            firm.home / "serve.log"
        ).read_text()
        return answers

    yield visited
    kill(server)


def test_eight_processes_edit_one_row_and_no_edit_is_lost(firm):
    began = time.monotonic()
    answers = together([firm.start("increase", EDITS) for _ in range(PROCESSES)])
    took = time.monotonic() - began
    after = firm.told("state")
    stale = sum(answer["stale"] for answer in answers)
    print(f"{firm.database}: {PROCESSES * EDITS} edits, {stale} refused as stale and tried again, {took:.0f} s")
    assert (after["hours"], after["version"]) == (PROCESSES * EDITS, PROCESSES * EDITS + 1)
    assert sorted(entry[2]["hours_a_month"] for entry in after["noted"]) == list(range(1, PROCESSES * EDITS + 1))
    assert after["broken"] == ""
    assert stale > 0  # else they did not write at the same time


def test_a_person_saves_twenty_times_while_a_job_writes_other_fields(firm):
    before = firm.told("state")["setting"][2]
    rounds = 200 if SOAK else 20
    person, job = together([firm.start("edit", rounds), firm.start("touch", rounds * 10)])
    assert (person, job["saved"]) == ({"saved": rounds, "stale": 0}, rounds * 10)
    assert firm.told("state")["setting"] == [rounds - 1, str(rounds * 10 - 1), before + rounds * 11]


def test_every_review_through_page_and_api_is_one_record_with_one_entry(firm, visit):
    count = 400 if SOAK else 60
    answers = visit("reviews", count)
    sent = sorted(f"{name}-{place}" for name in range(VISITORS) for place in range(count))
    assert sorted(reason for answer in answers for reason in answer["acknowledged"]) == sent
    after = firm.told("state")
    assert sorted(after["reviews"]) == sent
    assert sorted(entry[2]["reason"] for entry in after["noted"] if entry[0] == "selection.review") == sent
    assert after["broken"] == ""


def test_four_who_designate_the_same_accounts_make_each_key_once(firm, visit):
    firm.told("release_all")
    answers = visit("designations", ACCOUNTS)
    assert sorted(known for answer in answers for known in answer["acknowledged"]) == sorted(
        f"C{account}" for account in range(1, ACCOUNTS + 1)
    )
    after = firm.told("state")
    assert (after["keys"], after["leads"]) == ([1] * ACCOUNTS, ACCOUNTS)
    assert [entry[0] for entry in after["noted"]].count("selection.designate") == ACCOUNTS


def test_four_who_add_the_same_people_add_each_once(firm, visit):
    answers = visit("people", 40 if SOAK else 12)
    added = sorted(known for answer in answers for known in answer["acknowledged"])
    assert added == sorted(f"p{place}@example.org" for place in range(40 if SOAK else 12))
    assert set(added) < set(firm.told("state")["people"])


def test_two_who_save_the_same_two_people_the_other_way_round_both_come_through(firm):
    first, second = firm.told("two_people")["people"]
    times = 200 if SOAK else 40
    there, back = together([firm.start("cross", times, first, second), firm.start("cross", times, second, first)])
    assert (there["saved"], back["saved"]) == (times, times)
