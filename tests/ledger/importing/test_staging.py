"""Repeats counted in bounded memory, and rows told apart by all their cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from vitalfew.ledger.importing import staging
from vitalfew.ledger.importing.cells import BAD, GOOD, MISSING, Reader, digests, places_of


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("digests") / "digests.u64"


SOME = npst.arrays(np.uint64, st.integers(0, 200), elements=st.sampled_from([0, 1, 2, 7, 2**63, 2**64 - 1, 2**64 // 3]))
ANY = npst.arrays(np.uint64, st.integers(0, 200), elements=st.integers(0, 2**64 - 1))


@given(values=st.one_of(SOME, ANY), at_once=st.sampled_from([1, 3, 50, 4_000_000]))
def test_repeats_are_all_but_the_first_of_each(place, values, at_once):
    values.tofile(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "_DIGESTS_AT_ONCE", at_once)
        assert staging.repeats(place) == len(values) - len(np.unique(values))


CELL = st.one_of(st.none(), st.sampled_from(["a", "b", "ab", "", "a b", "1", "1.0"]))


def coded(rows):
    return {
        name: pa.array([row[place] for row in rows], pa.string()).dictionary_encode()
        for place, name in enumerate("xyz")
    }


@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=40))
def test_rows_have_one_digest_just_when_every_cell_is_alike(rows):
    # An empty text never reaches a block: the reader writes it as no text at all.
    rows = [tuple(cell or None for cell in row) for row in rows]
    found = digests(coded(rows), len(rows))
    assert len(np.unique(found)) == len(set(rows))
    for place, row in enumerate(rows):
        assert found[place] == found[rows.index(row)]


def test_digests_hold_across_blocks_with_other_dictionaries():
    first, second = coded([("a", "b", None), ("c", "d", "e")]), coded([("c", "d", "e"), ("a", "b", None)])
    assert digests(first, 2).tolist() == digests(second, 2).tolist()[::-1]


def test_each_distinct_text_is_read_once_and_spread_to_its_rows():
    asked = []

    def rule(text):
        asked.append(text)
        return (len(text), GOOD) if text.isdigit() else (0, BAD)

    reader = Reader(rule)
    column = pa.array(["12", None, "x", "12", " "]).dictionary_encode()
    for _ in range(2):
        found = reader.read(column, 5)
        assert found.values.tolist() == [2, 0, 0, 2, 0]
        assert found.states.tolist() == [GOOD, MISSING, BAD, GOOD, MISSING]
        assert found.present.tolist() == [True, False, False, True, False]
    assert asked == ["12", "x"]
    assert reader.read(None, 3).states.tolist() == [MISSING] * 3


def test_an_empty_cell_has_the_place_behind_the_dictionary():
    assert places_of(pa.array(["a", None, "b", "a"]).dictionary_encode()).tolist() == [0, 2, 1, 0]
