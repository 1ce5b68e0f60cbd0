"""settings: the contract of the command line."""

from __future__ import annotations

import pytest

from vitalfew.ledger import choices


def test_settings_are_listed_with_stable_keys(vitalfew):
    rows = {row["name"]: row for row in vitalfew("settings", "--json").json}
    assert list(rows) == [row.name for row in choices.choices()]
    assert set(rows["level_likely"]) == {
        "name", "called", "step", "value", "usual", "decides", "could_be", "least", "most", "whole", "unit", "since", "chosen_by",
        "version",
    }  # fmt: skip
    assert (rows["level_likely"]["value"], rows["account_level"]["value"]) == (0.55, "customer")


def test_a_threshold_is_chosen_and_the_next_refresh_follows(vitalfew):
    said = vitalfew("settings", "level_orders", "20")
    assert (said.code, choices.number("level_orders")) == (0, 20)
    first, more, hint = said.out.splitlines()
    assert (first, hint) == ("level_orders: 20 orders", "The next refresh follows it: vitalfew refresh")
    assert "; whole, 1 to 1000. Since 20" in more and more.endswith("by operator; usual: 12 orders.")


def test_one_setting_is_told_whole(vitalfew):
    assert vitalfew("settings", "account_level").out.splitlines() == [
        "account_level: customer",
        "  at which level of the customer tree an account is managed; say customer, firm, group. Nobody has chosen yet.",
    ]
    assert vitalfew("settings", "level_mood").code == 1


def test_the_list_names_every_setting_whole(vitalfew):
    lines = vitalfew("settings").out.splitlines()
    assert [line.split(":")[0] for line in lines[::2]] == [row.name for row in choices.choices()]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("level_likely", "2"), "from 0.3 to 0.99"),
        (("level_orders", "12.5"), "a whole number"),
        (("level_likely", ""), "a number such as 0.55"),
        (("level_mood", "1"), "There is no setting"),
    ],
)
def test_what_will_not_do_is_refused(vitalfew, words, why):
    said = vitalfew("settings", *words)
    assert (said.code, said.out, why in said.err, "Nothing was changed" in said.err) == (1, "", True, True)
    assert [row.name for row in choices.choices() if row.since] == []
