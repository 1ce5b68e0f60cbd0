"""Requests done once: the first answer, another request under the same key, work that goes on, and what is dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MORNING, alice, ben
from vitalfew.rounds import schedule
from vitalfew.trust import once
from vitalfew.trust.models import DoneOnce

pytestmark = pytest.mark.django_db
ANSWER = once.Answer(201, {"ETag": '"1"'}, "made")


def claim(*parts: str, key="k", person=alice):
    return once.claim_of(person(), key=key, parts=parts or ("POST", "/x"))


def test_the_first_is_done_and_the_others_are_told():
    assert once.begin(claim(), at=MORNING) is None
    once.finish(claim(), ANSWER)
    assert once.begin(claim(), at=MORNING) == ANSWER


def test_another_request_or_person_is_another():
    once.begin(claim(), at=MORNING)
    assert once.begin(claim(key="l"), at=MORNING) is None
    assert once.begin(claim(person=ben), at=MORNING) is None
    with pytest.raises(once.KeyReused):
        once.begin(claim("POST", "/y"), at=MORNING)


def test_no_two_requests_are_taken_for_one():
    assert claim("ab", "c").request != claim("a", "bc").request


def test_work_that_goes_on_is_waited_for_and_given_up_after_a_while():
    once.begin(claim(), at=MORNING)
    with pytest.raises(once.BeingDone):
        once.begin(claim(), at=MORNING + once.ABANDONED - timedelta(seconds=1))
    assert once.begin(claim(), at=MORNING + once.ABANDONED) is None


def test_a_key_given_back_may_be_used_again():
    once.begin(claim(), at=MORNING)
    once.forget(claim())
    assert (once.begin(claim("POST", "/y"), at=MORNING), DoneOnce.objects.count()) == (None, 1)


def test_the_clock_drops_what_is_older_than_a_day(home):
    for key, hours in (("old", 24), ("young", 23)):
        once.begin(claim(key=key), at=MORNING - timedelta(hours=hours))
    schedule.tick(at=MORNING)
    assert [row.key for row in DoneOnce.objects.all()] == ["young"]
