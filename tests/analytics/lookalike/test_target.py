import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from vitalfew.analytics.lookalike import best_by_value
from vitalfew.analytics.lookalike.target import families, marked
from vitalfew.analytics.refusals import NotAColumn, NotAlike, NotFinite, NothingThere, NothingVaries

VALUE = [5.0, 9.0, 1.0, 7.0, 3.0, 2.0]


@pytest.mark.parametrize("value", [VALUE, np.array(VALUE), pd.Series(VALUE), pl.Series(VALUE)], ids=repr)
def test_top_fifth_by_value_is_rounded_up(value):
    assert np.flatnonzero(best_by_value(value=value)).tolist() == [1, 3]


def test_accounts_level_with_the_last_one_are_chosen_too():
    assert best_by_value(value=[3, 2, 2, 2, 1], share=0.4).tolist() == [True, True, True, True, False]


@pytest.mark.parametrize(
    ("value", "refusal"),
    [([1.0, np.nan], NotFinite), ([], NothingThere), ([2.0, 2.0], NothingVaries), (["a"], NotAColumn)],
)
def test_values_that_rank_nobody_are_refused(value, refusal):
    with pytest.raises(refusal):
        best_by_value(value=value)


@pytest.mark.parametrize(
    "best", [[True, False], [1, 0], np.array([1.0, 0.0]), pl.Series([True, False]), pa.array([1, 0]), "key"]
)
def test_marks_may_come_in_any_form(best):
    source = pa.table({"key": [True, False]})
    assert marked(source=source, best=best).tolist() == [True, False]


def test_values_instead_of_marks_and_marks_of_other_accounts_are_refused():
    source = pa.table({"net": [3.0, 1.0]})
    with pytest.raises(NotAColumn, match="best_by_value makes it"):
        marked(source=source, best="net")
    with pytest.raises(NotAlike, match="2 accounts and best has 3 marks"):
        marked(source=source, best=[True, False, True])


def test_accounts_without_a_family_are_families_of_their_own():
    source = pa.table({"parent": ["B", None, "A", "B", "", None]})
    found = families(source=source, family="parent")
    assert (found[0], np.unique(found).size) == (found[3], 5)
    assert families(source=source, family=None).tolist() == [0, 1, 2, 3, 4, 5]
    assert (
        np.unique(families(source=pa.table({"parent": pa.array([None, None], pa.string())}), family="parent")).size == 2
    )
