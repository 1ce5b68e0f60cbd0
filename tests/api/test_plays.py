"""Plays through the API: all with where they fit, an account's, a run step by step, and plays of the firm's own."""

from __future__ import annotations

from typing import get_args

import pytest

from tests import cast
from tests.playbook.plays.test_reading import WHOLE
from vitalfew.api.plays import Wanted
from vitalfew.ground import clock
from vitalfew.playbook.models import OwnPlay, PlayRun
from vitalfew.playbook.plays.play import EVENTS, EXPECTATIONS
from vitalfew.playbook.plays.shelf import built_in
from vitalfew.relationship.evidence.noting import note_evidence
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db(transaction=True)
TENDER, REASONS, OWN = "answer-a-tender", "name-what-sets-us-apart", "visit-the-plant"
START = "/accounts/C00001/plays"


@pytest.fixture
def firm(api):
    cast.customers(3)
    for account in ("C00001", "C00002"):
        assert api("post", "/designations", account=account, reason="Large").status_code == 201
    note_evidence(
        account=1, kind="tender", words="They asked three of us", source="https://firm.example/tender", by=cast.as_alice(), at=clock.now()
    )  # fmt: skip
    return api


@pytest.fixture
def edit(client, firm):
    """edit("put", "visit-the-plant", match=…, text=…) on a play of our own."""

    def call(verb: str, name: str, match: str | None = "*", **words):
        headers = {} if match is None else {"If-Match": match}
        return getattr(client, verb)(f"/api/plays/{name}", words, content_type="application/json", headers=headers)

    return call


def listed(firm, **words):
    return {one["name"]: one for one in firm("get", "/plays", **words).json()["plays"]}


def state():
    return (
        list(PlayRun.objects.order_by("pk").values()), list(OwnPlay.objects.order_by("pk").values()), AuditEntry.objects.count(),
    )  # fmt: skip


def test_every_play_is_told_with_where_it_fits_and_what_followed(firm):
    told = listed(firm)
    assert set(told) == set(built_in())
    play = built_in()[TENDER]
    assert (told[TENDER]["why"], len(told[TENDER]["steps"]), told[TENDER]["event"]) == (
        play.why,
        len(play.steps),
        "tender",
    )
    assert (told[TENDER]["fits"], told[REASONS]["fits"], told[TENDER]["going"]) == (["C00001"], ["C00001", "C00002"], 0)
    assert any("tender issued" in words for words in told[TENDER]["conditions"])
    nothing = {"up": 0, "stayed": 0, "down": 0, "unknown": 0, "n": 0, "too_few": True}
    assert told[TENDER]["followed"] == {"runs": 0, "level": nothing, "stage": nothing}


def test_a_run_counts_while_it_goes_and_in_what_followed_once_it_ended(firm):
    number = firm("post", START, play=TENDER).json()["number"]
    assert (listed(firm)[TENDER]["going"], listed(firm)[TENDER]["followed"]["runs"]) == (1, 0)
    assert firm("post", f"/play-runs/{number}/end", outcome="We won it").status_code == 201
    told = listed(firm)[TENDER]
    assert (told["going"], told["followed"]["runs"], told["followed"]["stage"]["stayed"]) == (0, 1, 1)


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ({"level": 2}, lambda play: 2 in play.levels),
        ({"expectation": "integrity"}, lambda play: play.serves == "integrity"),
        ({"event": "tender"}, lambda play: play.event == "tender"),
        ({"level": 4, "expectation": "value"}, lambda play: 4 in play.levels and play.serves == "value"),
        ({"name": TENDER}, lambda play: play.name == TENDER),
    ],
)
def test_plays_are_asked_for_by_level_expectation_event_and_name(firm, words, fits):
    wanted = {name for name, play in built_in().items() if fits(play)}
    assert (set(listed(firm, **words)), 0 < len(wanted) < len(built_in())) == (wanted, True)


def test_the_words_of_the_filters_are_those_of_plays():
    asked = {name: set(get_args(Wanted.model_fields[name].annotation)) for name in ("expectation", "event")}
    assert asked == {"expectation": {"", *EXPECTATIONS}, "event": {"", *EVENTS}}


