from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers, let_in
from vitalfew.ground.errors import Missing
from vitalfew.relationship.evidence import bell, recording
from vitalfew.relationship.evidence.recording import EvidenceRefused, close_evidence, record_evidence, withdraw_evidence
from vitalfew.relationship.models import Evidence
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import AuditEntry

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture
def acme():
    return customers()[0]


def recorded(account=1, **more):
    return record_evidence(
        **{
            "account": account, "kind": "promise_kept", "side": "ours", "source": "promise:3", "holds_from": TODAY,
            "by": as_alice(), "at": MORNING,
        }
        | more
    )  # fmt: skip


def kinds(customer, on=TODAY):
    return [row.kind for row in recording.known(account=customer.pk, on=on)]


def test_evidence_holds_from_its_day_until_its_end(acme):
    recorded(holds_until=TODAY + timedelta(days=10))
    days = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=9), TODAY + timedelta(days=10)]
    assert [kinds(acme, on=day) for day in days] == [[], ["promise_kept"], ["promise_kept"], []]


def test_the_same_once_more_is_one_record_and_one_entry(acme):
    assert recorded().pk == recorded().pk
    assert AuditEntry.objects.filter(verb="relationship.record_evidence").count() == 1


def test_what_a_source_says_later_replaces_what_it_said_of_that_day(acme):
    recorded(value=3)
    recorded(value=4)
    assert [(row.value, row.withdrawn_because[:8]) for row in Evidence.objects.order_by("pk")] == [
        (3, "replaced"),
        (4, ""),
    ]
    assert [row.value for row in recording.known(account=acme.pk, on=TODAY)] == [4]


def test_a_state_stays_open_until_its_step_closes_it(acme):
    recorded(kind="critical_issue", source="issue:1")
    recorded(kind="critical_issue", source="issue:2")
    later = TODAY + timedelta(days=400)
    assert kinds(acme, on=later) == ["critical_issue", "critical_issue"]
    assert close_evidence(account=1, kind="critical_issue", source="issue:1", on=TODAY, by=as_alice(), at=MORNING) == 1
    assert kinds(acme, on=later) == ["critical_issue"]
    assert close_evidence(account=1, kind="critical_issue", source="issue:1", on=TODAY, by=as_alice(), at=MORNING) == 0


def test_withdrawn_evidence_stays_with_who_and_why_and_counts_no_more(acme):
    made = recorded()
    withdraw_evidence(number=made.pk, reason="Wrong account", by=as_alice(), at=MORNING)
    made.refresh_from_db()
    assert (made.withdrawn_by, made.withdrawn_because, kinds(acme)) == ("Alice Head", "Wrong account", [])
    with pytest.raises(EvidenceRefused, match="Alice Head withdrew"):
        withdraw_evidence(number=made.pk, reason="again", by=as_alice(), at=MORNING)


def test_a_withdrawal_needs_a_reason(acme):
    with pytest.raises(EvidenceRefused, match="Say why"):
        withdraw_evidence(number=recorded().pk, reason="  ", by=as_alice(), at=MORNING)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "Promise kept"},
        {"kind": ""},
        {"side": "theirs"},
        {"expectation": "price"},
        {"source": " "},
        {"source": "x" * 201},
        {"holds_until": TODAY - timedelta(days=1)},
        {"words": "x" * 4001},
    ],
)
def test_unsound_evidence_is_refused_and_nothing_is_kept(acme, wrong):
    with pytest.raises(EvidenceRefused, match=r"Nothing was recorded\.$"):
        recorded(**wrong)
    assert not Evidence.objects.exists()


def test_evidence_on_a_hidden_account_is_refused_like_on_one_that_does_not_exist(acme):
    told = set()
    for account in (1, 99):
        with pytest.raises(Missing) as refused:
            recorded(account, by=person_actor(let_in(ben(), 2), door="web"))
        told.add(str(refused.value))
    with pytest.raises(Missing) as refused:
        withdraw_evidence(number=recorded().pk, reason="x", by=person_actor(let_in(ben(), 2), door="web"), at=MORNING)
    assert len(told) == 1 and not Evidence.objects.exclude(withdrawn_at=None).exists()


def test_listeners_hear_of_an_account_after_the_commit_and_only_then(acme, django_capture_on_commit_callbacks):
    heard: list[frozenset[int]] = []
    bell.listen(heard.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            recorded()
            assert heard == []
        assert heard == [frozenset({1})]
    finally:
        bell._listeners.remove(heard.append)


def test_evidence_of_a_day_can_be_asked_for_by_kind(acme):
    recorded()
    recorded(kind="survey_sent", source="wave:1", holds_from=date(2026, 1, 1))
    assert [row.kind for row in recording.known(account=acme.pk, on=TODAY, kinds=("survey_sent",))] == ["survey_sent"]


def test_hidden_evidence_answers_like_evidence_that_does_not_exist(acme):
    number = recorded().pk
    for wanted in (number, number + 99):
        with pytest.raises(Missing, match="There is no such evidence"):
            recording.withdraw_evidence(
                number=wanted, reason="x", by=person_actor(let_in(ben(), 2), door="web"), at=MORNING
            )
