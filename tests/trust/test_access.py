"""What a role may do, the two rights of a person's own, and what is refused before anything is kept."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.cast import MORNING, person
from vitalfew.selection.models import KeyAccount
from vitalfew.trust import access, audit, people
from vitalfew.trust.actors import clock_actor, operator, person_actor
from vitalfew.trust.models import AuditEntry, AuditHead
from vitalfew.trust.rights import ALL, RIGHTS, Right, Role

pytestmark = pytest.mark.django_db


def test_each_role_may_do_what_the_one_below_may_and_more():
    widening = [RIGHTS[role] for role in (Role.VIEWER, Role.CONTRIBUTOR, Role.MANAGER, Role.HEAD, Role.ADMINISTRATOR)]
    assert all(less < more for less, more in pairwise(widening))
    assert widening[-1] == ALL - {Right.MARGIN, Right.OPINIONS}


@pytest.mark.parametrize(
    ("role", "margin", "opinions"),
    [
        (Role.VIEWER, False, False),
        (Role.CONTRIBUTOR, False, False),
        (Role.MANAGER, True, True),
        (Role.HEAD, True, True),
        (Role.ADMINISTRATOR, True, False),
    ],
)
def test_margin_and_opinions_are_given_to_a_person_not_to_a_role(role, margin, opinions):
    somebody = person(role)
    held = access.rights_of(somebody)
    assert (Right.MARGIN in held, Right.OPINIONS in held) == (margin, opinions)
    wanted = people.Wanted(sees_margin=not margin, sees_opinions=not opinions)
    changed = access.rights_of(people.change_person(email=somebody.email, wanted=wanted, by=operator(), at=MORNING))
    assert (Right.MARGIN in changed, Right.OPINIONS in changed) == (not margin, not opinions)
    assert held - {Right.MARGIN, Right.OPINIONS} == changed - {Right.MARGIN, Right.OPINIONS}


def test_whoever_is_switched_off_may_nothing():
    somebody = people.set_active(email=person(Role.HEAD).email, active=False, by=operator(), at=MORNING)
    assert access.rights_of(somebody) == frozenset()


def test_operator_and_clock_may_everything():
    assert operator().rights == clock_actor().rights == ALL


def test_a_token_narrows_and_never_widens():
    viewer = person(Role.VIEWER)
    assert person_actor(viewer, door="api", scopes=[Right.READ, Right.PEOPLE]).rights == {Right.READ}
    assert person_actor(viewer, door="api", scopes=[]).rights == frozenset()


@pytest.mark.parametrize("verb", sorted(access.verbs()))
@pytest.mark.parametrize("role", list(Role))
def test_the_trail_takes_a_verb_only_from_those_who_may(role, verb):
    somebody = person(role)
    by, held = person_actor(somebody, door="web"), access.rights_of(somebody)  # the role's, and the two of their own
    if access.verbs()[verb] in held:
        audit.record(by=by, at=MORNING, verb=verb, target="x:1")
        assert AuditEntry.objects.get().verb == verb
    else:
        with pytest.raises(access.Denied, match=f"needs the right “{access.verbs()[verb]}”. Nothing was changed."):
            audit.record(by=by, at=MORNING, verb=verb, target="x:1")
        assert (AuditEntry.objects.count(), AuditHead.objects.filter(number__gt=0).count()) == (0, 0)


def test_a_verb_that_no_table_names_is_a_fault():
    with pytest.raises(KeyError):
        audit.record(by=operator(), at=MORNING, verb="x.y", target="x:1")


def test_a_refused_operation_leaves_nothing_behind():
    from tests.cast import portfolio  # reason: only here
    from vitalfew.selection import operations  # reason: only here

    portfolio(2)
    viewer = person(Role.VIEWER)
    access.grant(person=viewer, account=1, source="hand", reason="x", by="x", on=MORNING.date())
    with pytest.raises(access.Denied):
        operations.designate(account=1, reason="Large", by=person_actor(viewer, door="web"), at=MORNING)
    assert KeyAccount.objects.count() == 0
