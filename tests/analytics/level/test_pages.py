import json

import numpy as np
import pytest

from benchmarks.tables import RESULTS
from tests.analytics.pages import MEASURES, column, table
from vitalfew.analytics.level import breadth, logarithm, measured, odds, own_part
from vitalfew.analytics.level.graded import log_chances, scale_of
from vitalfew.analytics.level.grid import GRID, blur, level_chances
from vitalfew.analytics.level.rules import Rules, smallest_range

CUTS = np.array([-0.90, 0.15, 1.05])
SHOWN = {
    "realisation": (0.90, 0.70, 0.64, 0.36),
    "regularity": (0.35, 0.20, 0.64, 0.16),
    "breadth": (0.70, 1.10, 0.56, 0.20),
}
PIECES = ("before", "sentence", "rival", *SHOWN)


def weights():
    """What each piece of the worked account's evidence weighs at each point of the grid."""
    chances = np.exp(
        log_chances(scale=scale_of((4, 4)), slope=np.array([1.9, 1.3]), threshold=np.array([*CUTS, -2.0, -1.0, 0.1]))
    )
    seen = blur(spread=0.45) @ chances.T
    found = {"before": np.exp(-(GRID**2) / 2), "sentence": seen[:, 2], "rival": seen[:, 4 + 2]}
    for name, (loading, value, residual, error) in SHOWN.items():
        found[name] = np.exp(-((value - loading * GRID) ** 2) / (2 * (residual + error)))
    return found


@pytest.mark.parametrize("page", ["level", "loyalty"])
def test_each_page_has_the_parts_a_reader_needs(page):
    headings = [line[3:] for line in (MEASURES / f"{page}.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


@pytest.mark.parametrize("piece", PIECES)
def test_worked_weights_come_out_as_printed(piece):
    rows = table("level", "Worked table")
    assert column(rows, piece) == pytest.approx(np.interp(column(rows, "trait"), GRID, weights()[piece]), abs=6e-4)


def test_worked_product_and_share_come_out_as_printed():
    rows = table("level", "Worked table")
    product = np.interp(column(rows, "trait"), GRID, np.prod(list(weights().values()), axis=0))
    assert column(rows, "product") == pytest.approx(product, abs=6e-6)
    assert column(rows, "share") == pytest.approx(product / product.sum(), abs=6e-4)


def test_worked_product_can_be_had_with_a_calculator():
    for row in table("level", "Worked table"):
        assert float(row["product"]) == pytest.approx(
            np.prod([float(row[piece]) for piece in PIECES]), rel=0.02, abs=1e-5
        )


def test_worked_chances_of_levels_come_out_as_printed():
    rows = table("level", "The same as chances of the levels")
    density = np.cumprod(list(weights().values()), axis=0)
    chance = level_chances(density=density, cutpoints=CUTS)
    printed = np.column_stack([column(rows, f"level {level}") for level in (1, 2, 3, 4)])
    assert printed == pytest.approx(chance, abs=6e-4)
    low, high = smallest_range(chance=chance[-1:], least=0.8)
    assert (low[0], high[0]) == (2, 3)


@pytest.mark.parametrize("row", table("level", "How good it is"), ids=lambda row: row["world"])
def test_page_prints_what_the_benchmark_measured(row):
    kept = json.loads((RESULTS / "level.json").read_text())["rows"]
    whole, heard = (
        {one["metric"]: one for one in kept if one["case"] == case}
        for case in (row["world"], f"{row['world']}, answered")
    )
    printed = [float(cell) for name, cell in row.items() if name != "world"]
    kappa = whole["weighted kappa"]
    assert printed == pytest.approx(
        [
            kappa["ours"],
            kappa["peers"]["z-score rule"]["value"],
            kappa["peers"]["ordered logit"]["value"],
            heard["weighted kappa"]["ours"],
            heard["weighted kappa"]["peers"]["raw answer"]["value"],
            whole["accuracy"]["ours"],
            whole["calibration error"]["ours"],
            whole["90 % run holds"]["ours"],
            whole["levels in the run"]["ours"],
        ],
        abs=6e-3,  # the length is printed with two digits
    )


def test_thresholds_on_the_page_are_the_settings():
    rules, text = Rules(), (MEASURES / "level.md").read_text()
    assert (rules.fresh_days, rules.orders, rules.days, rules.likely, rules.bits) == (365.0, 12, 274.0, 0.55, 0.25)
    assert (rules.cap, rules.apart, rules.damage_signs) == (0.85, 2.6, 3)
    for words in ("12 orders over 9 months", "chance of .55", "adds .25 bit", "above .85", "2.6 standard errors"):
        assert words in text


def indicator(row):
    amount, other = (np.array([float(row[name])]) for name in ("amount", "its error or peers"))
    match row["indicator"]:
        case "chance active":
            return odds(name="active", chance=amount, error=other)
        case "regularity k":
            return logarithm(name="k", amount=amount, error=other)
        case "breadth":
            return breadth(name="breadth", bought=amount, peers=other)
        case "price response":
            return measured(name="response", value=amount, error=other)
    value, variance = own_part(mean=amount, variance=other**2, centre=-1.0, spread=0.6**0.5)
    return measured(name="own", value=value, error=np.sqrt(variance))


@pytest.mark.parametrize("row", table("loyalty", "Worked table"), ids=lambda row: row["indicator"])
def test_worked_indicators_come_out_as_printed(row):
    found = indicator(row)
    assert (found.value[0], np.sqrt(found.variance[0])) == pytest.approx(
        (float(row["value"]), float(row["error"])), abs=6e-4
    )
