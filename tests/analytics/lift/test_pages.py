import numpy as np
import pytest

from tests.analytics.pages import MEASURES, column, table
from vitalfew.analytics.lift.chance import Chance
from vitalfew.analytics.lift.synthetic import alone, synthetic


@pytest.mark.parametrize("page", ["lift", "minimum_detectable_effect"])
def test_each_page_has_the_parts_a_reader_needs(page):
    headings = [line[3:] for line in (MEASURES / f"{page}.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


def test_worked_lift_comes_out_as_printed():
    rows = table("lift", "Worked table")
    paths = np.array([column(rows[:-1], f"month {month}") for month in range(1, 7)]).T
    treated = np.arange(5) == 0
    found = synthetic(paths=paths, before=4, treated=alone(treated[None]), allowed=~treated[None])
    assert column(rows[1:-1], "weight") == pytest.approx(found.units[0, 1:], abs=5e-4)
    assert found.periods[0] == pytest.approx([0, 0, 0.227, 0.773], abs=5e-4)
    assert column(rows[:-1], "change") == pytest.approx(found.change[0], abs=0.05)
    effect = float(rows[-1]["change"])
    assert effect == pytest.approx(found.effect[0], abs=0.05)
    assert effect / (paths[0, 4:].mean() - effect) == pytest.approx(0.26, abs=5e-3)


def test_worked_detectable_effects_come_out_as_printed():
    for row in table("minimum_detectable_effect", "Worked table"):
        treated, cross, square, controls = (
            float(row[name]) / 1000 for name in ("treated", "cross", "square", "controls")
        )
        error = np.sqrt(treated + controls)
        told = Chance(np.zeros(3), error, 1.0, "jackknife", 2.4865, treated, cross, square, controls)
        assert float(row["standard error"]) == pytest.approx(error, abs=5e-4)
        assert float(row["2.49 standard errors"]) == pytest.approx(2.4865 * error, abs=6e-4)
        assert float(row["minimum detectable effect"]) == pytest.approx(told.detectable(1.0), abs=6e-4)
        e = told.detectable(1.0)
        assert told.from_treated(e) + controls == pytest.approx((e / 2.4865) ** 2)
