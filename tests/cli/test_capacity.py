"""capacity, hours, handover: the contract of the command line."""

from __future__ import annotations

import pytest

from vitalfew.selection.models import Capacity, HandOver, Lead, PlannedHours
from vitalfew.trust.models import AuditEntry

BEN, CARLA = "ben@example.org", "carla@example.org"
KEYS = {
    "person", "name", "active", "accounts", "as_deputy", "assumed", "planned", "capacity", "capacity_assumed", "left", "over", "too_many",
}  # fmt: skip


@pytest.fixture
def led(stocked):
    for account, words in (("C1", ("--manager", BEN, "--deputy", CARLA)), ("C2", ("--manager", BEN))):
        assert stocked("designate", account, "--reason", "Large", *words).code == 0
    return stocked


def told(call, email: str) -> dict:
    return next(row for row in call("capacity", "--json").json if row["person"] == email)


def state() -> tuple:
    models = (Capacity, HandOver, Lead, PlannedHours)
    return (*(list(model.objects.order_by("pk").values()) for model in models), AuditEntry.objects.count())


def leading() -> dict[str, str]:
    rows = Lead.objects.filter(holds_until=None).values_list("account__key", "role", "person__email")
    return {f"{account} {role}": email for account, role, email in rows}


def test_capacity_has_stable_keys(led):
    rows = led("capacity", "--json").json
    assert {frozenset(row) for row in rows} == {frozenset(KEYS)}
    assert told(led, BEN) == {
        "person": BEN, "name": "Ben Manager", "active": True, "accounts": 2, "as_deputy": 0, "assumed": 2, "planned": 54.0,
        "capacity": 120.0, "capacity_assumed": True, "left": 66.0, "over": False, "too_many": False,
    }  # fmt: skip


def test_hours_and_capacity_are_set_and_told(led):
    assert led("hours", "C2", "90").out == "C2: 90 h a month are planned.\n"
    assert led("capacity", "--set", BEN, "100").out == "Ben Manager has 100 h a month for relationships.\n"
    row = told(led, BEN)
    assert (row["planned"], row["capacity"], row["left"], row["over"]) == (114.0, 100.0, -14.0, True)
    assert led("capacity").err == "Ben Manager has 14 h a month more planned than there are.\n"


def test_a_manager_is_told_their_own_hours(led):
    assert [row["person"] for row in led("--as", BEN, "capacity", "--json").json] == [BEN]


@pytest.mark.parametrize(
    "words",
    [
        ("capacity", "--set", BEN, "many"), ("capacity", "--set", BEN, "1001"), ("capacity", "--set", BEN, "-5"),
        ("capacity", "--set", "nobody@example.org", "10"), ("hours", "C99", "10"), ("hours", "C3", "10"),
        ("handover", "C3", CARLA, "--reason", "x"), ("handover", CARLA, "--reason", "x"), ("handover", "C1", BEN, "--reason", "x"),
        ("handover", "C1", CARLA, "--all-of", BEN, "--reason", "x"), ("handover", "C2", CARLA, "--reason", " "),
        ("handover", "C2", CARLA, "--role", "deputy", "--reason", "x"), ("handover", "--all-of", BEN, BEN, "--reason", "x"),
        ("--as", BEN, "hours", "C1", "10"), ("--as", BEN, "handover", "C1", CARLA, "--reason", "x"),
    ],
)  # fmt: skip
def test_refusals_change_nothing(led, words):
    before = state()
    said = led(*words)
    assert (said.code in (1, 2), said.out, bool(said.err)) == (True, "", True)
    assert state() == before


@pytest.mark.parametrize("words", [("hours", "C1", "1001"), ("hours", "C1", "x"), ("handover", "C1"), ("handover",)])
def test_call_that_cannot_be_understood(vitalfew, words):
    assert vitalfew(*words).code == 2


def test_one_account_passes_on(led):
    said = led("handover", "C2", CARLA, "--reason", "Ben is away", "--note", "Ask for Ida")
    assert (said.code, said.out) == (0, "Ben Manager handed C2 to Carla Deputy, key account manager from today on.\n")
    assert leading() == {"C1 manager": BEN, "C1 deputy": CARLA, "C2 manager": CARLA}
    made = HandOver.objects.get()
    assert (made.giver.email, made.taker.email, made.note, made.handed_by) == (BEN, CARLA, "Ask for Ida", "operator")


def test_all_of_a_person_passes_on(led):
    said = led("handover", "--all-of", BEN, CARLA, "--reason", "Ben leaves")
    assert (said.code, said.out) == (0, "2 handed to Carla Deputy: C1, C2.\n")
    assert leading() == {"C1 manager": CARLA, "C2 manager": CARLA}


def test_too_few_hours_warn_and_do_not_refuse(led):
    led("capacity", "--set", CARLA, "20")
    said = led("handover", "C2", CARLA, "--reason", "Ben is away")
    assert (said.code, said.err) == (0, "Carla Deputy has 16 h a month more planned than there are.\n")


def test_switching_somebody_off_names_what_they_lead(led):
    said = led("people", "off", BEN)
    assert said.code == 0
    assert said.err.splitlines() == [
        "Ben Manager still leads C1 (key account manager), C2 (key account manager).",
        f"Hand over: vitalfew handover --all-of {BEN} PERSON --reason …",
    ]
    assert led("capacity").err.startswith("Ben Manager is switched off and still leads: vitalfew handover --all-of")
