"""A play's file is read as data: what is well said is taken, what is not is refused with the file and the field."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalfew.playbook.plays.play import Conditions, Origin, Signal, Step
from vitalfew.playbook.plays.reading import MOST_BYTES, PlayRefused, read_play

WHOLE = """
title = "Visit   the plant"
why = "Whoever has seen the plant asks better questions."
serves = "understands"
event = "tender"
cells = ["2 work", "3 work plan"]
moves = "level"
weeks = 4

[fits]
levels = [2, 3]
stages = ["understand", "plan"]
key = true
below_target = true
heard_nothing = true
has = [{ kinds = ["aim", "objective"], side = "ours", within = 90, at_least = 2, below = 3.5, above = 0 }]
lacks = [{ kinds = ["plant_visit"], fewer_than = 2 }]
people = { contacts_below = 3, functions_below = 2, decider_silent_days = 60, no_decider = true }

[[steps]]
day = 0
who = "manager"
words = "Ask for a tour of an hour."
[[steps]]
day = 28
who = "colleague"
words = "Write down what you saw."
leaves = "aim"
"""


def read(text, name="visit-the-plant"):
    return read_play(name=name, text=text, origin=Origin.FORM)


def refused(text, name="visit-the-plant"):
    with pytest.raises(PlayRefused) as found:
        read(text, name)
    return str(found.value)


def test_every_field_is_read():
    play = read(WHOLE)
    assert play.fits == Conditions(
        levels=(2, 3), stages=(1, 2), key=True, below_target=True, heard_nothing=True,
        has=(Signal(("aim", "objective"), side="ours", within=90, count=2, below=3.5, above=0.0),),
        lacks=(Signal(("plant_visit",), count=2),),
        contacts_below=3, functions_below=2, decider_silent_days=60, no_decider=True,
    )  # fmt: skip
    assert play.steps == (
        Step(0, "manager", "Ask for a tour of an hour."), Step(28, "colleague", "Write down what you saw.", "aim"),
    )  # fmt: skip
    assert (play.name, play.title, play.serves, play.event, play.cells, play.moves, play.weeks, play.origin) == (
        "visit-the-plant", "Visit the plant", "understands", "tender", ("2 work", "3 work plan"), "level", 4, Origin.FORM,
    )  # fmt: skip
    assert (play.leaves, play.levels) == (frozenset({"aim"}), (2, 3))


def test_every_condition_is_said_in_the_whole_example():
    asked = read(WHOLE).fits
    assert [one.name for one in fields(asked) if getattr(asked, one.name) == getattr(Conditions(), one.name)] == []


# What is changed in the whole example, and what the refusal says of it.
WRONG = [
    ('title = "Visit   the plant"', "", "visit-the-plant.toml: “title” is missing"),
    ('title = "Visit   the plant"', 'title = "  "', "“title” needs 1 to 80 letters"),
    ('title = "Visit   the plant"', "title = 7", "“title” is to be a text"),
    ('title = "Visit   the plant"', f'title = "{"x" * 81}"', "“title” needs 1 to 80 letters"),
    ('title = "Visit   the plant"', r'title = "a\u0007b"', "“title” holds a sign that is no letter"),
    ('title = "Visit   the plant"', r'title = "a\u202eb"', "“title” holds a sign that is no letter"),
    ('title = "Visit   the plant"', r'title = "a\u0000b"', "“title” holds a sign that is no letter"),
    ('serves = "understands"', 'serves = "price"', "“serves” cannot be “price”: say main_link, understands,"),
    ('event = "tender"', 'event = "fire"', "“event” cannot be “fire”: say price_rise,"),
    ('cells = ["2 work", "3 work plan"]', 'cells = ["3 work"]', "“cells” cannot hold “3 work”: say 1 price,"),
    ('cells = ["2 work", "3 work plan"]', "cells = []", "“cells” is to be a list of 1 to 20"),
    ('cells = ["2 work", "3 work plan"]', 'cells = ["2 work", "2 work"]', "“cells” names something twice"),
    ('moves = "level"', 'moves = "happiness"', "“moves” cannot be “happiness”: say chance_active,"),
    ("weeks = 4", "weeks = 0", "“weeks” is to be a whole number from 1 to 104"),
    ("weeks = 4", "weeks = true", "“weeks” is to be a whole number"),
    ("weeks = 4", "weeks = 3", "“weeks” ends before the last step, which is on day 28"),
    ("weeks = 4", "weeks = 4\nweather = 1", "visit-the-plant.toml: “weather” is no field of a play"),
    ("levels = [2, 3]", "levels = [5]", "visit-the-plant.toml, fits: “levels” cannot hold 5: say 1, 2, 3, 4"),
    ("levels = [2, 3]", "levels = [true]", "“levels” cannot hold True"),
    ("levels = [2, 3]", f"levels = [{'[' * 40}{']' * 40}]", "“levels” cannot hold this"),
    ('stages = ["understand", "plan"]', 'stages = ["win"]', "“stages” cannot hold “win”: say differentiate, understand,"),
    ("key = true", 'key = "yes"', "“key” is to be true or false"),
    ("below_target = true", "below_target = false", "“below_target” is true or left out"),
    ("heard_nothing = true", "heard_nothing = true\nmoon = 1", "visit-the-plant.toml, fits: “moon” is no field of a play"),
    ("at_least = 2", "at_most = 2", "visit-the-plant.toml, fits, has 1: “at_most” is no field of a play"),
    ("at_least = 2", "at_least = 0", "“at_least” is to be a whole number from 1 to 100"),
    ("below = 3.5", "below = nan", "“below” is to be a number"),
    ("below = 3.5", "below = inf", "“below” is to be a number"),
    ('side = "ours"', 'side = "theirs"', "“side” cannot be “theirs”: say ours, customer, behaviour"),
    ('"aim", "objective"', '"aim", "objectiv"', "names “objectiv”, which nobody writes: is “objective” meant?"),
    ('"aim", "objective"', '"Aim!"', "“kinds” is to name kinds of evidence"),
    ('"aim", "objective"', "1", "“kinds” cannot hold 1: say words"),
    ("fewer_than = 2", "at_least = 2", "visit-the-plant.toml, fits, lacks 1: “at_least” is no field of a play"),
    ("contacts_below = 3", "contacts = 3", "visit-the-plant.toml, fits, people: “contacts” is no field of a play"),
    ("people = {", "people = 3 #{", "fits, people is to be a table of fields"),
    ("day = 28", "day = 800", "visit-the-plant.toml, steps 2: “day” is to be a whole number from 0 to 728"),
    ("day = 0", "day = 29\nleaves = 'aim'", "“steps” are to stand in the order of their days"),
    ('who = "manager"', 'who = "boss"', "visit-the-plant.toml, steps 1: “who” cannot be “boss”: say manager, deputy, head, colleague"),
    ('leaves = "aim"', 'leaves = "aims"', "names “aims”, which nobody writes: is “aim” meant?"),
    ('leaves = "aim"', 'by = "aim"', "visit-the-plant.toml, steps 2: “by” is no field of a play"),
]  # fmt: skip


@pytest.mark.parametrize(("stood", "wrong", "told"), WRONG, ids=[told[:60] for _, _, told in WRONG])
def test_what_is_said_wrongly_is_refused_with_the_file_and_the_field(stood, wrong, told):
    assert WHOLE.count(stood) == 1 or stood in ('who = "manager"',)
    sentence = refused(WHOLE.replace(stood, wrong))
    assert told in sentence and sentence.startswith("visit-the-plant.toml") and sentence.endswith("was not taken.")


def test_a_play_without_conditions_or_without_steps_is_refused():
    head, _fits = WHOLE.split("[fits]")
    steps = _fits[_fits.index("[[steps]]") :]
    assert "fits says nothing" in refused(f"{head}\n[fits]\n{steps}")
    assert "“fits” is missing" in refused(head + steps)
    assert "“steps” is missing" in refused(WHOLE[: WHOLE.index("[[steps]]")])


@pytest.mark.parametrize(
    ("hostile", "told"),
    [
        ("x" * (MOST_BYTES + 1), "is short"),
        ("a = " + "[" * 15_000, "nested too deeply"),
        ("a = " + "{b = " * 5_000, "nested too deeply"),
        (".".join("a" * 12_000) + " = 1", "is missing"),
        ("weeks = " + "9" * 20_000, "is no TOML"),
        ("title = 'a\x01b'", "is no TOML"),
        ("title = 'a\x00b'", "holds a NUL sign"),
        ("title = 'a\ud800b'", "is no text in UTF-8"),
        (b"\xff\xfe\x00", "is no text in UTF-8"),
        ("not toml at all", "is no TOML"),
        ("title = 'a'\ntitle = 'b'", "is no TOML"),
        ("", "“title” is missing"),
    ],
    ids=["huge", "deep list", "deep table", "deep key", "long number", "control", "nul", "surrogate", "bytes", "prose", "twice", "empty"],
)  # fmt: skip
def test_hostile_files_are_refused_with_a_sentence(hostile, told):
    sentence = refused(hostile)
    assert told in sentence and len(sentence) < 500


@pytest.mark.parametrize("name", ["", "ab", "Visit", "visit_the", "-visit", "visit-", "a--b", "../x", "x" * 61, "a.b"])
def test_a_name_that_is_no_name_is_refused(name):
    assert "is no name for a play" in refused(WHOLE, name)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 40),
    st.text(max_size=6) | st.sampled_from(["[", "{", "=", '"', "\n", "."]),
)
def test_whatever_is_done_to_a_file_it_is_a_play_or_refused_in_a_sentence(at, gone, put):
    try:
        assert read(WHOLE[:at] + put + WHOLE[at + gone :]).steps
    except PlayRefused as refusal:
        assert str(refusal).endswith("was not taken.") and len(str(refusal)) < 700
