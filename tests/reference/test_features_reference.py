"""Features of the two years of Online Retail: the ledger's published facts, and the SQL measures over the same lines."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.analytics.features.stored import hold, hold_months, write
from tests.reference.data import folder
from vitalfew.analytics.features import measure_features, measure_months, measure_pairs

pytestmark = pytest.mark.data

# The facts as UCI (352 and 502) and exact addition give them; the day is the last of both ledgers.
LINES, NET, CUSTOMERS = 1_044_847, 1_890_974_410, 5_942
LAST_DAY = (np.datetime64("2011-12-09") - np.datetime64("1970-01-01")).astype(int)


@cache
def retail() -> pa.Table:
    """The two-year ledger with amounts in pence and customers by number, null where none is named."""
    found = folder("online_retail_two_years")
    if found is None:
        pytest.skip("the reference ledger online_retail_two_years is not here: set VITALFEW_DATA to its folder")
    table = pq.read_table(found / "online_retail_2009_2011.parquet")
    quantity, price = (table[name].cast(pa.float64()).to_numpy() for name in ("Quantity", "UnitPrice"))
    amount = np.rint(np.round(quantity * price * 100, 6)).astype(np.int64)
    credit = pc.starts_with(table["InvoiceNo"].cast(pa.string()), "C").to_numpy()
    kind = np.where(amount > 0, np.where(credit, 2, 1), np.where(amount < 0, 2, 3))
    return pa.table(
        {
            "account": table["CustomerID"].cast(pa.float64()).cast(pa.int32()),
            "item": table["StockCode"],
            "invoice": table["InvoiceNo"].cast(pa.string()),
            "day": table["InvoiceDate"].cast(pa.timestamp("s")).cast(pa.date32()),
            "kind": pa.array(kind.astype(np.int8)),
            "quantity": pa.array(quantity),
            "amount": pa.array(amount),
            "cost": pa.nulls(table.num_rows, pa.int64()),
        }
    )


def test_the_two_years_have_their_published_facts():
    found = measure_features(frame=retail(), as_of=int(LAST_DAY))
    assert len(found.account) == CUSTOMERS
    assert found.lines.sum() + found.unnamed == LINES
    assert found.net.sum() + found.unnamed_net == NET


def test_features_of_the_two_years_are_those_of_the_measures(tmp_path):
    scope = write(retail(), tmp_path)
    for as_of in (int(LAST_DAY), int(LAST_DAY) - 280):
        hold(measure_features(frame=retail(), as_of=as_of, kind="kind", cost="cost"), scope)
    hold_months(measure_months(frame=retail(), as_of=int(LAST_DAY), kind="kind"), scope)


def test_the_last_friday_of_the_two_years_counts_as_complete():
    assert measure_features(frame=retail()).as_of == LAST_DAY


def test_pairs_of_the_two_years_add_up_to_its_accounts():
    pairs, whole = (one(frame=retail(), kind="kind") for one in (measure_pairs, measure_features))
    assert np.bincount(pairs.rows, pairs.sale, minlength=CUSTOMERS) == pytest.approx(whole.sale)
    assert measure_features(frame=retail(), kind="kind", item="item").items.tolist() == np.diff(pairs.start).tolist()
