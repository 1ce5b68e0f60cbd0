"""The quick demo firm of 200 customers, made once for all tests."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from vitalfew.demo.files import write_files
from vitalfew.demo.firm import make_firm, make_world
from vitalfew.demo.scene.window import window_before

UNTIL = date(2026, 11, 23)


@pytest.fixture(scope="session")
def firm():
    return make_firm(customers=200, until=UNTIL)


@pytest.fixture(scope="session")
def world():
    """The same firm before it is written down."""
    return make_world(seed=2026, customers=200, window=window_before(until=UNTIL, years=3))


@pytest.fixture(scope="session")
def ledger(firm):
    """The firm's lines as columns of Python objects and arrays by short names."""
    lines = firm.lines
    pence = {
        name: np.array([int(value.scaleb(2)) for value in lines[column].to_pylist()])
        for name, column in (("net", "Net Amount"), ("cost", "Cost"))
    }
    return {
        "invoice": np.array(lines["Invoice No"].to_pylist()),
        "customer": np.array([value or "" for value in lines["Customer"].to_pylist()]),
        "day": np.array(lines["Invoice Date"].to_pylist(), dtype="datetime64[D]"),
        "item": np.array(lines["Item"].to_pylist()),
        "quantity": lines["Quantity"].to_numpy(),
        "unit": np.array([int(value.scaleb(4)) for value in lines["Unit Price"].to_pylist()]),
        **pence,
    }


@pytest.fixture(scope="session")
def accounts(firm):
    """The truth of each account by its number."""
    return {row["customer"]: row for row in firm.truth.tables["accounts"].to_pylist()}


@pytest.fixture(scope="session")
def written(firm, tmp_path_factory):
    return write_files(firm=firm, folder=tmp_path_factory.mktemp("demo") / "firm")
