"""A later file that overlaps an earlier one, and undoing in any order, against a model of three lines."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.ledgers import HEADER, counting, csv_of, take, undo
from vitalfew.ledger.undoing import UndoRefused

FIRST = date(2024, 1, 1)


class Model:
    """For each invoice, the newest batch that counts and whose file held it wins."""

    def __init__(self) -> None:
        self.files: dict[int, dict[str, list[tuple]]] = {}

    def lines(self) -> Counter[tuple]:
        winners: dict[str, list[tuple]] = {}
        for number in sorted(self.files):
            winners |= self.files[number]
        return Counter(line for lines in winners.values() for line in lines)


def line(invoice: str, version: int, place: int) -> tuple[str, str, str, date, int, int]:
    """One line of a version of an invoice: another customer, item, day and quantity in each version."""
    number = int(invoice[1:])
    quantity = 1 + version + place
    return (
        invoice, f"C{number % 3 + (version == 3)}", f"I{place % 2}", FIRST + timedelta(days=number + (version == 2)),
        quantity * 1_000_000, quantity * 250,
    )  # fmt: skip


def content(invoice: str, version: int) -> list[tuple]:
    """Version 4 is version 1 with one line twice: only the count of lines differs from a set of them."""
    lines = [line(invoice, version % 4, place) for place in range(1 + version % 2)]
    return [*lines, lines[0]] if version == 4 else lines


def rows_of(file: dict[str, int], shuffle: int) -> list[tuple]:
    rows = [
        (invoice, day.isoformat(), customer, item, quantity // 1_000_000, "2.50")
        for invoice, version in file.items()
        for _, customer, item, day, quantity, _ in content(invoice, version)
    ]
    return rows[shuffle % len(rows) :] + rows[: shuffle % len(rows)]


FILES = st.dictionaries(
    st.sampled_from([f"N{number}" for number in range(5)]), st.sampled_from([0, 1, 2, 3, 4]), min_size=1
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), FILES, st.integers(0, 7)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
    ),
    min_size=2,
    max_size=9,
)


def played(steps) -> None:
    model, undone = Model(), set()
    with tempfile.TemporaryDirectory() as home, override_settings(VITALFEW_HOME=Path(home)), transaction.atomic():
        for count, (what, subject, shuffle) in enumerate(steps):
            if what == "import":
                path = Path(home) / "sales.csv"
                path.write_text(csv_of(rows_of(subject, shuffle), HEADER) + "\n" * count)  # each file has bytes of its own
                report = take(path)
                model.files[report.batch] = {invoice: content(invoice, version) for invoice, version in subject.items()}
            elif model.files:
                number = sorted(model.files)[subject % len(model.files)]
                undo(number)
                undone.add(number)
                del model.files[number]
            assert counting() == model.lines(), (steps, count)
        for number in undone:
            with pytest.raises(UndoRefused):
                undo(number)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_imports_and_undoings_ends_as_the_model_says(steps):
    played(steps)