@pytest.mark.parametrize(
    ("words", "status"),
    [({"level": 5}, 422), ({"expectation": "luck"}, 422), ({"event": "rain"}, 422), ({"stage": 1}, 400)],
)
def test_what_no_play_has_is_refused(firm, words, status):
    assert firm("get", "/plays", **words).status_code == status


def test_one_play_is_told_as_it_is_written_and_304_while_it_is_the_same(firm):
    answer = firm("get", f"/plays/{TENDER}")
    told = answer.json()
    assert (told["title"], told["origin"], told["text"], told["broken"]) == ("Answer a tender", "built in", None, "")
    assert firm("get", f"/plays/{TENDER}", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    unknown = firm("get", "/plays/no-such-play")
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "There is no play “no-such-play”.")


def test_an_account_tells_what_fits_with_sources_and_what_runs_with_its_steps(firm):
    before = firm("get", START).json()
    assert (before["fits"][0]["play"], before["fits"][0]["running"], before["running"]) == (TENDER, False, [])
    (reason,) = [one for one in before["fits"][0]["reasons"] if one["source"] == "https://firm.example/tender"]
    assert "They asked three of us" in reason["words"] and reason["evidence"]
    assert next(one["leaves"] for one in before["fits"] if one["play"] == REASONS) == ["reason_to_buy"]
    run = firm("post", START, play=TENDER).json()
    after = firm("get", START).json()
    assert (after["fits"][0]["running"], after["running"], after["ended"]) == (True, [run], [])
    assert [step["step"] for step in run["steps"]] == list(range(1, len(built_in()[TENDER].steps) + 1))
    assert (run["account"], run["stage"], run["level"], run["next"]) == ("C00001", "differentiate", None, 1)


def test_a_play_is_run_step_by_step_to_its_end(firm):
    number = firm("post", START, play=TENDER).json()["number"]
    done = firm("post", f"/play-runs/{number}/steps/1")
    assert (done.status_code, done.json()["next"], done.json()["steps"][0]["done_on"]) == (
        201,
        2,
        str(clock.now().date()),
    )
    twice = firm("post", f"/play-runs/{number}/steps/1")
    assert (twice.status_code, "was done on" in twice.json()["detail"]) == (422, True)
    assert firm("post", f"/play-runs/{number}/steps/99").status_code == 422
    assert firm("post", f"/play-runs/{number}/end", outcome="  ").status_code == 422
    ended = firm("post", f"/play-runs/{number}/end", outcome="We won it").json()
    assert (ended["outcome"], ended["ended_by"], ended["next"]) == ("We won it", "Alice Head", None)
    again = firm("post", f"/play-runs/{number}/end", outcome="We lost it")
    assert (again.status_code, "ended “Answer a tender”" in again.json()["detail"]) == (422, True)
    assert [run["number"] for run in firm("get", START).json()["ended"]] == [number]


