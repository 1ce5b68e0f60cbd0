"""The survey through the API: waves made, filled, sent, reminded, closed; answers and the mirror form; files."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from vitalfew.ground import clock
from vitalfew.ledger import choices
from vitalfew.relationship.models import Contact, Invitation, Response, Wave
from vitalfew.relationship.survey import answering, mirror, waves
from vitalfew.trust.models import AuditEntry, OutboxMail

WAVE = {"name": "Autumn", "closes_on": "2198-12-31"}


@pytest.fixture
def acme(api, settings):
    settings.VITALFEW_ADDRESS = "https://kam.example"
    found = customers()[0]
    choices.choose(name="firm_name", value="Harbour Wholesale", by=as_alice(), at=MORNING)
    return found


def a_wave(api, **more) -> int:
    answer = api("post", "/waves", **{**WAVE, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()["number"]


def sent(api, *accounts: str) -> tuple[int, list[str]]:
    """A wave sent to everybody at these accounts; the tokens they were mailed."""
    number = a_wave(api)
    assert api("post", f"/waves/{number}/choose", accounts=list(accounts)).status_code == 201
    assert api("post", f"/waves/{number}/send").status_code == 201
    return number, [re.search(r"/survey/(\S+)/", mail.body)[1] for mail in OutboxMail.objects.order_by("pk")]


def states(api, number, **words):
    told = api("get", f"/waves/{number}/invitations", **words).json()
    return [(one["name"], one["account"], one["state"]) for one in told["invitations"]]


def test_a_wave_goes_from_draft_to_closed(api, acme):
    erin, frank = at_work("Erin Chef", account=1), at_work("Frank Buyer", account=2)
    number = a_wave(api, remind_after_days=1)
    draft = api("get", f"/waves/{number}").json()
    assert (draft["state"], draft["chosen"], draft["remind_after_days"]) == ("draft", 0, 1)
    could = api("get", f"/waves/{number}/could-be-asked").json()
    assert [(one["name"], one["account"]) for one in could["contacts"]] == [
        ("Erin Chef", "C00001"),
        ("Frank Buyer", "C00002"),
    ]
    chosen = api(
        "post", f"/waves/{number}/choose", contacts=[{"contact": erin.pk, "account": "C00001"}], accounts=["C00002"]
    )
    assert (chosen.status_code, chosen.json()["chosen_now"], chosen.json()["chosen"]) == (201, 2, 2)
    assert not OutboxMail.objects.exists()
    told = api("post", f"/waves/{number}/send").json()
    assert (told["letters"], told["state"], told["asked"], OutboxMail.objects.count()) == (2, "open", 2, 2)
    token = re.search(r"/survey/(\S+)/", OutboxMail.objects.get(to=erin.email).body)[1]
    answering.answer(token=token, raw={"sentence": "3"}, at=clock.now())
    assert states(api, number) == [("Frank Buyer", "C00002", "asked"), ("Erin Chef", "C00001", "answered")]
    assert states(api, number, state="missing") == [("Frank Buyer", "C00002", "asked")]
    assert api("post", f"/waves/{number}/remind").json()["letters"] == 0
    Invitation.objects.update(sent_at=clock.now() - timedelta(days=2))
    assert api("post", f"/waves/{number}/remind").json()["letters"] == 1
    assert states(api, number, state="missing") == [("Frank Buyer", "C00002", "reminded")]
    assert api("post", f"/waves/{number}/close").json()["state"] == "closed"
    assert api("post", f"/waves/{number}/send").status_code == 422
    verbs = list(AuditEntry.objects.filter(door="api").order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        f"relationship.{verb}" for verb in ("make_wave", "choose_contacts", "send_wave", "remind", "close_wave")
    ]
    assert frank.pk


def test_a_contact_is_taken_out_of_a_wave(api, acme):
    at_work("Erin Chef", account=1)
    number, _tokens = sent(api, "C00001")
    (row,) = api("get", f"/waves/{number}/invitations").json()["invitations"]
    told = api("post", f"/invitations/{row['number']}/withdraw")
    assert (told.status_code, told.json()["chosen"], states(api, number)) == (201, 0, [("Erin Chef", "C00001", "out")])


def test_sending_with_the_same_key_writes_once(api, acme):
    at_work("Erin Chef", account=1)
    number = a_wave(api)
    api("post", f"/waves/{number}/choose", accounts=["C00001"])
    first, again = (api("post", f"/waves/{number}/send", headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, first.content, again["Idempotent-Replayed"]) == (201, again.content, "true")
    assert OutboxMail.objects.count() == 1


def test_nothing_is_sent_without_a_public_address(api, acme, settings):
    settings.VITALFEW_ADDRESS = ""
    at_work("Erin Chef", account=1)
    number = a_wave(api)
    api("post", f"/waves/{number}/choose", accounts=["C00001"])
    answer = api("post", f"/waves/{number}/send")
    assert (answer.status_code, "VITALFEW_ADDRESS" in answer.json()["detail"]) == (422, True)
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, 422), ({"accounts": ["C00099"]}, 404), ({"contacts": [{"contact": 77777, "account": "C00001"}]}, 404), ({"contacts": [{"contact": "1"}]}, 422),
        ({"everybody": True}, 400), ({"accounts": ["C00001"] * 201}, 422), ({"contacts": [{"contact": 1, "account": "C00001", "part": "uses"}]}, 400),
    ],
)  # fmt: skip
def test_a_choice_that_does_not_hold_changes_nothing(api, acme, words, status):
    at_work("Erin Chef", account=1)
    answer = api("post", f"/waves/{a_wave(api)}/choose", **words)
    assert (answer.status_code, Invitation.objects.count()) == (status, 0)


@pytest.mark.parametrize(
    ("words", "status"),
    [({"closes_on": "2020-01-01"}, 422), ({"name": " "}, 422), ({"closes_on": "soon"}, 422), ({"remind_after_days": 0}, 422), ({"sent": True}, 400)],
)  # fmt: skip
def test_a_wave_that_cannot_be_is_refused(api, acme, words, status):
    assert (api("post", "/waves", **{**WAVE, **words}).status_code, Wave.objects.count()) == (status, 0)


def test_a_wave_that_does_not_exist_is_missing_everywhere(api, acme):
    paths = ["", "/invitations", "/could-be-asked"]
    assert [api("get", f"/waves/77777{path}").status_code for path in paths] == [404] * 3
    deeds = [("choose", {"accounts": ["C00001"]}), ("send", {}), ("remind", {}), ("close", {})]
    assert [api("post", f"/waves/77777/{deed}", **words).status_code for deed, words in deeds] == [404] * 4


def test_a_reader_sees_of_a_wave_what_belongs_to_their_accounts(api, acme, client):
    at_work("Erin Chef", account=1), at_work("Frank Buyer", account=2)
    number, _tokens = sent(api, "C00001", "C00002")
    client.force_login(let_in(ben(), 1))
    assert states(api, number) == [("Erin Chef", "C00001", "asked")]
    assert api("get", f"/waves/{number}").json()["asked"] == 1
    hidden = Invitation.objects.get(account=2).pk
    told = {api("post", f"/invitations/{one}/withdraw").json()["detail"] for one in (hidden, 77777)}
    assert (len(told), Invitation.objects.get(pk=hidden).withdrawn_at) == (1, None)
    assert [api("get", f"/accounts/C00002/{path}").status_code for path in ("answers", "mirror-forms")] == [404, 404]
    assert api("post", "/mirror-forms", account="C00002", answers={"value": 3}).status_code == 404


def test_answers_are_told_one_by_one_the_newest_first(api, acme):
    at_work("Erin Chef", account=1), at_work("Gus Owner", account=1)
    _number, tokens = sent(api, "C00001")
    for days, token in enumerate(tokens):
        answering.answer(token=token, raw={"sentence": "3", "recommend": "9"}, at=clock.now() + timedelta(seconds=days))
    told = api("get", "/accounts/C00001/answers").json()
    assert [(row["name"], row["way"], row["counts"], row["answers"]) for row in told["answers"]] == [
        (name, "link", True, {"sentence": 3, "recommend": 9}) for name in ("Gus Owner", "Erin Chef")
    ]  # fmt: skip
    Response.objects.update(answered_on=clock.now().date() - timedelta(days=366))
    assert [row["counts"] for row in api("get", "/accounts/C00001/answers").json()["answers"]] == [False, False]
    assert not any("nps" in key or "score" in key for key in told)


def test_the_mirror_form_is_kept_beside_the_answers(api, acme):
    answer = api("post", "/mirror-forms", account="C00001", answers={"sentence": 4, "value": 5, "one_thing": "Faster"})
    assert (answer.status_code, answer.json()["name"], answer.json()["way"]) == (201, "Alice Head", "mirror")
    api("post", "/mirror-forms", account="C00001", answers={"sentence": 3})
    (row,) = api("get", "/accounts/C00001/mirror-forms").json()["mirror_forms"]
    assert (row["name"], row["answers"]) == ("Alice Head", {"sentence": 3})
    assert api("get", "/accounts/C00001/answers").json()["answers"] == []


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({}, 422), ({"value": 6}, 422), ({"value": "3"}, 422), ({"value": True}, 422), ({"colour": "red"}, 400), ({"rank": 4, "suppliers": 3}, 422),
        ({"one_thing": "x" * 1001}, 422), ({"recommend": 11}, 422), ({"recommend": 0}, 201),
    ],
)  # fmt: skip
def test_a_mirror_form_is_read_as_strictly_as_its_questions(api, acme, answers, status):
    answer = api("post", "/mirror-forms", account="C00001", answers=answers)
    assert (answer.status_code, Response.objects.count()) == (status, int(status == 201))


def test_the_questions_are_told_in_the_languages_of_contacts(api, acme):
    found = {row["key"]: row for row in api("get", "/questions").json()}
    assert (len(found), found["value"]["lowest"], found["value"]["highest"], found["recommend"]["lowest"]) == (
        19,
        1,
        5,
        0,
    )
    assert found["whom"] == {
        "key": "whom",
        "form": "words",
        "expectation": "",
        "words": "Who comes to mind?",
        "most_letters": 200,
    }
    assert "Harbour Wholesale" in found["main_link"]["words"] and found["main_link"]["expectation"] == "main_link"
    german = {row["key"]: row["words"] for row in api("get", "/questions", language="de").json()}
    assert set(german) == set(found) and german["whom"] != found["whom"]["words"]
    assert not any("{" in words for words in german.values())


def test_contacts_and_answers_come_from_files(api, acme, client):
    def handed(path, text, **words):
        return client.post(f"/api{path}", {"file": SimpleUploadedFile("list.csv", text.encode()), **words})

    people = "Name,E-Mail\nErin Chef,erin@acme.example\n,x@acme.example\n"
    tried = handed("/contact-imports", people, account="C00001", dry_run="true").json()
    assert (tried["new"], len(tried["refused"]), Contact.objects.count()) == (1, 1, 0)
    kept = handed("/contact-imports", people, account="C00001")
    assert (kept.status_code, kept.json()["new"], Contact.objects.count()) == (201, 1, 1)
    said = "Customer,Answered,Respondent,Q1\nC00001,2020-03-02,Erin Chef,3\nC00099,2020-03-02,Frank,2\n"
    told = handed("/answer-imports", said).json()
    assert (told["new"], told["contacts"], [one["number"] for one in told["refused"]]) == (1, 0, [3])
    assert handed("/answer-imports", said).json()["same"] == 1
    assert handed("/answer-imports", said, dryrun="true").status_code == 400
    assert handed("/contact-imports", people, account="C00099").status_code == 404
    assert handed("/answer-imports", "a,b\n1,2\n").status_code == 422


def test_lists_of_25_are_small_and_asked_for_a_fixed_number_of_times(api, acme):
    asked, number = [], a_wave(api)
    whole = dict.fromkeys(("sentence", "replacing", "value", "integrity", "main_link", "understands", "objectives", "opportunities", "price_rise", "cheaper_5", "cheaper_10", "next_year", "recommend", "ease"), "3")  # fmt: skip
    for start, end in ((0, 2), (2, 40)):
        for n in range(start, end):
            at_work(f"Erin Longname-Chef {n}", account=1, email=f"erin.longname{n}@acme-tools.example")
            at_work(f"Frank Other {n}", account=2, email=f"frank.other{n}@borealis.example")
            waves.make_wave(name=f"Another wave {n}", closes_on=clock.now().date() + timedelta(days=9), by=as_alice(), at=clock.now())  # fmt: skip
        before = OutboxMail.objects.count()
        api("post", f"/waves/{number}/choose", accounts=["C00001"])
        api("post", f"/waves/{number}/send")
        for mail in OutboxMail.objects.order_by("pk")[before:]:
            answering.answer(token=re.search(r"/survey/(\S+)/", mail.body)[1], raw={**whole, "one_thing": "Tell us sooner what is late"}, at=clock.now())  # fmt: skip
        mirror.mirror(account=1, raw=whole, by=as_alice(), at=clock.now())
        counts = []
        for path in ("/waves", f"/waves/{number}", f"/waves/{number}/invitations", f"/waves/{number}/could-be-asked", "/accounts/C00001/answers", "/accounts/C00001/mirror-forms"):  # fmt: skip
            with CaptureQueriesContext(connection) as caught:
                answer = api("get", path)
            assert (answer.status_code, len(answer.content) <= 20_000) == (200, True), (path, len(answer.content))
            counts.append(len(caught))
        asked.append(counts)
    assert asked[0] == asked[1] and max(asked[1]) <= 14, asked
    rows = [api("get", path).json() for path in ("/waves", f"/waves/{number}/invitations", "/accounts/C00001/answers")]
    assert [len(row.get("waves") or row.get("invitations") or row["answers"]) for row in rows] == [25, 25, 25]


def test_waves_come_a_page_at_a_time(api, acme):
    numbers = [a_wave(api, name=f"Wave {n}") for n in range(5)]
    found, after, turned = [], "", 0
    while turned == 0 or after:
        page = api("get", "/waves", limit=2, after=after).json()
        found, after, turned = found + [row["number"] for row in page["waves"]], page["next"], turned + 1
    assert (sorted(found), turned, page["total"]) == (sorted(numbers), 3, 5)
    assert api("get", "/waves", after="x").status_code == 422


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 400])
def test_a_number_beyond_all_numbers_is_missing_too(api, acme, number):
    at_work("Erin Chef", account=1)
    reads = [
        "positions/{}",
        "evidence/{}",
        "statements/{}",
        "waves/{}",
        "waves/{}/invitations",
        "waves/{}/could-be-asked",
    ]
    deeds = {
        "positions/{}/change": {"title": "x"}, "positions/{}/leave": {}, "parts/{}/end": {"account": "C00001"}, "evidence/{}/withdraw": {"reason": "x"}, "evidence/{}/end": {},
        "statements/{}/withdraw": {}, "waves/{}/choose": {"accounts": ["C00001"]}, "waves/{}/send": {}, "waves/{}/remind": {}, "waves/{}/close": {},
        "invitations/{}/withdraw": {},
    }  # fmt: skip
    told = {path: api("get", f"/{path.format(number)}").status_code for path in reads}
    told |= {path: api("post", f"/{path.format(number)}", **words).status_code for path, words in deeds.items()}
    assert {path: status for path, status in told.items() if status != 404} == {}
