"""The product's SQL measures and the functions over frames are two ways to the same numbers."""

import numpy as np
import pyarrow as pa
import pytest

from tests.analytics.features.stored import hold, hold_months, write
from vitalfew.analytics.features import measure_features, measure_months, simulate_lines

SQL = {"kind": "kind", "cost": "cost"}


@pytest.fixture
def ledger():
    """Invented lines with customers by number, some of them nobody's."""
    table = simulate_lines(accounts=400, seed=5)
    number = table["account"].combine_chunks().dictionary_encode().indices.to_numpy() + 1
    nobody = np.random.default_rng(1).random(table.num_rows) < 0.05
    return table.set_column(0, "account", pa.array(number, pa.int32(), mask=nobody))


@pytest.mark.parametrize("back", [0, 200, 500])
def test_features_are_those_of_the_measures(ledger, back, tmp_path):
    last = measure_features(frame=ledger).last_day
    hold(measure_features(frame=ledger, as_of=last - back, recent_days=180, **SQL), write(ledger, tmp_path))


def test_months_are_those_of_the_measure(ledger, tmp_path):
    hold_months(measure_months(frame=ledger, kind="kind"), write(ledger, tmp_path))
