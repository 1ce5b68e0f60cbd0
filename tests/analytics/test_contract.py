import pytest

from tests.analytics.contract import KINDS, cases, estimators
from vitalfew.analytics.refusals import UnusableInput

ASKED = [pytest.param(case, kind, id=f"{case.estimator.__name__}-{kind}") for case in cases() for kind in KINDS]


def test_every_estimator_stands_here():
    assert {case.estimator for case in cases()} == estimators()


@pytest.mark.parametrize(("case", "kind"), ASKED)
def test_unusable_input_is_refused_by_name(case, kind):
    expected = case.refused[kind]
    if expected is None:
        assert case.hostile[kind]() is not None
        return
    with pytest.raises(UnusableInput) as caught:
        case.hostile[kind]()
    assert type(caught.value) is expected
    assert len(str(caught.value)) > 30 and str(caught.value).endswith(".")
