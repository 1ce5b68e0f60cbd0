"""The page of benchmarks says what the kept results say, and a line is judged as the page explains."""

import pytest

from benchmarks import page
from benchmarks.order import PRODUCT, TABLES
from benchmarks.tables import RESULTS, Peer, Row
from tests.house.source import ROOT


def test_the_page_is_made_from_the_kept_results():
    told = page.PAGE.read_text(encoding="utf-8")
    assert page.page(told) == told


def test_every_table_in_the_order_has_a_module_and_a_kept_result():
    assert [name for name in (*TABLES, *PRODUCT) if not (ROOT / "benchmarks" / f"{name}.py").exists()] == []
    assert [name for name in TABLES if not (RESULTS / f"{name}.json").exists()] == []


@pytest.mark.parametrize(
    ("ours", "better", "se", "slack", "met"),
    [
        (1.0, "low", 0.0, 0.0, True),
        (1.1, "low", 0.0, 0.0, False),
        (1.1, "low", 0.2, 0.0, True),
        (0.9, "high", 0.0, 0.0, False),
        (0.9, "near", 0.0, 0.1, True),
        (1.2, "near", 0.0, 0.1, False),
    ],
)
def test_a_line_is_met_within_one_standard_error(ours, better, se, slack, met):
    assert Row("case", "figure", ours, better, line=1.0, se=se, slack=slack).met is met


@pytest.mark.parametrize(
    ("theirs", "se", "word"), [(2.0, 0.5, "better"), (0.2, 0.5, "worse"), (1.4, 0.5, "level"), (1.0, 0.0, "level")]
)
def test_a_peer_is_judged_by_the_standard_error_of_the_difference(theirs, se, word):
    assert Row("case", "figure", 1.0, peers={"peer": Peer(theirs, se)}).against("peer") == word


def test_a_row_without_a_line_only_informs():
    assert Row("case", "figure", 1.0).met is None
