import numpy as np
import pytest

from vitalfew.analytics.level import measured, together
from vitalfew.analytics.level.units import units_of

RNG = np.random.default_rng(2)


def indicator(error):
    """Five thousand accounts that truly differ by 3 around 40, measured with these errors."""
    value = 40 + 3 * RNG.standard_normal(5000) + error * RNG.standard_normal(5000)
    return together(measured(name="one", value=value, error=error))


@pytest.mark.parametrize("error", [np.full(5000, 0.1), np.full(5000, 5.0), RNG.choice([0.5, 30.0], 5000)])
def test_units_are_what_accounts_truly_differ_by(error):
    found = units_of(indicator(error))
    assert found.width == pytest.approx([3.0], rel=0.15)
    assert found.middle == pytest.approx([40.0], abs=1.5)


def test_units_of_what_was_never_measured_are_one():
    never = np.full(20, np.nan)
    found = units_of(together(measured(name="one", value=never, error=never)))
    assert (found.middle.tolist(), found.width.tolist()) == ([0.0], [1.0])


def test_indicators_without_units_have_spread_one():
    shown = indicator(np.full(5000, 0.1))
    assert units_of(shown).without(shown).value.std() == pytest.approx(1.0, abs=0.01)
