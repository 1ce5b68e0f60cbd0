"""Every command stands in the permission table, and in a person's name it runs only for those who may."""

from __future__ import annotations

import argparse

import pytest

from vitalfew.cli.main import ROOMS, parser
from vitalfew.cli.permissions import COMMANDS, need_of
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.access import right_for
from vitalfew.trust.models import AuditEntry, Person
from vitalfew.trust.rights import Right


def commands(made: argparse.ArgumentParser | None = None):
    """Every function that a command can call."""
    for action in (made or parser())._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                if function := below.get_default("command"):
                    yield function
                yield from commands(below)


def test_every_command_stands_in_the_table_and_no_row_is_left_over():
    found = {f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}" for function in commands()}
    assert found == set(COMMANDS)
    assert {right_for(need_of(function)) for function in commands()} <= set(Right)


@pytest.mark.parametrize(
    "words",
    [
        ("people", "add", "new@example.org", "New"), ("import", "x.csv"), ("refresh",), ("designate", "C1", "--reason", "x"),
        ("signin", "alice@example.org"), ("settings", "account_level", "group"), ("batches", "--undo", "1"),
    ],
)  # fmt: skip
def test_a_manager_may_not_do_what_heads_and_administrators_do(stocked, words):
    before = (Person.objects.count(), AuditEntry.objects.count(), KeyAccount.objects.count())
    said = stocked("--as", "ben@example.org", *words)
    assert (said.code, said.out) == (1, "")
    assert "Nothing was changed" in said.err
    assert (Person.objects.count(), AuditEntry.objects.count(), KeyAccount.objects.count()) == before


def test_the_ranking_in_a_persons_name_tells_of_their_accounts_only(stocked):
    assert stocked("designate", "C2", "--reason", "x", "--manager", "ben@example.org").code == 0
    told = stocked("--as", "ben@example.org", "ranking", "--json").json
    assert [row["account"] for row in told] == ["C2"]
    said = stocked("--as", "ben@example.org", "concentration")
    assert (said.code, said.out) == (1, "")


def words_of(made: argparse.ArgumentParser) -> set[str]:
    (action,) = (action for action in made._actions if isinstance(action, argparse._SubParsersAction))
    return set(action.choices)


@pytest.mark.parametrize("room", ROOMS)
def test_a_word_loads_its_own_room_with_all_its_words(room):
    for word in ROOMS[room]:
        assert words_of(parser([word])) == words_of(parser(["--as", "import", word, "people"])) == set(ROOMS[room])


def test_without_a_known_word_every_room_is_there():
    every = {word for words in ROOMS.values() for word in words}
    assert words_of(parser(["--help"])) == words_of(parser(["nonsense"])) == words_of(parser()) == every
