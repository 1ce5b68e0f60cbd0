"""The portfolio and account pages and the API list at 10,000 and 100,000 accounts: CPU, SQL statements, size, p95."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

AS_OF = date(2026, 10, 31)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROUNDS = 40


def fill(accounts: int) -> None:
    """A run with `accounts` standings, a hundred key accounts and five managers."""
    from vitalfew.ledger.models import AccountTotals, Customer, Run  # reason: settings are named in main
    from vitalfew.selection.models import ConcentrationFound, KeyAccount, Lead, Standing  # reason: as above
    from vitalfew.trust.models import Person  # reason: as above

    draw = np.random.default_rng(1)
    people = [
        Person.objects.create(
            email=f"p{n}@firm.example", name=f"Person {n}", added_at=NOW, role="administrator", sees_margin=True
        )
        for n in range(5)
    ]
    Customer.objects.bulk_create(
        [
            Customer(id=n, key=f"C{n}", name=f"Customer number {n}", country="UK" if n % 3 else "IE")
            for n in range(1, accounts + 1)
        ],
        batch_size=1000,
    )
    run = Run.objects.create(
        as_of=AS_OF,
        began_at=NOW,
        shown_at=NOW,
        totals={"currency": "GBP", "net": 10**9, "lines": 10**6, "stand_alone": {}},
    )
    net = np.sort(draw.lognormal(12, 1.6, accounts))[::-1].astype(int)
    months = draw.integers(0, 10**6, (accounts, 24)).tolist()
    Standing.objects.bulk_create(
        [
            Standing(run=run, account_id=n + 1, rank=n + 1, low=max(1, n - 20), high=n + 60, chance=max(0.0, 1 - n / accounts * 3), moved=int(n % 7) - 3,
                     net_12_months=int(net[n]), share=0.0001, running_share=min(1.0, n / accounts), last_day=AS_OF)
            for n in range(accounts)
        ], batch_size=1000,
    )  # fmt: skip
    AccountTotals.objects.bulk_create(
        [
            AccountTotals(run=run, account_id=n + 1, net=int(net[n]) * 2, net_12_months=int(net[n]), margin_12_months=None, orders_12_months=12, lines=200,
                          credits=-100, first_day=date(2024, 1, 1), last_day=AS_OF, months=months[n])
            for n in range(accounts)
        ], batch_size=1000,
    )  # fmt: skip
    curve = [[x / 100, min(1.0, (x / 100) ** 0.3), None, None] for x in range(101)]
    ConcentrationFound.objects.create(
        run=run, months=0, basis="revenue", level="customer",
        found={"customers": accounts, "positive": accounts, "top_20_share": [0.76, 0.74, 0.78], "share_for_80": [0.24, 0.22, 0.26], "gini": [0.7, 0.68, 0.72], "curve": curve, "why": "made up"},
    )  # fmt: skip
    for n in range(1, 101):
        KeyAccount.objects.create(account_id=n, designated_on=AS_OF, reason="large", designated_by="bench")
        Lead.objects.create(
            account_id=n, person=people[n % 5], role="manager", holds_from=AS_OF, reason="large", assigned_by="bench"
        )


def measure(path: str) -> dict[str, float]:
    """CPU milliseconds (median), p95 wall milliseconds, statements and kilobytes of one page, signed in."""
    from django.db import connection  # reason: settings are named in main
    from django.test import Client  # reason: as above

    from vitalfew.trust.models import Person  # reason: as above

    client = Client(SERVER_NAME="localhost")
    client.force_login(Person.objects.first(), backend="vitalfew.trust.signing.one_time.LinkBackend")
    assert client.get(path).status_code == 200
    asked: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: (asked.append(sql), execute(sql, *rest))[1]):
        size = len(client.get(path).content)
    cpu, wall = [], []
    for _ in range(ROUNDS):
        began, ticked = time.perf_counter(), time.process_time()
        client.get(path)
        cpu.append((time.process_time() - ticked) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return {
        "cpu_ms": float(np.median(cpu)),
        "p95_ms": float(np.quantile(wall, 0.95)),
        "statements": len(asked),
        "kb": size / 1024,
    }


def main() -> None:
    """A row for each page and size."""
    found = {}
    for accounts in (10_000,) if "--small" in sys.argv else (10_000, 100_000):
        if os.fork() == 0:  # each size in a process and a home of its own
            with TemporaryDirectory() as home:
                os.environ |= {"VITALFEW_HOME": home, "DJANGO_SETTINGS_MODULE": "vitalfew.config.settings"}
                import django  # reason: the home must be named first

                django.setup()
                from django.conf import settings  # reason: as above

                settings.ROOT_URLCONF = "benchmarks.bare"
                from vitalfew.web import doorway  # reason: as above

                doorway.ROUTES = {**doorway.ROUTES, "bare": {"GET": "open"}}
                from django.core.management import call_command  # reason: after set-up

                call_command("migrate", verbosity=0)
                fill(accounts)
                for name, path in (
                    ("bare", "/bare/"),
                    ("portfolio", "/"),
                    ("by net", "/?sort=-net"),
                    ("search", "/?q=number+99"),
                    ("account", "/accounts/50/"),
                    ("api", "/api/accounts?limit=25"),
                ):
                    found[name] = measure(path)
                    print(
                        f"{accounts:>7,} {name:<10} "
                        + " ".join(f"{key} {value:.1f}" for key, value in found[name].items()),
                        flush=True,
                    )
            os._exit(0)
        os.wait()
    Path("benchmarks/results").mkdir(exist_ok=True, parents=True)
    print(json.dumps({"rounds": ROUNDS}))


if __name__ == "__main__":
    main()
