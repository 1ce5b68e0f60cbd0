"""The contract of engines: every measure gives on each of them what plain Python reckons from the same lines."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from tests.ledger.engines.reckoned import CHOSEN, RECKONED, Row, seen
from tests.ledger.engines.written_ledgers import AS_OF, NAMED, SINCE, Ledger, Line, ledgers
from tests.reference.data import folder as data_folder
from vitalfew.ground import clock
from vitalfew.ledger import batches, operations
from vitalfew.ledger.engines import dialect
from vitalfew.ledger.engines.scope import Scope
from vitalfew.ledger.importing.recognising import Wishes
from vitalfew.ledger.measuring import BOUNDS, Session
from vitalfew.trust.actors import operator

Opens = Callable[[Scope], AbstractContextManager[Session]]

KINDS = {
    "account_totals": {
        "account": pa.int32(), "lines": pa.int64(), "net": pa.int64(), "net_since": pa.int64(), "credits": pa.int64(), "credit_lines": pa.int64(),
        "margin": pa.int64(), "margin_since": pa.int64(), "costed_lines": pa.int64(), "first_day": pa.date32(), "last_day": pa.date32(),
    },
    "account_months": {"account": pa.int32(), "month": pa.int64(), "net": pa.int64()},
    "account_rhythm": {
        "account": pa.int32(), "orders": pa.int64(), "orders_since": pa.int64(), "first_order": pa.date32(), "last_order": pa.date32(),
        "sum_log": pa.float64(), "sum_log_squared": pa.float64(), "sale": pa.int64(), "sum_log_gap": pa.float64(),
    },
    "account_breadth": {
        "account": pa.int32(), "items": pa.int64(), "items_known": pa.int64(), "lines": pa.int64(), "sale": pa.int64(), "returned": pa.int64(),
        "items_before": pa.int64(), "items_both": pa.int64(), "lines_before": pa.int64(), "credit_days": pa.int64(), "credit_days_before": pa.int64(),
        "all_items": pa.int64(), "all_lines": pa.int64(), "first_day": pa.date32(), "last_day": pa.date32(),
    },
    "account_item_months": {
        "account": pa.int32(), "item": pa.int32(), "month": pa.int64(), "size": pa.int32(), "lines": pa.int64(), "orders": pa.int64(),
        "quantity_e6": pa.int64(), "amount": pa.int64(), "sum_log": pa.float64(), "sum_log_squared": pa.float64(), "listed": pa.int64(),
        "sum_log_list": pa.float64(),
    },
    "ledger_totals": {
        "kind": pa.int16(), "named": pa.int32(), "lines": pa.int64(), "net": pa.int64(), "first_day": pa.date32(), "last_day": pa.date32(),
    },
}  # fmt: skip
DAYS = ((AS_OF, SINCE), (AS_OF, date.min), (date(2023, 12, 31), date(2023, 12, 31)))


def agree(found: pa.Table, reckoned: list[Row], measure: str) -> None:
    """The same rows in any order: whole numbers and days equal, floats to 1e-9."""
    assert dict(zip(found.schema.names, found.schema.types, strict=True)) == KINDS[measure]
    keys = [name for name in KINDS[measure] if name in ("account", "item", "month", "size", "kind", "named")]
    rows = sorted(found.to_pylist(), key=lambda row: [row[key] for key in keys])
    wanted = sorted(reckoned, key=lambda row: [row[key] for key in keys])
    floats = [name for name, kind in KINDS[measure].items() if kind == pa.float64()]
    exact = [name for name in KINDS[measure] if name not in floats]
    assert [[row[name] for name in exact] for row in rows] == [[row[name] for name in exact] for row in wanted]
    for name in floats:
        assert [row[name] for row in rows] == pytest.approx([row[name] for row in wanted], rel=1e-9, abs=1e-12)


def hold(engine: Opens, ledger: Ledger, scope: Scope) -> None:
    """Every measure on one engine over one ledger, for each pair of days."""
    lines = seen(ledger)
    with engine(scope) as opened:
        for measure, reckon in RECKONED.items():
            for as_of, since in DAYS:
                agree(
                    opened.run(measure, {"as_of": as_of, "since": since}, CHOSEN),
                    reckon(lines, as_of=as_of, since=since),
                    measure,
                )


def test_every_measure_has_its_contract() -> None:
    assert set(dialect.names()) == set(RECKONED) == set(KINDS) == set(BOUNDS)


@pytest.mark.parametrize("name", NAMED)
def test_named_ledgers_give_what_python_reckons(name: str, engine: Opens, place: Callable[[], Path]) -> None:
    hold(engine, NAMED[name], NAMED[name].written(place()))


def test_a_choice_of_accounts_holds_for_one_question_alone(engine: Opens, place: Callable[[], Path]) -> None:
    ledger = NAMED["goods by the piece"]
    days = {"as_of": AS_OF, "since": SINCE}
    with engine(ledger.written(place())) as opened:
        for accounts in ((1,), (2, 3), (99,), ()):
            found = opened.run("account_item_months", days, accounts)["account"].to_pylist()
            assert set(found) == set(accounts) - {99}
        assert opened.run("account_totals", days, (1,)).num_rows == 3


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(ledger=ledgers())
def test_ledgers_by_chance_give_what_python_reckons(ledger: Ledger, engine: Opens, place: Callable[[], Path]) -> None:
    hold(engine, ledger, ledger.written(place()))


def _imported() -> Scope:
    """The scope of the reference ledger after its import; skips the test where the data is absent."""
    found = data_folder("online_retail")
    if found is None:
        pytest.skip("the reference ledger online_retail is not here: set VITALFEW_DATA to the folder that holds it")
    operations.import_file(
        path=found / "online_retail.csv.gz",
        name="online_retail.csv.gz",
        wishes=Wishes(currency="GBP"),
        by=operator(),
        at=clock.now(),
    )
    return batches.scope(as_of=date(2011, 12, 9))


@pytest.mark.data
@pytest.mark.django_db
def test_online_retail_gives_what_python_reckons(engine: Opens, home: Path) -> None:
    scope = _imported()
    columns = (
        "customer",
        "day",
        "amount",
        "kind",
        "invoice",
        "batch",
        "item",
        "currency",
        "cost",
        "quantity_e6",
        "list_price_e6",
    )
    stored = pa.concat_tables([pq.read_table(part, columns=list(columns)) for part in scope.parts])
    ledger = Ledger(tuple(map(Line, *(stored[name].to_pylist() for name in columns))))
    assert len(ledger.lines) == 541_909
    lines = seen(ledger)
    assert sum(one.line.amount for one in lines) == 974_774_793
    with engine(scope) as opened:
        for measure, reckon in RECKONED.items():
            days = {"as_of": date(2011, 12, 9), "since": date(2011, 6, 1)}
            agree(opened.run(measure, days, CHOSEN), reckon(lines, **days), measure)
