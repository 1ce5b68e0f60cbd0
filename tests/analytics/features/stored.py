"""Lines of a notebook's frame written as the parts of a ledger, and what its SQL measures make of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vitalfew.analytics.features import AccountFeatures, AccountMonths
from vitalfew.ledger.engines import duck
from vitalfew.ledger.engines.scope import Scope
from vitalfew.ledger.importing.lines import SCHEMA

EPOCH = date(1970, 1, 1)


def write(table: pa.Table, folder: Path) -> Scope:
    """A part with columns account (whole numbers, null for nobody), item, invoice, day, kind, amount and cost."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = table.num_rows
    made = {
        "batch": pa.array(np.ones(rows, np.int32)),
        "row": pa.array(np.arange(rows)),
        "customer": table["account"].fill_null(0),
        "unit_price_e6": table["amount"],
        "quantity_e6": table["amount"],
        "list_price_e6": pa.nulls(rows, pa.int64()),
        "currency": pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array(["GBP"])),
        "invoice": table["invoice"].combine_chunks().dictionary_encode(),
        "item": table["item"].combine_chunks().dictionary_encode().indices,
    }
    columns = [made.get(name, table[name] if name in table.column_names else None) for name in SCHEMA.names]
    path = folder / "1.parquet"
    pq.write_table(pa.table([one.cast(field.type) for one, field in zip(columns, SCHEMA, strict=True)], SCHEMA), path)
    return Scope(folder, (path,))


def measured(scope: Scope, measure: str, *, as_of: int, since: int) -> dict[str, np.ndarray]:
    """Columns of a measure by account, days as whole numbers; `since` is the first day that counts as recent."""
    with duck.session(scope) as opened:
        days = {"as_of": EPOCH + timedelta(days=as_of), "since": EPOCH + timedelta(days=since)}
        found = opened.run(measure, days)
    found = found.sort_by([(name, "ascending") for name in ("account", "month") if name in found.column_names])
    columns = {
        name: found[name].cast(pa.int32()) if "day" in name or name.endswith("order") else found[name]
        for name in found.column_names
    }
    return {name: column.to_numpy() for name, column in columns.items()}


def hold(found: AccountFeatures, scope: Scope) -> None:
    """Every column of account_totals and account_rhythm equals the feature of that meaning: whole numbers exactly."""
    as_of, days = found.as_of, {"as_of": found.as_of, "since": found.as_of - found.recent_days + 1}
    totals = measured(scope, "account_totals", **days)
    assert found.account.to_pylist() == totals["account"].tolist()
    same = {"lines": found.lines, "net": found.net, "net_since": found.net_recent, "credits": found.credits}
    same |= {"margin": found.margin, "margin_since": found.margin_recent, "costed_lines": found.costed}
    same |= {"credit_lines": found.credit_lines}
    same |= {"first_day": as_of - found.first_touch, "last_day": as_of - found.last_touch}
    for name, feature in same.items():
        assert feature.tolist() == totals[name].tolist(), name
    rhythm, buyers = measured(scope, "account_rhythm", **days), found.buyers
    assert np.array(found.account)[buyers].tolist() == rhythm["account"].tolist()
    same = {"orders": found.orders, "orders_since": found.orders_recent, "sale": found.sale}
    same |= {"first_order": as_of - found.first_age, "last_order": as_of - found.last_age}
    for name, feature in same.items():
        assert feature[buyers].tolist() == rhythm[name].tolist(), name
    for name in ("sum_log", "sum_log_squared"):
        assert getattr(found, name)[buyers] == pytest.approx(rhythm[name], rel=1e-9)
    assert found.sum_log_gap[buyers] == pytest.approx(rhythm["sum_log_gap"], rel=1e-9, abs=1e-9)


def hold_months(found: AccountMonths, scope: Scope) -> None:
    """Every month of account_months equals the panel, and the panel has zeros elsewhere."""
    months = measured(scope, "account_months", as_of=found.as_of, since=0)
    panel = np.zeros_like(found.net)
    panel[np.searchsorted(np.array(found.account), months["account"]), months["month"] - found.month[0]] = months["net"]
    assert (panel == found.net).all()
