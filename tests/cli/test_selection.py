"""concentration, ranking, designate, assign, review, release: the contract of the command line."""

from __future__ import annotations

from datetime import date

import pytest

from vitalfew.ledger.models import Customer
from vitalfew.selection.models import KeyAccount, Lead
from vitalfew.selection.queries import account_selection
from vitalfew.trust.models import AuditEntry

KEYS = {"lines", "net", "customers", "positive", "top_20_share", "share_for_80"}
ROW = {
    "account", "name", "country", "rank", "low", "high", "chance", "moved", "net_12_months", "currency", "share", "running_share", "months",
    "last_day", "is_key", "manager", "deputy",
}  # fmt: skip


def told(key: str):
    return account_selection(account=Customer.objects.get(key=key).pk, today=date(2026, 2, 1))


def acts() -> list[tuple]:
    return list(
        AuditEntry.objects.filter(verb__startswith="selection.").order_by("pk").values_list("verb", "actor_name")
    )


def test_concentration_has_stable_keys(stocked):
    said = stocked("concentration", "--json")
    assert said.code == 0 and set(said.json) >= KEYS
    assert {name: said.json[name] for name in KEYS} == {
        "lines": 192, "net": 864000, "customers": 8, "positive": 8, "top_20_share": pytest.approx(150 / 360), "share_for_80": pytest.approx(5 / 8),
    }  # fmt: skip


def test_concentration_needs_no_refresh(vitalfew, sales):
    vitalfew("import", sales)
    assert vitalfew("concentration", "--json").json["lines"] == 192


def test_concentration_of_a_window(stocked):
    said = stocked("concentration", "--months", 12, "--json")
    assert (said.code, said.json["lines"], said.json["net"], said.json["months"]) == (0, 96, 432000, 12)
    assert "41.7%" in stocked("concentration").out


def test_concentration_of_an_empty_ledger_is_refused(vitalfew):
    said = vitalfew("concentration", "--json")
    assert (said.code, said.out, "vitalfew import" in said.err) == (1, "", True)


def test_margin_without_costs_is_refused(stocked):
    said = stocked("concentration", "--by", "margin")
    assert (said.code, said.out, "margin is unknown" in said.err) == (1, "", True)


def test_ranking_gives_every_row(stocked):
    said = stocked("ranking", "--json")
    assert (said.code, [row["account"] for row in said.json]) == (0, [f"C{n}" for n in range(1, 9)])
    assert {frozenset(row) for row in said.json} == {frozenset(ROW)}
    assert (said.json[0]["net_12_months"], said.json[0]["last_day"], len(said.json[0]["months"])) == (
        96000,
        "2025-12-01",
        24,
    )


def test_ranking_top_is_cut(stocked):
    assert [row["rank"] for row in stocked("ranking", "--top", 3, "--json").json] == [1, 2, 3]
    assert len(stocked("ranking", "--top", 99, "--json").json) == 8
    assert stocked("ranking", "--top", 2).out.count("\n") == 3


def test_ranking_before_any_refresh_is_refused(vitalfew, sales):
    vitalfew("import", sales)
    said = vitalfew("ranking", "--json")
    assert (said.code, said.out, "vitalfew refresh" in said.err) == (1, "", True)


@pytest.mark.parametrize(
    "words",
    [
        ("ranking", "--top", "0"), ("ranking", "--top", "-5"), ("ranking", "--top", "ten"), ("concentration", "--months", "-1"),
        ("concentration", "--months", "99999"), ("concentration", "--by", "turnover"), ("designate",), ("designate", "C1"),
        ("designate", "--account", "C1", "--reason", "x"), ("review", "C1", "--reason", "x"), ("review", "C1", "--reason", "x", "--outcome", "sell"),
        ("assign", "C1", "--manager", "Ben"), ("release",), ("nonsense",), (),
    ],
)  # fmt: skip
def test_call_that_cannot_be_understood(vitalfew, words):
    said = vitalfew(*words)
    assert (said.code, said.out, "usage:" in said.err) == (2, "", True)


