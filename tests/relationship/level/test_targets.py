"""The level an account is meant to reach: set with a day and a reason, changed under guard, taken back, kept."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import MORNING, as_alice, ben, customers
from vitalfew.ground.errors import Missing
from vitalfew.relationship.level import targets
from vitalfew.relationship.models import TargetLevel
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2027, 6, 30)


@pytest.fixture(autouse=True)
def acme():
    return customers(2)[0]


def meant(level=3, *, account=1, by_day=NEXT_YEAR, reason="They plan with us", version=None, by=None):
    return targets.set_target(
        account=account, level=level, by_day=by_day, reason=reason, version=version, by=by or as_alice(), at=MORNING
    )


def test_target_is_set_and_told():
    meant()
    found = targets.target(account=1)
    assert (found.level, found.by, found.reason, found.set_on) == (3, NEXT_YEAR, "They plan with us", MORNING.date())
    assert AuditEntry.objects.get().verb == "relationship.set_target"
    assert targets.target(account=2) is None


def test_new_target_ends_the_one_before_which_stays():
    first = meant()
    meant(4, version=first.version)
    assert [(row.level, row.ended_on) for row in TargetLevel.objects.order_by("pk")] == [(3, MORNING.date()), (4, None)]


def test_target_that_somebody_else_changed_is_not_overwritten():
    seen = meant()
    meant(4, version=seen.version)
    with pytest.raises(StaleRecord):
        meant(2, version=seen.version)
    assert targets.target(account=1).level == 4


def test_target_is_taken_back_once():
    first = meant()
    targets.end_target(account=1, version=first.version, by=as_alice(), at=MORNING)
    with pytest.raises(Missing, match="no target"):
        targets.end_target(account=1, version=first.version, by=as_alice(), at=MORNING)


@pytest.mark.parametrize("wrong", [{"level": 0}, {"level": 5}, {"by_day": MORNING.date()}, {"reason": "  "}])
def test_what_is_no_target_is_refused(wrong):
    with pytest.raises(targets.TargetRefused):
        meant(**wrong)
    assert (TargetLevel.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_hidden_account_answers_like_none():
    with pytest.raises(Missing):
        meant(by=person_actor(ben(), door="web"))


def test_viewer_may_not():
    from tests.cast import let_in, person
    from vitalfew.trust.rights import Role

    with pytest.raises(Denied):
        meant(by=person_actor(let_in(person(Role.VIEWER), None), door="web"))
    assert not TargetLevel.objects.exists()
