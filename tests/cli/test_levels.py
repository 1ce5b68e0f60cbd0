"""levels and target: the contract of the command line."""

from __future__ import annotations

from datetime import date

import pytest

from tests.relationship.levels import BEHAVES, NOTHING, aimed, seen
from vitalfew.ledger import runs
from vitalfew.ledger.models import Customer
from vitalfew.relationship.models import LevelFound, LevelRun, TargetLevel
from vitalfew.trust.models import AuditEntry


@pytest.fixture
def known(stocked):
    """A firm of which the last run named levels: C1 partner, C2 commodity now and partner until now, C3 nothing."""
    run = runs.current()
    LevelFound.objects.all().delete()
    LevelRun.objects.filter(run=run).delete()
    LevelRun.objects.create(run=run, model=None)
    seen(run, number("C1"), level=4)
    seen(run, number("C2"), level=1, announced=4)
    seen(run, number("C3"), NOTHING, level=2, run_of_levels=(1, 3))
    return stocked


def number(key: str) -> int:
    return Customer.objects.get(key=key).pk


def test_every_row_has_a_level_or_null(known):
    assert known("designate", "C3", "--reason", "x").code == 0
    aimed(number("C3"), 2)
    rows = known("levels", "--json").json
    assert [(row["account"], row["level"], row["announced"], row["target"], row["is_key"]) for row in rows] == [
        ("C1", 4, 4, None, False),
        ("C2", 1, 4, None, False),
        ("C3", None, None, 2, True),
    ]
    assert (rows[2]["low"], rows[2]["high"], rows[2]["verdict"], len(rows[2]["chance"])) == (
        1,
        3,
        "not enough evidence",
        4,
    )
    assert rows[0]["newest_answer"] == "2026-05-04"
    assert [row["account"] for row in known("levels", "--keys", "--json").json] == ["C3"]


def test_the_list_says_of_how_many_a_level_is_named(known):
    said = known("levels")
    assert said.code == 0
    assert "of 3 accounts a level is named of 2." in said.out
    assert "not enough evidence" in " ".join(said.out.split())


def test_one_account_is_told_with_its_reasons(known):
    aimed(number("C2"), 3, by=date(2099, 6, 30))
    said = known("levels", "C2").out
    assert "level 1, commodity; told as 4 until two quarters show it" in said
    assert "newest answer 2026-05-04, 2 forms, 12 orders" in said
    assert "Target: level 3, value-add by 2099-06-30. They plan a second site" in said
    told = known("levels", "C2", "--json").json
    assert (told["account"], told["level"], told["announced"], told["target"]["level"]) == ("C2", 1, 4, 3)
    assert {"chance", "low", "high", "newest_answer", "weighed", "they_say", "they_do", "we_believe", "history"} <= set(
        told
    )


def test_an_account_of_which_nothing_is_known_says_what_to_do(known):
    said = known("levels", "C4")
    assert said.code == 0
    assert "no sales line of this account" in said.out
    told = known("levels", "C4", "--json").json
    assert (told["level"], bool(told["missing"])) == (None, True)


def test_without_levels_the_reason_is_the_answer(stocked):
    LevelFound.objects.all().delete()
    LevelRun.objects.all().delete()
    said = stocked("levels", "--json")
    assert (said.code, said.out) == (1, "")
    assert "refresh" in said.err


def test_a_range_is_told_as_one(known):
    LevelFound.objects.filter(account=number("C3")).delete()
    seen(runs.current(), number("C3"), BEHAVES, level=2, run_of_levels=(1, 2))
    assert "behaves like, level 1–2" in known("levels", "C3").out


def test_a_target_is_set_and_replaces_the_one_that_stood(known):
    first = known("target", "C1", "3", "--by", "2099-06-30", "--reason", "They want no more")
    assert (first.code, "is meant to reach level 3 (Value-add) by 2099-06-30." in first.out) == (0, True)
    second = known("target", "C1", "4", "--by", "2099-12-31", "--reason", "They do")
    assert "Until now it was 3 by 2099-06-30." in second.out
    assert list(TargetLevel.objects.filter(ended_on=None).values_list("level", "reason")) == [(4, "They do")]
    assert TargetLevel.objects.count() == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("C1", "5", "--by", "2099-01-01", "--reason", "x"), 2),
        (("C1", "four", "--by", "2099-01-01", "--reason", "x"), 2),
        (("C1", "4", "--by", "soon", "--reason", "x"), 1),
        (("C1", "4", "--by", "2001-01-01", "--reason", "x"), 1),
        (("C1", "4", "--by", "2099-01-01", "--reason", " "), 1),
        (("C99", "4", "--by", "2099-01-01", "--reason", "x"), 1),
    ],
)
def test_what_is_unclear_changes_nothing(known, words, code):
    before = AuditEntry.objects.count()
    said = known("target", *words)
    assert (said.code, said.out, TargetLevel.objects.count(), AuditEntry.objects.count()) == (code, "", 0, before)


def test_in_a_persons_name_only_their_accounts_are_told(known):
    assert known("designate", "C2", "--reason", "x", "--manager", "ben@example.org").code == 0
    assert [row["account"] for row in known("--as", "ben@example.org", "levels", "--json").json] == ["C2"]
    for words in (("levels", "C1"), ("target", "C1", "4", "--by", "2099-01-01", "--reason", "x")):
        assert known("--as", "ben@example.org", *words).code == 1
    assert known("--as", "ben@example.org", "target", "C2", "4", "--by", "2099-01-01", "--reason", "x").code == 0
