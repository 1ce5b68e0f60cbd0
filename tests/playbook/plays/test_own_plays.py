"""Plays of the firm's own: by file and by form, beside those of the house and never in their place."""

from __future__ import annotations

import os

import pytest

from tests.cast import MORNING, as_alice, ben
from tests.playbook.plays.test_reading import WHOLE
from vitalfew.ground.errors import Missing
from vitalfew.playbook.models import OwnPlay
from vitalfew.playbook.plays.operations import PlayRefused, add_own_play, change_own_play, retire_own_play
from vitalfew.playbook.plays.play import Origin
from vitalfew.playbook.plays.queries import own_play
from vitalfew.playbook.plays.reading import MOST_BYTES
from vitalfew.playbook.plays.shelf import built_in, shelf
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db
OTHER = WHOLE.replace("Visit   the plant", "See the plant")


@pytest.fixture
def folder(home):
    made = home / "plays"
    made.mkdir()
    return made


def add(name="visit-the-plant", text=WHOLE, by=None):
    return add_own_play(name=name, text=text, by=by or as_alice(), at=MORNING)


def own():
    """The plays that are the firm's own, by name."""
    return {name: play for name, play in shelf().plays.items() if name not in built_in()}


def told():
    return {one.name: one.why for one in shelf().broken}


def test_the_shelf_holds_the_plays_of_the_house_where_the_firm_has_none(home):
    assert (dict(shelf().plays), shelf().broken) == (dict(built_in()), ())


def test_a_file_and_a_form_stand_beside_the_house(folder):
    (folder / "see-the-plant.toml").write_text(OTHER)
    (folder / "notes.txt").write_text("no play")
    add()
    assert [(name, play.origin, play.title) for name, play in own().items()] == [
        ("see-the-plant", Origin.FILE, "See the plant"),
        ("visit-the-plant", Origin.FORM, "Visit the plant"),
    ]
    assert shelf().broken == ()


def test_a_broken_file_is_told_of_and_stops_no_other(folder):
    (folder / "bad.toml").write_text("title = 3")
    (folder / "big.toml").write_bytes(b"#" * (MOST_BYTES * 40))
    (folder / "Odd Name.toml").write_text(WHOLE)
    (folder / "dir.toml").mkdir()
    os.mkfifo(folder / "pipe.toml")
    (folder / "gone.toml").symlink_to(folder / "nowhere.toml")
    (folder / "good.toml").write_text(WHOLE)
    assert list(own()) == ["good"]
    assert {name: why.split(":")[0][:34] for name, why in told().items()} == {
        "bad": "bad.toml",
        "big": "big.toml has 32001 bytes and may h",
        "Odd Name": "“Odd Name” is no name for a play",
        "dir": "dir.toml is no file. The play was ",
        "pipe": "pipe.toml is no file. The play was",
        "gone": "gone.toml is no file. The play was",
    }


def test_a_file_may_not_take_the_name_of_a_play_of_the_house(folder):
    (folder / "answer-a-tender.toml").write_text(WHOLE)
    assert shelf().plays["answer-a-tender"] == built_in()["answer-a-tender"]
    assert told() == {
        "answer-a-tender": "A play called “answer-a-tender” comes with Vital Few: give yours another name. The play was not taken."
    }


@pytest.mark.parametrize(
    ("name", "whose"), [("answer-a-tender", "comes with"), ("filed", "a file"), ("made", "by a form")]
)
def test_a_form_may_take_no_name_that_is_taken(folder, name, whose):
    (folder / "filed.toml").write_text(WHOLE)
    add("made")
    with pytest.raises(PlayRefused, match=f"{name}.*{whose}.*another name"):
        add(name)
    assert OwnPlay.objects.count() == 1


def test_a_file_that_comes_later_under_the_name_of_a_form_goes_before_it_and_that_is_told(folder):
    add("made")
    (folder / "made.toml").write_text(OTHER)
    assert own()["made"].origin is Origin.FILE
    assert "“made” is a file of yours" in told()["made"]


def test_a_form_whose_text_is_no_play_is_refused_and_nothing_is_kept(home):
    with pytest.raises(PlayRefused, match=r"visit-the-plant\.toml: “title” is missing"):
        add(text="weeks = 3")
    assert not OwnPlay.objects.exists() and not AuditEntry.objects.exists()


def test_a_play_is_changed_under_its_version_and_keeps_what_stood_in_the_trail(home):
    add()
    seen = own_play(name="visit-the-plant")
    change_own_play(
        name="visit-the-plant", text=OTHER.replace("\n", "\r\n"), version=seen.version, by=as_alice(), at=MORNING
    )
    assert own_play(name="visit-the-plant").text == OTHER
    assert own()["visit-the-plant"].title == "See the plant"
    with pytest.raises(StaleRecord):
        change_own_play(name="visit-the-plant", text=WHOLE + "# mine", version=seen.version, by=as_alice(), at=MORNING)
    assert [(row.verb, row.target, row.before) for row in AuditEntry.objects.order_by("number")] == [
        ("playbook.add_play", "play:visit-the-plant", {}),
        ("playbook.change_play", "play:visit-the-plant", {"text": WHOLE}),
    ]


def test_a_retired_play_leaves_the_shelf_stays_in_the_history_and_frees_its_name(home):
    add()
    retire_own_play(name="visit-the-plant", version=1, by=as_alice(), at=MORNING)
    assert own() == {}
    for verb in (
        lambda: own_play(name="visit-the-plant"),
        lambda: retire_own_play(name="visit-the-plant", version=1, by=as_alice(), at=MORNING),
    ):
        with pytest.raises(Missing, match="no play “visit-the-plant” that was made by a form"):
            verb()
    add()
    assert list(OwnPlay.objects.order_by("pk").values_list("ended_on", "ended_by")) == [
        (MORNING.date(), "Alice Head"),
        (None, ""),
    ]


def test_a_play_of_the_house_is_neither_changed_nor_retired(home):
    with pytest.raises(Missing):
        change_own_play(name="answer-a-tender", text=WHOLE, version=None, by=as_alice(), at=MORNING)
    with pytest.raises(Missing):
        retire_own_play(name="answer-a-tender", version=None, by=as_alice(), at=MORNING)


def test_only_whoever_may_change_settings_adds_changes_and_retires_plays(home):
    add("stands")
    manager = person_actor(ben(), door="web")
    for verb in (
        lambda: add(by=manager),
        lambda: change_own_play(name="stands", text=OTHER, version=1, by=manager, at=MORNING),
        lambda: retire_own_play(name="stands", version=1, by=manager, at=MORNING),
    ):
        with pytest.raises(Denied, match="settings"):
            verb()
    assert list(OwnPlay.objects.values_list("name", "text", "ended_on")) == [("stands", WHOLE, None)]


def test_a_form_that_the_house_reads_no_more_is_told_of(home):
    add()
    OwnPlay.objects.update(text="weeks = 3")
    assert (own(), list(told())) == ({}, ["visit-the-plant"])
