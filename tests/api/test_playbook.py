"""The playbook through the API: stages, one with its gate, and a gate passed once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import cast
from vitalfew.ground import clock
from vitalfew.playbook.models import StageMove
from vitalfew.relationship.evidence.recording import record_evidence
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db(transaction=True)
PASS = "/accounts/C00001/stage/pass"


@pytest.fixture
def firm(api):
    cast.customers(3)
    api("post", "/designations", account="C00001", reason="Large")  # of today: silence begins to count now
    return api


def ready():
    for side, words in (("ours", "Fast delivery"), ("ours", "One number to call"), ("customer", "They answer")):
        record_evidence(
            account=1, kind="reason_to_buy", side=side, words=words, source=f"talk: {words}",
            holds_from=clock.now().date() - timedelta(days=1), by=operator(), at=clock.now(),
        )  # fmt: skip


def test_stages_are_told_of_key_accounts(firm):
    (row,) = firm("get", "/stages").json()["stages"]
    assert (row["account"], row["stage"]["number"], row["gap"], row["open"]) == ("C00001", 0, "cannot say", False)
    assert row["missing"].startswith("Missing: ")


def test_stages_come_a_page_at_a_time(firm):
    firm("post", "/designations", account="C00002", reason="Large")
    ready()
    assert firm("post", PASS, stage=0, words="Ready").status_code == 201
    pages = [firm("get", "/stages", limit=1).json()]
    pages.append(firm("get", "/stages", limit=1, after=pages[0]["next"]).json())
    assert [[row["account"] for row in page["stages"]] for page in pages] == [["C00001"], ["C00002"]]
    assert (pages[1]["next"], firm("get", "/stages", after="C9").status_code) == ("", 422)


def test_one_account_is_told_with_its_gate_and_one_that_is_not_key_without(firm):
    ready()
    told = firm("get", "/accounts/C00001/stage").json()
    assert (told["gate"]["open"], [item["met"] for item in told["gate"]["items"]]) == (True, [True, True])
    other = firm("get", "/accounts/C00002/stage").json()
    assert (other["gate"], other["why"]) == (None, "It is not a key account: designate it first.")


def test_a_gate_is_passed_and_the_same_request_again_gets_its_first_answer(firm):
    ready()
    first, second = (firm("post", PASS, stage=0, words="Ready", headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, second.status_code, first.content == second.content) == (201, 201, True)
    assert (first.json()["to_stage"], len(first.json()["pieces"]), StageMove.objects.count()) == (1, 3, 1)
    again = firm("post", PASS, stage=0, words="Ready")
    assert (again.status_code, again.json()["now"]) == (409, {"stage": 1})


def test_a_shut_gate_is_a_problem_that_says_what_is_missing(firm):
    answer = firm("post", PASS, stage=0, words="Ready")
    assert (answer.status_code, StageMove.objects.count()) == (422, 0)
    assert "they say why us" in answer.json()["detail"]


@pytest.mark.parametrize(
    "words",
    [{"stage": 5, "words": "x"}, {"stage": "0", "words": "x"}, {"stage": 0}, {"stage": 0, "words": "x", "force": True}],
)
def test_what_does_not_fit_is_refused(firm, words):
    ready()
    assert (firm("post", PASS, **words).status_code in (400, 422), StageMove.objects.count()) == (True, 0)


def test_an_account_that_is_not_key_is_refused_and_one_that_does_not_exist_missing(firm):
    assert firm("post", "/accounts/C00002/stage/pass", stage=0, words="x").status_code == 422
    assert firm("post", "/accounts/C77777/stage/pass", stage=0, words="x").status_code == 404
