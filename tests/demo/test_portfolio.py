"""The demo portfolio: made through the steps' own verbs, counted against its truth, built once."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.sales import brought
from vitalfew.demo import portfolio
from vitalfew.ledger import runs
from vitalfew.ledger.models import AccountTotals, Batch, Customer
from vitalfew.relationship.models import LevelFound, Part, PriceEvent, Response, TargetLevel
from vitalfew.selection import operations
from vitalfew.selection.models import KeyAccount, Lead
from vitalfew.trust import people
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def build(**more) -> str:
    words = {"by": operator(), "at": AT, "progress": lambda stage, done: None, "customers": 200}
    return portfolio.build(**words | more)


class Power(Exception):
    """The power goes."""


def stop_at(word: str):
    def progress(stage: str, done: float | None) -> None:
        if stage == word:
            raise Power(stage)

    return progress


def test_built_demo_agrees_with_its_truth(home):
    told: list[tuple[str, float]] = []
    said = build(progress=lambda stage, done: told.append((stage, done)))
    truth = json.loads((home / "demo-files" / "truth" / "truth.json").read_text())
    counted = {batch.file_name: batch.report["lines"] for batch in Batch.objects.filter(kind="sales")}
    assert {name: _as_told(lines) for name, lines in counted.items()} == {
        told["name"]: {key: told[key] for key in ("lines", "readable", "set_aside", "refused")}
        for told in truth["files"]
    }
    run = runs.current()
    assert said.startswith("The demo firm is ready: ") and f"{run.totals['lines']:,} sales lines" in said
    overlap = next(told["overlap"] for told in truth["files"] if "overlap" in told)
    assert run.totals["lines"] == sum(told["readable"] for told in truth["files"]) - overlap["lines"]
    whole = truth["ledger"]
    assert (run.totals["lines"], run.totals["net"]) == (whole["lines"], whole["net"])
    assert AccountTotals.objects.filter(run=run).count() == whole["customers"]
    assert [done for _, done in told] == sorted(done for _, done in told)
    _led_by_the_cast()
    _known_by_the_cast()
    _second_build_changes_nothing(home)


def _as_told(lines: dict[str, int]) -> dict[str, int]:
    return {
        "lines": lines["file"], "readable": lines["accepted"] + lines["corrected"], "set_aside": lines["set_aside"], "refused": lines["refused"],
    }  # fmt: skip


def _led_by_the_cast() -> None:
    keys = list(KeyAccount.objects.filter(released_on=None).order_by("pk"))
    managers = Lead.objects.filter(holds_until=None, role="manager")
    assert (len(keys), managers.count(), Lead.objects.filter(holds_until=None, role="deputy").count()) == (12, 11, 11)
    assert {key.designated_by for key in keys} == {"Rosalind Harte"}
    assert {lead.person.name for lead in managers} == {name for _, name in portfolio.MANAGERS}


def _known_by_the_cast() -> None:
    """Each key account is meant to go somewhere, its manager believes something, and prices of two have moved."""
    keys = set(KeyAccount.objects.values_list("account_id", flat=True))
    targets = dict(TargetLevel.objects.filter(ended_on=None).values_list("account_id", "level"))
    found = dict(
        LevelFound.objects.filter(run=runs.current(), superseded_at=None, account__in=keys).values_list(
            "account_id", "level"
        )
    )
    assert targets == {account: min(level + 1, 4) for account, level in found.items()} and set(targets) == keys
    assert Response.objects.filter(way="mirror").count() == 11 and PriceEvent.objects.count() == 3
    assert Part.objects.exclude(position__account__in=keys).count() == 0 < Part.objects.count()


def _second_build_changes_nothing(home) -> None:
    before = (list(Batch.objects.values()), list(KeyAccount.objects.values()), runs.last_number())
    assert build() == f"The demo firm is ready in {home}."
    operations.release(account=KeyAccount.objects.first().account_id, reason="A visitor tries it", by=operator(), at=AT)
    assert build() == f"The demo firm is ready in {home}."
    assert (list(Batch.objects.values()), KeyAccount.objects.filter(released_on=None).count(), runs.last_number()) == (
        before[0],
        11,
        before[2],
    )


def test_demo_that_broke_off_is_built_on(home):
    with pytest.raises(Power):
        build(progress=stop_at("Giving them managers"))
    assert (KeyAccount.objects.count(), runs.current() is not None) == (0, True)
    imported = Batch.objects.count()
    assert build().startswith("The demo firm is ready: ")
    assert (KeyAccount.objects.count(), Batch.objects.count()) == (12, imported)


def refused(home) -> None:
    with pytest.raises(
        portfolio.NotTheDemo,
        match="holds a firm's own data: the demo needs a home of its own, name one in VITALFEW_HOME",
    ):
        build()
    assert not (home / "demo.txt").exists() and not (home / "demo-files").exists()


def test_home_with_a_firms_sales_is_refused(home, tmp_path):
    brought(tmp_path)
    refused(home)
    assert Customer.objects.count() == 8


def test_home_with_a_customer_list_is_refused(home, tmp_path):
    brought(
        tmp_path,
        [("C1", "Acme", "Germany"), ("C2", "Borealis", "France")],
        header=("Customer No", "Customer Name", "Country"),
    )
    assert Batch.objects.get().kind == "customers"
    refused(home)


def test_home_with_people_is_refused(home):
    people.add_person(email="ada@example.org", name="Ada Miller", by=operator(), at=AT)
    refused(home)