def test_designate_assign_release(stocked):
    assert (
        stocked("designate", "C1", "--reason", "Largest", "--manager", "ben@example.org").out
        == "C1 is a key account, led by Ben Manager.\n"
    )
    assert (
        stocked("assign", "C1", "--reason", "Stands in", "--deputy", "Carla Deputy").out
        == "Carla Deputy is deputy of C1 from today on.\n"
    )
    assert (told("C1").manager.name, told("C1").deputy.name) == ("Ben Manager", "Carla Deputy")
    assert stocked("review", "C1", "--outcome", "keep", "--reason", "Steady").code == 0
    assert stocked("release", "C1", "--reason", "Sold").out == "C1 is released. Its history stays.\n"
    assert (told("C1").is_key, told("C1").manager, len(told("C1").events)) == (False, None, 5)
    assert acts() == [
        (f"selection.{verb}", "operator") for verb in ("designate", "assign", "assign", "review", "release")
    ]


def test_account_is_named_by_key_name_or_alias(stocked):
    Customer.objects.filter(key="C3").update(name="Cobalt & Sons")
    assert stocked("designate", "cobalt & sons", "--reason", "By name").code == 0
    assert KeyAccount.objects.get().account.key == "C3"


def test_name_of_two_customers_is_refused(stocked):
    Customer.objects.filter(key__in=("C3", "C4")).update(name="Twin")
    said = stocked("designate", "Twin", "--reason", "Which")
    assert (said.code, said.err) == (1, "Several customers are called “Twin”: name one by its number.\n")
    assert KeyAccount.objects.count() == 0


def test_acting_in_a_persons_name(stocked):
    assert stocked("--as", "alice@example.org", "designate", "C1", "--reason", "Large").code == 0
    assert stocked("release", "C1", "--reason", "Gone", "--as", "Alice Head").code == 0
    rows = AuditEntry.objects.filter(verb__startswith="selection.").values_list("actor__email", "actor_name", "door")
    assert list(rows) == [("alice@example.org", "Alice Head", "cli")] * 2
    assert KeyAccount.objects.get().designated_by == "Alice Head"


@pytest.mark.parametrize("who", ["nobody@example.org", "Nobody", "off@example.org", ""])
def test_nobody_acts_for_strangers_or_people_switched_off(stocked, who):
    stocked("people", "add", "off@example.org", "Otto Off")
    stocked("people", "off", "off@example.org")
    said = stocked("--as", who, "designate", "C1", "--reason", "Large")
    assert (said.code, said.out, KeyAccount.objects.count()) == (1, "", 0)


@pytest.mark.parametrize(
    "words",
    [
        ("designate", "C99", "--reason", "x"), ("designate", "C2", "--reason", " "), ("designate", "C1", "--reason", "again"),
        ("designate", "C2", "--reason", "x", "--manager", "Nobody"), ("assign", "C2", "--reason", "x", "--manager", "Ben Manager"),
        ("assign", "C1", "--reason", "x"), ("assign", "C1", "--reason", "x", "--manager", "Carla Deputy", "--deputy", "Nobody"),
        ("assign", "C1", "--reason", "x", "--manager", "Carla Deputy", "--deputy", "Carla Deputy"), ("release", "C2", "--reason", "x"),
    ],
)  # fmt: skip
def test_refusals_change_nothing(stocked, words):
    stocked("designate", "C1", "--reason", "Largest", "--manager", "Ben Manager")
    before = (acts(), list(Lead.objects.values()), list(KeyAccount.objects.values()))
    said = stocked(*words)
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert (acts(), list(Lead.objects.values()), list(KeyAccount.objects.values())) == before


def test_manager_and_deputy_in_one_call(stocked):
    stocked("designate", "C1", "--reason", "Largest", "--manager", "Ben Manager", "--deputy", "Carla Deputy")
    said = stocked("assign", "C1", "--reason", "Swap", "--manager", "Carla Deputy", "--deputy", "Ben Manager")
    assert (said.code, told("C1").manager.name, told("C1").deputy.name) == (0, "Carla Deputy", "Ben Manager")
