"""The commands for what is held on a person."""

from __future__ import annotations

import json
import stat

from vitalfew.trust.models import Erasure, Person


def test_what_is_held_is_printed_or_written_for_its_owner_only(stocked, tmp_path):
    told = json.loads(stocked("privacy", "export", "ben@example.org").out)
    assert told["records"]["trust.Person"]["identity"][0]["name"] == "Ben Manager"
    path = tmp_path / "held.json"
    assert stocked("privacy", "export", "ben@example.org", path).out == f"What is held on Ben Manager is in {path}.\n"
    assert (json.loads(path.read_text())["email"], stat.S_IMODE(path.stat().st_mode)) == ("ben@example.org", 0o600)
    assert stocked("privacy", "export", "ben@example.org", path).code == 1


def test_erasing_is_said_before_it_is_done(stocked):
    said = stocked("privacy", "erase", "ben@example.org", "--reason", "Left")
    assert (said.code, Person.objects.filter(email="ben@example.org").count()) == (1, 1)
    assert "It cannot be undone: add --yes" in said.out
    assert stocked("privacy", "erase", "ben@example.org", "--reason", "Left", "--yes").code == 0
    assert (Person.objects.filter(email="ben@example.org").count(), Erasure.objects.count()) == (0, 1)


def test_the_register_names_every_kind_of_field(vitalfew):
    told = vitalfew("privacy", "register").out
    assert "trust.Person" in told
    assert "signature" in told


def test_a_head_may_not_look_into_what_is_held(stocked):
    stocked("people", "change", "ben@example.org", "--role", "head")
    said = stocked("--as", "ben@example.org", "privacy", "export", "carla@example.org")
    assert (said.code, said.out) == (1, "")
