import json

import numpy as np
import pytest
from scipy.special import expit

from benchmarks.tables import RESULTS
from tests.analytics.pages import MEASURES, column, table
from vitalfew.analytics.lookalike import Columns, Encoder, Lookalike, fit_encoder, nearest
from vitalfew.analytics.lookalike.category import Category, Ordered
from vitalfew.analytics.lookalike.ridge import Ridge

INDUSTRIES, SIZES = ("Café", "Hospital", "Hotel"), ("under 10", "10 to 49", "50 and more")
ADDS = np.array([-0.9, 1.4, 0.5, 0.8, 0.9])


def printed_model():
    """The model of the page: three industries, and sizes whose first band adds -0.6 and each step on 0.8 and 0.9."""
    columns = (Category("industry", 0, INDUSTRIES, np.ones(3, bool), False), Ordered("size", SIZES))
    owner = np.array([0, 0, 0, 1, 1])
    # The average account has 0.75 of the first step, which sets the first band at -0.6.
    mean = np.array([0.0, 0, 0, 0.75, 0])
    encoder = Encoder(columns, mean, owner, owner, np.zeros(5, bool))
    ridge = Ridge(-1.6, ADDS, 0.01 * np.eye(6), np.ones(2))
    return Lookalike(encoder, ridge, 0.0, 1.0, np.ones(2), np.ones(2), 500, 100, 0.9)


def test_page_has_the_parts_a_reader_needs():
    headings = [line[3:] for line in (MEASURES / "lookalike.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


def test_worked_chances_come_out_as_printed():
    rows = table("lookalike", "Worked table")
    frame = {name: [row[name] or None for row in rows] for name in ("industry", "size")}
    scores = printed_model().score(frame=frame)
    assert column(rows, "industry adds") == pytest.approx(scores.adds[:, 0])
    assert column(rows, "size adds") == pytest.approx(scores.adds[:, 1])
    assert column(rows, "sum") == pytest.approx(scores.start + scores.adds.sum(axis=1))
    assert column(rows, "chance") == pytest.approx(scores.chance, abs=5e-4)
    assert expit(scores.start) == pytest.approx(0.168, abs=5e-4)


def test_worked_likeness_comes_out_as_printed():
    rows = table("lookalike", "Likeness worked out")
    told = {name: [row[name] for row in rows] for name in ("industry", "region")} | {"sites": column(rows, "sites")}
    spread = {
        "industry": ["hotel", "café"] * 40,
        "region": ["north", "south"] * 40,
        "sites": np.linspace(0.55, 9.45, 80),
    }
    columns = Columns(categories=("industry", "region"), numbers=("sites",))
    encoder = fit_encoder(frame=spread, columns=columns)
    near = nearest(
        encoder=encoder,
        accounts=told,
        best=[True] * 4,
        prospects={"industry": ["hotel"], "region": ["north"], "sites": [4.0]},
        weights=np.array([0.5, 0.3, 0.2]),
        count=4,
    )
    assert near.account[0].tolist() == [0, 1, 2, 3]
    assert column(rows, "likeness") == pytest.approx(near.likeness[0], abs=2e-3)
    apart = [
        0.5 * one + 0.3 * two + 0.2 * three
        for one, two, three in zip(*(column(rows, f"{name} apart") for name in told), strict=True)
    ]
    assert column(rows, "likeness") == pytest.approx([1 - one for one in apart], abs=5e-4)


METHODS = {
    "ours": ("8 demo firms, 2,400 prospects", "ours"),
    "knowing the law of the world": ("8 demo firms, 2,400 prospects", "oracle, the ceiling"),
    "ridge logistic, one penalty for all columns, tried out in folds": (
        "8 demo firms, 2,400 prospects",
        "scikit-learn logistic",
    ),
    "boosted trees": ("8 demo firms, 2,400 prospects", "LightGBM"),
    "20 nearest accounts, columns alike": ("8 demo firms, 2,400 prospects", "kNN (Gower, 20)"),
    "cosine with the mean of the best": ("8 demo firms, 2,400 prospects", "centroid cosine"),
    "ours, from 150 accounts only": ("the same, 150 accounts known", "ours"),
    "the ridge logistic, from the same 150": ("the same, 150 accounts known", "scikit-learn logistic"),
}


def test_page_prints_what_the_benchmark_kept():
    kept = json.loads((RESULTS / "lookalike.json").read_text())["rows"]
    figures = {
        (row["case"], row["metric"]): {"ours": row["ours"]} | {n: p["value"] for n, p in row["peers"].items()}
        for row in kept
    }
    rows = {row["method"].replace(",", ""): row for row in table("lookalike", "How good it is")}
    for method, (case, name) in METHODS.items():
        row = rows[method.replace(",", "")]
        printed = [float(row[metric]) for metric in ("AUC", "lift at 20 %", "average precision")]
        found = [figures[case, metric][name] for metric in ("AUC", "lift at 20 %", "average precision")]
        assert printed == pytest.approx(found, abs=6e-3), method
