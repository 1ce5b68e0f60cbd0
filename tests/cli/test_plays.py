"""`vitalfew plays`: where each fits, an account's with reasons, a run from its start to its end, and a file looked at."""

from __future__ import annotations

import pytest

from tests.playbook.plays.test_reading import WHOLE
from vitalfew.playbook.models import PlayRun
from vitalfew.playbook.plays.shelf import built_in

REASONS = "name-what-sets-us-apart"
FITTING = WHOLE[: WHOLE.index("[fits]")] + "[fits]\nkey = true\n\n" + WHOLE[WHOLE.index("[[steps]]") :]


@pytest.fixture
def keyed(stocked):
    """The same, with one key account of Ben's."""
    account = stocked("ranking", "--top", "1", "--json").json[0]["account"]
    assert stocked("designate", account, "--reason", "Large", "--manager", "ben@example.org").code == 0
    return stocked, account


@pytest.fixture
def file(tmp_path):
    """file(text, name) lies somewhere else than in the data folder."""

    def write(text: str, name: str = "visit-the-plant.toml"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_every_play_is_told_with_where_it_fits(keyed):
    vitalfew, account = keyed
    told = {one["name"]: one for one in vitalfew("plays", "--json").json}
    assert (set(told), told[REASONS]["fits"], told[REASONS]["going"]) == (set(built_in()), [account], 0)
    (line,) = [line for line in vitalfew("plays").out.splitlines() if line.startswith(f"{REASONS} ")]
    assert line.split() == [REASONS, "1", "0", account]


def test_in_a_persons_name_only_what_they_see_is_told(keyed):
    vitalfew, _account = keyed
    told = vitalfew("plays", "--json", "--as", "carla@example.org").json
    assert {tuple(one["fits"]) for one in told} == {()}


def test_an_account_tells_what_fits_and_why(keyed):
    vitalfew, account = keyed
    told = vitalfew("plays", account, "--json").json
    assert (told["account"], REASONS in [one["play"] for one in told["fits"]], told["runs"]) == (account, True, [])
    said = vitalfew("plays", account).out
    assert f"{REASONS}: {built_in()[REASONS].title}" in said
    assert "fits: it is a key account (key account)" in said
    assert "may leave what the gate waits for: reason_to_buy" in said


def test_a_play_is_started_done_step_by_step_and_ended(keyed):
    vitalfew, account = keyed
    run = vitalfew("plays", "--start", account, REASONS, "--json", "--as", "ben@example.org").json
    assert (run["account"], run["started_by"], run["next"]) == (account, "Ben Manager", 1)
    said = vitalfew("plays", "--done", run["number"], 1).out
    assert "✓ 1. done" in said and "· 2. " in said
    assert f"Run {run['number']}, {REASONS}" in vitalfew("plays", account).out
    ended = vitalfew("plays", "--end", run["number"], "Two reasons stand")
    assert (ended.code, "Two reasons stand" in ended.out) == (0, True)
    assert PlayRun.objects.get().outcome == "Two reasons stand"
    assert [one["outcome"] for one in vitalfew("plays", account, "--json").json["runs"]] == ["Two reasons stand"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--start", "C77777", REASONS), 1, "C77777"),
        (("--start", "{account}", "carry-a-price-rise"), 1, "does not fit"),
        (("--start", "{account}", "no-such-play"), 1, "There is no play"),
        (("--done", "77777", "1"), 1, "no such run"),
        (("--done", "one", "1"), 2, ""),
        (("--end", "77777", "Over"), 1, "no such run"),
        (("--end", "one", "Over"), 1, "takes the number of a run"),
        (("{account}", "--done", "1", "1"), 1, "leave the account out"),
        (("--done", "1", "1", "--end", "1", "x"), 2, "not allowed with"),
    ],
)
def test_what_cannot_be_done_is_refused(keyed, words, code, said):
    vitalfew, account = keyed
    told = vitalfew("plays", *(word.format(account=account) for word in words))
    assert (told.code, said in told.err, PlayRun.objects.count()) == (code, True, 0)


def test_who_may_only_read_starts_nothing(keyed):
    vitalfew, account = keyed
    assert vitalfew("people", "add", "vera@example.org", "Vera", "--role", "viewer").code == 0
    assert vitalfew("people", "let-in", "vera@example.org", account, "--reason", "Looks on").code == 0
    assert REASONS in vitalfew("plays", account, "--as", "vera@example.org").out
    said = vitalfew("plays", "--start", account, REASONS, "--as", "vera@example.org")
    assert (said.code, "needs the right" in said.err, PlayRun.objects.count()) == (1, True, 0)


def test_a_file_is_looked_at_before_it_lies_in_the_folder(keyed, file):
    vitalfew, account = keyed
    said = vitalfew("plays", "--check", file(FITTING))
    assert said.out.splitlines() == [
        "visit-the-plant.toml is a play: Visit the plant, 2 steps in 4 weeks.",
        "It fits where it is a key account.",
        f"Key accounts that it fits today: {account}.",
    ]
    told = vitalfew("plays", "--check", file(FITTING), "--json").json
    assert (told["name"], told["fits"], told["replaces"]) == ("visit-the-plant", [account], None)
    assert "visit-the-plant" not in vitalfew("plays").out


def test_a_file_that_is_no_play_is_told_with_its_field(stocked, file):
    for made, wrong in (
        (file("title = 3", "bad.toml"), "“title” is to be a text"),
        (file(WHOLE, f"{REASONS}.toml"), "comes with Vital Few"),
        (file(WHOLE, "visit.txt"), "is to end in .toml"),
        (file(WHOLE).with_name("nowhere.toml"), "is no file"),
    ):
        said = stocked("plays", "--check", made)
        assert (said.code, wrong in said.err, said.out) == (1, True, "")


def test_a_file_says_whose_place_it_takes(stocked, file, home):
    made = file(FITTING)
    (home / "plays").mkdir()
    (home / "plays" / made.name).write_text(WHOLE)
    assert "It takes the place of the file of this name." in stocked("plays", "--check", made).out
    assert stocked("plays", "--check", made, "--json").json["replaces"] == "file"


def test_a_broken_file_in_the_folder_is_told_of(stocked, home):
    (home / "plays").mkdir()
    (home / "plays" / "bad.toml").write_text("title = 3")
    said = stocked("plays")
    assert (said.code, said.err.startswith("bad: bad.toml: “title” is to be a text")) == (0, True)
