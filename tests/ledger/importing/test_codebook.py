"""Codes of customers and products, and the words a file has for them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from vitalfew.ledger.importing.codebook import Codebook, clean_key
from vitalfew.ledger.importing.words import Words, last_rows


@pytest.mark.parametrize(
    ("text", "key", "mended"),
    [
        ("17850", "17850", False), (" 17850 ", "17850", False), ("17850.0", "17850", True), ("17850.00", "17850", True), ("17850.5", "17850.5", False),
        ("Bolt  Ltd", "Bolt Ltd", True), ("Bolt\u00a0Ltd", "Bolt Ltd", True), ("Bolt\u200bLtd", "BoltLtd", True), ("A\tB", "A B", True),
        ("\ufeff", "", True), ("", "", False), ("   ", "", False), ("Müller & Söhne", "Müller & Söhne", False), ("x" * 130, "x" * 120, False),
        ("00042", "00042", False), ("a.0", "a.0", False),
    ],
)  # fmt: skip
def test_an_id_is_kept_without_what_spreadsheets_add(text, key, mended):
    found, was_mended = clean_key(text)
    assert found == key
    assert was_mended == mended or len(text) > 120


def book(known):
    asked = []

    def lookup(keys):
        asked.append(sorted(keys))
        return {key: code for key, code in known.items() if key in asked[-1]}

    return Codebook(lookup=lookup, next_code=100), asked


def test_known_keys_keep_their_code_and_new_ones_are_numbered_in_order():
    made, asked = book({"B": 7})
    assert made.codes(["C", "B", "A", "C"]) == {"C": 100, "B": 7, "A": 101}
    assert made.codes(["A", "D"]) == {"A": 101, "D": 102}
    assert (asked, made.new) == ([["A", "B", "C"], ["D"]], {"C": 100, "A": 101, "D": 102})
    assert [made.is_new(code) for code in (7, 100, 102)] == [False, True, True]


def test_texts_that_clean_to_one_key_have_one_code():
    made, _ = book({})
    assert made.read(["17850", "17850.0", " 17850", "", "\u200b"]) == [
        (100, False),
        (100, True),
        (100, False),
        (0, False),
        (0, False),
    ]


def column(*texts):
    return pa.array(texts, pa.string()).dictionary_encode()


def learned(*blocks):
    words = Words()
    for codes, texts in blocks:
        words.learn(column(*texts), *last_rows(np.array(codes)), np.array(codes))
    return words.by_code()


def test_the_last_word_of_the_file_is_kept_for_each_code():
    assert learned(([1, 2, 1], ["old", "two", "new"]), ([2], ["zwei"])) == {1: "new", 2: "zwei"}


def test_an_empty_cell_says_nothing_of_the_word():
    assert learned(([1, 1, 2], ["Bolt  Ltd", None, " "]), ([1], [None])) == {1: "Bolt Ltd"}


def test_lines_of_nobody_say_nothing():
    assert (
        learned(
            ([0, 0], ["a", "b"]),
        )
        == {}
    )


def test_the_last_row_of_each_code_is_found():
    codes, rows = last_rows(np.array([3, 0, 1, 3, 0]))
    assert (codes.tolist(), rows.tolist()) == ([1, 3], [2, 3])
    assert [found.tolist() for found in last_rows(np.zeros(0, np.int64))] == [[], []]
