from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MORNING, alice, as_alice, ben, customers, let_in
from vitalfew.ground.errors import Missing
from vitalfew.relationship.models import Evidence, Response
from vitalfew.relationship.survey.mirror import MirrorRefused, beliefs, mirror
from vitalfew.trust.actors import operator, person_actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger():
    return customers()


def test_what_we_believe_is_kept_beside_the_customers_answers_and_is_no_evidence():
    mirror(account=1, raw={"sentence": "4"}, by=as_alice(), at=MORNING)
    assert [(person, row.answers) for person, row in beliefs(account=1)] == [(alice(), {"sentence": 4})]
    assert not Evidence.objects.exists()


def test_the_newest_of_each_person_counts_and_earlier_ones_stay():
    as_ben = person_actor(let_in(ben(), 1), door="web")
    for days, answer in ((0, "4"), (0, "3"), (9, "2")):
        mirror(account=1, raw={"sentence": answer}, by=as_alice(), at=MORNING + timedelta(days=days))
    mirror(account=1, raw={"sentence": "1"}, by=as_ben, at=MORNING)
    assert [(person.name, row.answers["sentence"]) for person, row in beliefs(account=1)] == [
        ("Alice Head", 2),
        ("Ben Manager", 1),
    ]
    assert Response.objects.count() == 3


def test_a_mirror_needs_a_person_who_sees_the_account():
    with pytest.raises(MirrorRefused):
        mirror(account=1, raw={"sentence": "4"}, by=operator(), at=MORNING)
    with pytest.raises(Missing):
        mirror(account=1, raw={"sentence": "4"}, by=person_actor(let_in(ben(), 2), door="web"), at=MORNING)
    assert not Response.objects.exists()
