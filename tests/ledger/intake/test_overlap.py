"""A later file that overlaps an earlier one, and undoing in any order, against a model of three lines."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.ledgers import HEADER, counting, csv_of, take, undo
from vitalfew.ground.errors import Ambiguity, Missing
from vitalfew.ledger import batches, measuring
from vitalfew.ledger.intake.undoing import UndoRefused
from vitalfew.ledger.measuring import measured

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
                path.write_text(
                    csv_of(rows_of(subject, shuffle), HEADER) + "\n" * count
                )  # each file has bytes of its own
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


def row(invoice, day="2024-03-04", customer="C1", *, item="I1", quantity=1, price="2.50"):
    return (invoice, day, customer, item, quantity, price)


def told(report):
    return tuple(report.invoices[word] for word in ("new", "replaced", "unchanged", "vanished"))


def test_a_file_says_which_invoices_are_new_changed_alike_or_gone(bring):
    bring([row("N1"), row("N2"), row("N3"), row("N4", "2024-03-09")])
    report = bring([row("N1"), row("N2", quantity=5), row("N5", "2024-03-05")], name="later.csv")
    assert told(report) == (1, 1, 1, 1)
    assert (report.invoices["vanished_shown"], report.lines["unchanged"]) == (["N3"], 1)
    assert sorted(line[0] for line in counting()) == ["N1", "N2", "N3", "N4", "N5"]


def test_the_same_file_again_changes_nothing(bring):
    first = bring([row("N1"), row("N2")])
    again = bring([row("N1"), row("N2")])
    assert (again.state, again.batch, again.lines) == ("already-there", first.batch, first.lines)
    undo(first.batch)
    third = bring([row("N1"), row("N2")])
    assert (third.state, third.batch, told(third)) == ("accepted", 2, (2, 0, 0, 0))


def test_undoing_the_file_that_a_later_one_only_repeats_keeps_the_lines(bring):
    first = bring([row("N1"), row("N2")])
    second = bring([row("N2"), row("N3")], name="later.csv")
    undo(first.batch)
    assert sorted(line[0] for line in counting()) == ["N2", "N3"]
    undo(second.batch)
    assert counting() == Counter()


def test_an_older_version_is_never_given_to_a_file_that_repeats_a_newer_one(bring):
    batches = [
        bring(rows, name=f"{number}.csv").batch
        for number, rows in enumerate(([row("N1")], [row("N1", quantity=2)], [row("N1", quantity=2), row("N2")]))
    ]
    undo(batches[0])
    assert sorted((line[0], line[4]) for line in counting()) == [("N1", 2_000_000), ("N2", 1_000_000)]
    undo(batches[1])
    assert sorted((line[0], line[4]) for line in counting()) == [("N1", 2_000_000), ("N2", 1_000_000)]


def test_lines_in_another_order_are_the_same_invoice(bring):
    lines = [row("N1", item="I1"), row("N1", item="I2"), row("N1", item="I1")]
    bring(lines)
    assert told(bring([*lines[::-1], row("N2")], name="later.csv")) == (1, 0, 1, 0)


def test_one_repeat_more_is_a_changed_invoice(bring):
    bring([row("N1"), row("N1")])
    assert told(bring([row("N1"), row("N1"), row("N1")], name="later.csv")) == (0, 1, 0, 0)
    assert sum(counting().values()) == 3


def test_numbers_used_again_for_others_are_asked_about(bring):
    bring([row("1", "2023-03-04", "C1")])
    with pytest.raises(Ambiguity, match="--invoices yearly") as asked:
        bring([row("1", "2024-03-04", "C2")], name="later.csv")
    assert asked.value.option == "--invoices"
    assert sorted(line[0] for line in counting()) == ["1"]


def test_undoing_is_refused_twice_and_for_what_is_no_batch_of_lines(bring):
    first = bring([row("N1")])
    bring([("C1", "Bolt Ltd", "Leeds")], header=("Customer", "Name", "Town"), name="customers.csv")
    undo(first.batch)
    with pytest.raises(UndoRefused, match="Batch 1 was undone on 23 November 2026"):
        undo(1)
    with pytest.raises(UndoRefused, match="Batch 2 is a customer list"):
        undo(2)
    with pytest.raises(Missing, match="There is no batch 9"):
        undo(9)


def test_measures_see_what_the_model_sees(bring):
    bring([row("N1"), row("N2", customer="C2"), row("N3", customer="", quantity=3)])
    bring([row("N1", quantity=-1), row("N4", "2024-04-01", "C2", quantity=2)], name="later.csv")
    with measuring.session(batches.scope(as_of=date(2024, 3, 31))) as session:
        accounts = measured(session, "account_totals", as_of=date(2024, 3, 31), since=date(2024, 1, 1)).to_pylist()
        whole = measured(session, "ledger_totals", as_of=date(2024, 3, 31), since=date.min).to_pylist()
    assert sorted((found["net"], found["lines"], found["credits"]) for found in accounts) == [
        (-250, 1, -250),
        (250, 1, 0),
    ]
    assert sum(found["net"] for found in whole) == 750
