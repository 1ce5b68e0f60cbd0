import numpy as np
import pytest

from vitalfew.analytics.features import measure_features
from vitalfew.analytics.features.ending import last_complete_day

WEEK = [40, 50, 45, 60, 30, 0, 0]


def ledger(*, weeks=20, last=()):
    return np.array(WEEK * weeks + list(last))


@pytest.mark.parametrize(
    ("last", "complete"),
    [
        ([40], 140),
        ([11], 140),
        ([9], 139),  # less than a quarter of a Monday's lines: the ledger is whole up to the Sunday before
        ([40, 50, 2], 141),
        ([40, 50, 3, 2, 1], 141),
        ([40, 0, 2], 140),
        ([40, 50, 45, 60, 30, 0, 1], 146),  # a line on a Sunday, on which there usually is none
    ],
)
def test_thin_days_at_the_end_are_not_complete(last, complete):
    assert last_complete_day(first=0, lines=ledger(last=last)) == complete


def test_the_first_day_counts():
    assert last_complete_day(first=15_000, lines=ledger(last=[40, 3])) == 15_140


@pytest.mark.parametrize("lines", [[1], [9, 0, 0, 1], [1] * 200, [50] * 27 + [1]])
def test_a_sparse_or_short_ledger_ends_with_its_last_line(lines):
    assert last_complete_day(first=0, lines=np.array(lines)) == len(lines) - 1


def test_a_ledger_that_fades_for_a_month_ends_with_its_last_line():
    assert last_complete_day(first=0, lines=ledger(last=[1] * 40)) == 179


def test_features_end_with_the_last_complete_day():
    lines = ledger(last=[40, 2])
    day = np.repeat(np.arange(lines.size), lines)
    found = measure_features(frame={"account": day % 10, "day": day, "amount": np.ones(day.size)})
    assert (found.as_of, found.last_day, found.posting_lag, found.lines.sum()) == (140, 141, 1, lines.sum() - 2)