def test_a_request_sent_again_with_its_key_starts_nothing_twice(firm):
    first, second = (firm("post", START, play=TENDER, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, first.content == second.content, PlayRun.objects.count()) == (201, True, 1)
    assert second["Idempotent-Replayed"] == "true"
    other = firm("post", START, play=TENDER)
    assert (other.status_code, "runs with" in other.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("account", "words", "status"),
    [
        ("C00002", {"play": TENDER}, 422),  # it does not fit there
        ("C00001", {"play": "no-such-play"}, 404),
        ("C77777", {"play": TENDER}, 404),
        ("C00001", {}, 422),
        ("C00001", {"play": TENDER, "force": True}, 400),
        ("C00001", {"play": "x" * 61}, 422),
    ],
)
def test_what_cannot_be_started_is_refused_and_changes_nothing(firm, account, words, status):
    before = state()
    answer = firm("post", f"/accounts/{account}/plays", **words)
    assert (answer.status_code, answer["Content-Type"], state()) == (status, "application/problem+json", before)


def test_a_hidden_account_and_its_runs_answer_like_those_that_do_not_exist(client, firm):
    number = firm("post", START, play=TENDER).json()["number"]
    client.force_login(cast.let_in(cast.person(Role.MANAGER), 2))
    before = state()
    assert (firm("get", START).status_code, firm("post", START, play=REASONS).status_code) == (404, 404)
    for path, words in (("steps/1", {}), ("end", {"outcome": "Over"})):
        hidden, none = (firm("post", f"/play-runs/{run}/{path}", **words) for run in (number, 77777))
        assert (hidden.status_code, hidden.content) == (404, none.content)
    told = listed(firm)
    assert (told[TENDER]["fits"], told[TENDER]["going"], told[REASONS]["fits"]) == ([], 0, ["C00002"])
    assert state() == before


def test_a_play_of_our_own_is_added_read_changed_and_retired(firm, edit):
    made = firm("post", "/plays", name=OWN, text=WHOLE)
    assert (made.status_code, made.json()["origin"], made.json()["made_by"]) == (201, "form", "Alice Head")
    read = firm("get", f"/plays/{OWN}")
    assert (read.json()["text"], read["ETag"], OWN in listed(firm)) == (WHOLE, made["ETag"], True)
    assert edit("put", OWN, match=None, text=WHOLE).status_code == 428
    changed = edit("put", OWN, match=read["ETag"], text=WHOLE.replace("Visit   the plant", "See the plant"))
    assert (changed.status_code, changed.json()["title"]) == (200, "See the plant")
    stale = edit("put", OWN, match=read["ETag"], text=WHOLE)
    assert (stale.status_code, stale["ETag"], stale.json()["yours"]) == (412, changed["ETag"], {"text": WHOLE})
    assert edit("delete", OWN, match=read["ETag"]).status_code == 412
    assert edit("delete", OWN, match=changed["ETag"]).status_code == 204
    assert (firm("get", f"/plays/{OWN}").status_code, OWN in listed(firm)) == (404, False)
    assert edit("delete", OWN).status_code == 404


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ({"name": OWN, "text": "title = 3"}, 422, "visit-the-plant.toml: “title” is to be a text"),
        ({"name": TENDER, "text": WHOLE}, 422, "comes with Vital Few"),
        ({"name": "Odd Name", "text": WHOLE}, 422, "is no name for a play"),
        ({"name": OWN, "text": "#" * 32_001}, 422, "does not fit"),
        ({"name": OWN, "text": WHOLE, "steps": []}, 400, "does not fit"),
    ],
)
def test_what_is_no_play_is_refused_with_its_field(firm, words, status, said):
    before = state()
    answer = firm("post", "/plays", **words)
    assert (answer.status_code, said in answer.json()["detail"], state()) == (status, True, before)


def test_a_play_that_no_form_made_is_not_changed(edit):
    before = state()
    answers = [edit("put", TENDER, text=WHOLE), edit("delete", TENDER)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert ("made by a form" in answers[0].json()["detail"], state()) == (True, before)


def test_a_file_that_is_no_play_is_told_of_and_one_that_stands_before_a_form_leaves_its_text_at_hand(firm, home):
    (home / "plays").mkdir()
    firm("post", "/plays", name=OWN, text=WHOLE)
    (home / "plays" / f"{OWN}.toml").write_text(WHOLE.replace("Visit   the plant", "See the plant"))
    (home / "plays" / "bad.toml").write_text("title = 3")
    assert [one["name"] for one in firm("get", "/plays").json()["broken"]] == ["bad", OWN]
    told = firm("get", f"/plays/{OWN}").json()
    assert (told["title"], told["origin"], told["text"], "is a file of yours" in told["broken"]) == (
        "See the plant", "file", WHOLE, True,
    )  # fmt: skip


def test_only_who_may_change_settings_adds_plays_and_only_who_works_there_starts_them(client, firm):
    client.force_login(cast.let_in(cast.person(Role.MANAGER), 1))
    assert (firm("post", "/plays", name=OWN, text=WHOLE).status_code, OwnPlay.objects.count()) == (403, 0)
    client.force_login(cast.let_in(cast.person(Role.VIEWER), 1))
    assert (firm("get", START).status_code, firm("post", START, play=TENDER).status_code) == (200, 403)
