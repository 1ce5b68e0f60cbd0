import re, pytest
from hypothesis import given, settings, HealthCheck
from tests.ledger.test_overlap import STEPS, played
from vitalfew.ledger.engines import parts
@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(steps=STEPS)
def test_p(steps):
    real = parts._listed
    def broken(opened, out, versions, which):
        if " ANTI JOIN" in versions: versions = re.sub(r" ANTI JOIN.*", ")", versions)
        return real(opened, out, versions, which)
    parts._listed = broken
    try: played(steps)
    finally: parts._listed = real
@pytest.mark.django_db
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(steps=STEPS)
def test_q(steps):
    played(steps)
