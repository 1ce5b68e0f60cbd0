from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.demo.conftest import UNTIL
from vitalfew.demo.firm import UnmakeableFirm, make_firm

DIGEST = """
from datetime import date
from tests.demo.test_firm import digest
from vitalfew.demo.firm import make_firm
print(digest(make_firm(customers=200, until=date(2026, 11, 23))))
"""


def digest(firm):
    """One hash over every value of every table and over all facts."""
    told = hashlib.sha256(repr(firm.truth.facts).encode())
    for table in (
        firm.lines,
        firm.customers,
        firm.prospects,
        firm.survey,
        firm.price_list,
        *firm.truth.tables.values(),
    ):
        for name in table.column_names:
            told.update(f"{name}{table[name].type}{table[name].to_pylist()}".encode())
    return told.hexdigest()


def test_same_seed_makes_same_firm(firm):
    assert digest(make_firm(customers=200, until=UNTIL)) == digest(firm)


def test_other_processor_makes_same_firm(firm):
    # Without its vector units numpy's exp() differs in the last bit, as it does on another machine.
    slower = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL", "PYTHONHASHSEED": "7", "PYTHONWARNINGS": "ignore"}
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env={**os.environ, **slower, "PYTHONPATH": str(root)},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == digest(firm)


def test_other_seed_makes_other_firm(firm):
    assert digest(make_firm(seed=2027, customers=200, until=UNTIL)) != digest(firm)


def test_any_day_of_month_gives_same(firm):
    assert digest(make_firm(customers=200, until=date(2026, 11, 1))) == digest(firm)


def test_years_and_customers_are_followed():
    small = make_firm(customers=100, years=2, until=UNTIL)
    assert (small.truth["first_day"], small.truth["last_day"], small.truth["buyers"]) == (
        "2024-11-01",
        "2026-10-31",
        100,
    )
    first, last = np.array(small.lines["Invoice Date"].to_pylist())[[0, -1]]
    assert date(2024, 11, 1) <= first <= date(2024, 11, 5)
    assert date(2026, 10, 28) <= last <= date(2026, 10, 31)


@pytest.mark.parametrize(
    "wrong", [{"customers": 99}, {"customers": 200_001}, {"years": 1}, {"years": 11}, {"seed": -1}]
)
def test_impossible_firms_are_refused_kindly(wrong):
    with pytest.raises(UnmakeableFirm, match="ask for numbers inside these bounds"):
        make_firm(**wrong, until=UNTIL)


def test_default_firm_has_promised_scale():
    ledger = make_firm(until=UNTIL).truth["ledger"]
    assert 250_000 <= ledger["lines"] <= 400_000
    assert 0.70 <= ledger["concentration"]["top_20_share"] <= 0.80
