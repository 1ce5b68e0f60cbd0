"""Evidence, statements and the scorecard through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from vitalfew.ground import clock
from vitalfew.relationship.evidence import statements
from vitalfew.relationship.evidence.recording import record_evidence
from vitalfew.relationship.models import Evidence, Statement
from vitalfew.trust import links
from vitalfew.trust.links import LinkRefused
from vitalfew.trust.models import AuditEntry, DoneOnce

TODAY = MORNING.date()
NOTED = {
    "account": "C00001",
    "kind": "aim_heard",
    "words": "They want to halve waste",
    "source": "https://files.example/talk-with-erin",
}
ASKED = {"account": "C00001", "words": "You want to halve waste.", "kind": "aim_confirmed", "subject": "aim:3"}


@pytest.fixture
def acme(api):
    return customers()[0]


def recorded(number: int = 0, **more) -> Evidence:
    return record_evidence(
        **{
            "account": 1, "kind": "promise_kept", "side": "ours", "source": f"promise:{number}", "holds_from": TODAY - timedelta(days=number),
            "by": as_alice(), "at": MORNING,
        }
        | more
    )  # fmt: skip


def kinds(api, **words):
    return [row["kind"] for row in api("get", "/accounts/C00001/evidence", **words).json()["evidence"]]


def test_what_a_person_records_is_ours_with_its_source(api, acme):
    answer = api("post", "/evidence", **NOTED, expectation="objectives", value={"share": 0.5})
    told = answer.json()
    assert (answer.status_code, told["side"], told["label"], told["recorded_by"], told["value"]) == (
        201, "ours", "aim heard", "Alice Head", {"share": 0.5},
    )  # fmt: skip
    (row,) = api("get", "/accounts/C00001/evidence").json()["evidence"]
    assert row == told == api("get", f"/evidence/{told['number']}").json()
    assert AuditEntry.objects.get(verb="relationship.record_evidence").door == "api"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"side": "customer"}, 400), ({"kind": "Aim heard"}, 422), ({"kind": "level_sentence"}, 422), ({"kind": "answer_value"}, 422), ({"source": "response:7"}, 422),
        ({"source": " Promise: 7 "}, 422), ({"source": " "}, 422), ({"words": " "}, 422), ({"expectation": "price"}, 422), ({"holds_from": "2198-01-01"}, 422),
        ({"holds_from": "2026-02-01", "holds_until": "2026-01-01"}, 422), ({"account": "C00099"}, 404), ({"words": "x" * 4001}, 422),
    ],
)  # fmt: skip
def test_nobody_records_in_anothers_name(api, acme, words, status):
    answer = api("post", "/evidence", **{**NOTED, **words})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert not Evidence.objects.exists()


def test_evidence_is_told_by_kind_side_and_expectation(api, acme):
    recorded(expectation="integrity")
    recorded(1, side="customer", kind="value_confirmed")
    recorded(2, side="behaviour", kind="late_order", holds_until=TODAY)
    recorded(3, kind="price_agreed", holds_from=clock.now().date() + timedelta(days=2))
    assert kinds(api) == ["promise_kept", "value_confirmed"]
    assert kinds(api, ended=True) == ["price_agreed", "promise_kept", "value_confirmed", "late_order"]
    assert kinds(api, side="customer") == kinds(api, kind="value_confirmed") == ["value_confirmed"]
    assert kinds(api, expectation="integrity") == ["promise_kept"]
    assert api("get", "/accounts/C00001/evidence", side="theirs").status_code == 422


def test_withdrawn_evidence_is_told_only_with_what_ended(api, acme):
    made = recorded()
    assert api("post", f"/evidence/{made.pk}/withdraw", reason=" ").status_code == 422
    told = api("post", f"/evidence/{made.pk}/withdraw", reason="Wrong account")
    assert (told.status_code, told.json()["withdrawn_by"], told.json()["withdrawn_because"]) == (
        201,
        "Alice Head",
        "Wrong account",
    )
    assert (kinds(api), kinds(api, ended=True)) == ([], ["promise_kept"])
    assert api("post", f"/evidence/{made.pk}/withdraw", reason="again").status_code == 422


def test_evidence_comes_a_page_at_a_time_also_within_one_day(api, acme):
    for number in range(7):
        recorded(number, holds_from=TODAY - timedelta(days=number // 3))
    found, after, turned = [], "", 0
    while turned == 0 or after:
        page = api("get", "/accounts/C00001/evidence", limit=2, after=after).json()
        found, after, turned = found + [row["source"] for row in page["evidence"]], page["next"], turned + 1
    assert (found, turned) == ([f"promise:{n}" for n in (2, 1, 0, 5, 4, 3, 6)], 4)


def test_a_page_goes_on_where_it_ended_also_after_its_last_row_was_withdrawn(api, acme):
    rows = [recorded(number) for number in range(4)]
    page = api("get", "/accounts/C00001/evidence", limit=2).json()
    api("post", f"/evidence/{rows[1].pk}/withdraw", reason="Wrong")
    more = api("get", "/accounts/C00001/evidence", limit=2, after=page["next"]).json()
    assert [row["source"] for row in more["evidence"]] == ["promise:2", "promise:3"]


@pytest.mark.parametrize("after", ["x", "77777", "9" * 30, "-1", "٣"])
def test_a_place_that_does_not_exist_is_refused(api, acme, after):
    for path in ("evidence", "statements", "touches", "answers", "contacts"):
        answer = api("get", f"/accounts/C00001/{path}", after=after)
        assert (answer.status_code, "without “after”" in answer.json()["detail"]) == (422, True), path


def test_a_statement_is_put_to_a_contact_and_its_link_given_once(api, acme, settings):
    settings.VITALFEW_ADDRESS = "https://kam.example/"
    erin = at_work("Erin Chef", account=1)
    answer = api("post", "/statements", **ASKED, contact=erin.pk)
    told = answer.json()
    assert (answer.status_code, told["name"], told["answer"]) == (201, "Erin Chef", "")
    assert told["link"].startswith("https://kam.example/") and told["link"].rstrip("/").endswith(told["token"])
    assert statements.opened(token=told["token"], at=clock.now()).pk == told["number"]
    (row,) = api("get", "/accounts/C00001/statements").json()["statements"]
    assert {name: told[name] for name in row} == row and not {"token", "link"} & set(row)
    statements.reply(token=told["token"], answer="corrected", correction="By a third.", at=clock.now())
    (row,) = api("get", "/accounts/C00001/statements").json()["statements"]
    assert (row["answer"], row["correction"]) == ("corrected", "By a third.")
    assert api("get", f"/statements/{told['number']}").json() == row
    (known,) = api("get", "/accounts/C00001/evidence", side="customer").json()["evidence"]
    assert (known["kind"], known["words"]) == ("aim_confirmed", "By a third.")


def test_what_opens_a_link_is_told_once_also_to_who_sends_twice(api, acme):
    erin = at_work("Erin Chef", account=1)
    first, again = (
        api("post", "/statements", headers={"Idempotency-Key": "k"}, contact=erin.pk, **ASKED) for _ in range(2)
    )
    assert again["Idempotent-Replayed"] == "true" and Statement.objects.count() == 1
    assert first.json()["token"] and again.json() == first.json() | {"token": None, "link": None}
    assert not DoneOnce.objects.filter(answer__contains=first.json()["token"]).exists()


def test_without_a_public_address_the_token_alone_is_told(api, acme, settings):
    settings.VITALFEW_ADDRESS = ""
    told = api("post", "/statements", **ASKED, contact=at_work("Erin Chef", account=1).pk).json()
    assert (told["link"], len(told["token"])) == (None, 43)


def test_a_statement_taken_back_opens_nothing(api, acme):
    told = api("post", "/statements", **ASKED, contact=at_work("Erin Chef", account=1).pk).json()
    answer = api("post", f"/statements/{told['number']}/withdraw")
    assert (answer.status_code, answer.json()["withdrawn"]) == (201, True)
    with pytest.raises(LinkRefused):
        statements.opened(token=told["token"], at=clock.now())
    assert api("post", f"/statements/{told['number']}/withdraw").status_code == 422


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"kind": "answer_value"}, 422), ({"kind": "Bad kind"}, 422), ({"words": " "}, 422), ({"until": "2020-01-01"}, 422), ({"contact": 77777}, 404),
        ({"contact": "elsewhere"}, 404), ({"account": "C00099"}, 404), ({"side": "ours"}, 400),
    ],
)  # fmt: skip
def test_a_statement_that_cannot_be_put_is_refused(api, acme, words, status):
    numbers = {"here": at_work("Erin Chef", account=1).pk, "elsewhere": at_work("Frank Buyer", account=2).pk}
    said = {**ASKED, "contact": "here", **words}
    answer = api("post", "/statements", **{**said, "contact": numbers.get(said["contact"], said["contact"])})
    assert (answer.status_code, Statement.objects.count()) == (status, 0)


def test_a_hidden_account_answers_like_one_that_does_not_exist(api, acme, client):
    erin, made = at_work("Erin Chef", account=2), recorded(account=2)
    asked = statements.ask(account=2, contact=erin.pk, words="Right?", kind="aim_confirmed", by=as_alice(), at=MORNING).statement  # fmt: skip
    client.force_login(let_in(ben(), 1))
    before = AuditEntry.objects.count()
    for path, number, words in (("evidence", made.pk, {"reason": "x"}), ("statements", asked.pk, {})):
        told = {api("post", f"/{path}/{one}/withdraw", **words).json()["detail"] for one in (number, 77777)}
        assert len(told) == 1
        assert api("post", f"/{path}/{number}/withdraw", **words).status_code == 404
        read = [api("get", f"/{path}/{one}") for one in (number, 77777)]
        assert [(one.status_code, one.json()["detail"]) for one in read] == [(404, read[0].json()["detail"])] * 2
    assert api("post", "/evidence", **{**NOTED, "account": "C00002"}).status_code == 404
    assert api("post", "/statements", **{**ASKED, "account": "C00002"}, contact=erin.pk).status_code == 404
    for path in ("evidence", "statements", "scorecard"):
        assert api("get", f"/accounts/C00002/{path}").status_code == 404
    assert (AuditEntry.objects.count(), Evidence.objects.exclude(withdrawn_at=None).count()) == (before, 0)


def test_the_scorecard_tells_the_six_with_evidence_beside(api, acme):
    recorded(expectation="integrity", side="customer")
    told = api("get", "/accounts/C00001/scorecard").json()
    assert (told["account"], told["answered"], told["newest"], told["missing"]) == (
        "C00001", 0, None, ["decides", "influences", "uses"],
    )  # fmt: skip
    assert [row["expectation"] for row in told["expectations"]] == [
        "main_link", "understands", "objectives", "value", "opportunities", "integrity",
    ]  # fmt: skip
    last = told["expectations"][-1]
    assert (last["state"], last["state_label"], last["evidence_held"], last["evidence"][0]["side"]) == (
        "no_answer", "no answer yet", 1, "customer",
    )  # fmt: skip


def test_lists_of_25_are_small_and_asked_for_a_fixed_number_of_times(api, acme):
    erin = at_work("Erin Longname-Chef", account=1)
    asked = []
    for start, end in ((0, 2), (2, 40)):
        for number in range(start, end):
            recorded(number, expectation="opportunities", side="behaviour", words="Twelve of fourteen promises of the quarter were kept on their day" * 2)  # fmt: skip
            statements.ask(account=1, contact=erin.pk, words="You want to halve the waste of your kitchens by the end of next year." * 2, kind="aim_confirmed", expectation="objectives", subject=f"aim:{number}", by=as_alice(), at=MORNING)  # fmt: skip
        counts = []
        for path in ("evidence", "statements", "scorecard"):
            with CaptureQueriesContext(connection) as caught:
                answer = api("get", f"/accounts/C00001/{path}")
            assert (answer.status_code, len(answer.content) <= 20_000) == (200, True), (path, len(answer.content))
            counts.append(len(caught))
        asked.append(counts)
    assert asked[0] == asked[1] and max(asked[1]) <= 12, asked
    assert [len(api("get", f"/accounts/C00001/{path}").json()[path]) for path in ("evidence", "statements")] == [25, 25]


def test_a_link_of_a_statement_is_of_its_contact_alone(api, acme):
    erin = at_work("Erin Chef", account=1)
    told = api("post", "/statements", **ASKED, contact=erin.pk).json()
    assert links.read(token=told["token"], purpose="statement", at=clock.now()).holder == f"contact:{erin.pk}"


def test_what_was_noted_by_hand_is_over_from_a_day_on(api, acme):
    made = api("post", "/evidence", **NOTED).json()
    told = api("post", f"/evidence/{made['number']}/end", on=made["since"])
    assert (told.status_code, told.json()["until"]) == (201, made["since"])
    assert (kinds(api), kinds(api, ended=True)) == ([], [NOTED["kind"]])
    assert api("post", f"/evidence/{made['number']}/end").status_code == 422
    assert api("post", f"/evidence/{recorded().pk}/end").status_code == 422
