"""The people of an account through the API: added, corrected, placed, gone; parts, opinions, acquaintances, touches."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, alice, as_alice, ben, carla, customers, let_in
from tests.relationship.people import at_work
from vitalfew.api.relationship import contacts, evidence
from vitalfew.ground import clock
from vitalfew.relationship.models import Acquaintance, Contact, Opinion, Part, Position, Touch
from vitalfew.relationship.models.evidence import Expectation, Side
from vitalfew.relationship.people import noting, parts
from vitalfew.relationship.people.words import FUNCTIONS, LANGUAGES, PARTS
from vitalfew.trust import tokens
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Right

ERIN = {"account": "C00001", "name": "Erin Chef", "email": "erin@acme.example"}


@pytest.fixture
def acme(api):
    return customers()[0]


def added(api, **more):
    answer = api("post", "/contacts", **{**ERIN, **more})
    assert answer.status_code == 201, answer.content
    return answer


def position(contact: Contact) -> int:
    return Position.objects.get(contact=contact).pk


def as_token(*scopes: Right) -> dict[str, str]:
    secret = tokens.make_token(person=alice(), name="T", scopes=scopes, by=operator(), at=clock.now())[1]
    return {"Authorization": f"Bearer {secret}"}


def test_a_contact_is_added_with_part_and_acquaintance_and_told(api, acme):
    made = added(
        api, title="Head chef", function="operations", part="decides", reason="Signs", known=True, language="de"
    ).json()
    assert (made["account"], made["name"], made["title"], made["function"], made["language"], made["until"]) == (
        "C00001", "Erin Chef", "Head chef", "operations", "de", None,
    )  # fmt: skip
    assert [(one["kind"], one["reason"]) for one in made["parts"]] == [("decides", "Signs")]
    assert made["known_by"] == [{"name": "Alice Head", "strength": 2}]
    told = api("get", "/accounts/C00001/contacts").json()
    assert (told["total"], told["next"], [one["name"] for one in told["contacts"]]) == (1, "", ["Erin Chef"])
    assert {alarm["kind"] for alarm in told["alarms"]} == {"one_person", "few_functions", "silent_decider"}
    verbs = set(AuditEntry.objects.filter(door="api").values_list("verb", flat=True))
    assert verbs >= {"relationship.add_contact", "relationship.give_part", "relationship.know"}


def test_a_known_address_is_refused_and_the_person_gets_a_second_position(api, acme):
    erin = added(api).json()
    answer = api("post", "/contacts", **{**ERIN, "account": "C00002"})
    assert (answer.status_code, "give them a position" in answer.json()["detail"]) == (422, True)
    placed = api("post", "/positions", account="C00002", contact=erin["contact"], title="Owner", since="2026-01-05")
    assert (placed.status_code, placed.json()["since"], placed.json()["contact"]) == (
        201,
        "2026-01-05",
        erin["contact"],
    )
    assert Contact.objects.count() == 1


def test_a_change_keeps_what_it_does_not_name(api, acme):
    made = added(api, title="Chef", function="operations", phone="12345")
    answer = api(
        "post", f"/positions/{made.json()['position']}/change", headers={"If-Match": made["ETag"]}, title="Head chef"
    )
    told = answer.json()
    assert (answer.status_code, told["title"], told["function"], told["phone"], told["email"]) == (
        201, "Head chef", "operations", "12345", ERIN["email"],
    )  # fmt: skip
    assert answer["ETag"] == api("get", f"/positions/{told['position']}")["ETag"] != made["ETag"]


def test_whom_somebody_reports_to_is_said_and_taken_back(api, acme):
    boss = added(api, name="Gus Owner", email="").json()["position"]
    path = f"/positions/{added(api).json()['position']}/change"
    assert api("post", path, reports_to=boss).json()["reports_to"] == boss
    assert api("post", path, title="Chef").json()["reports_to"] == boss
    assert api("post", path, reports_to=None).json()["reports_to"] is None


def test_a_stale_change_is_refused_with_both_values(api, acme):
    made = added(api, title="Chef")
    path = f"/positions/{made.json()['position']}"
    newer = api("post", f"{path}/change", title="Cook")
    stale = api("post", f"{path}/change", headers={"If-Match": made["ETag"]}, title="Head chef")
    assert (stale.status_code, stale["ETag"], stale.json()["yours"], stale.json()["now"]) == (
        412, newer["ETag"], {"title": "Head chef"}, {"title": "Cook"},
    )  # fmt: skip
    assert api("post", f"{path}/change", headers={}, title="x").status_code == 428
    assert Position.objects.get().title == "Cook"


def test_who_knows_the_state_is_not_told_again(api, acme):
    made = added(api)
    path = f"/positions/{made.json()['position']}"
    assert api("get", path, headers={"If-None-Match": made["ETag"]}).status_code == 304
    api("post", f"{path}/change", phone="1")
    assert api("get", path, headers={"If-None-Match": made["ETag"]}).status_code == 200


def test_whoever_left_is_told_so_and_stays_readable(api, acme):
    erin = at_work("Erin Chef", account=1)
    answer = api("post", f"/positions/{position(erin)}/leave", on="2026-03-01")
    assert (answer.status_code, answer.json()["until"]) == (201, "2026-03-01")
    told = api("get", "/accounts/C00001/contacts").json()
    assert (told["contacts"], told["left"]) == ([], [{"name": "Erin Chef", "on": "2026-03-01"}])
    assert api("post", f"/positions/{position(erin)}/leave").status_code == 422


def test_leaving_needs_the_state_it_was_decided_on(api, acme):
    path = f"/positions/{position(at_work('Erin Chef', account=1))}/leave"
    assert api("post", path, headers={}).status_code == 428
    stale = api("post", path, headers={"If-Match": '"old"'}, on="2026-03-01")
    assert (stale.status_code, stale.json()["yours"], stale.json()["now"]) == (
        412,
        {"until": "2026-03-01"},
        {"until": None},
    )
    assert Position.objects.get().holds_until is None


def test_a_part_is_noted_and_ended(api, acme):
    erin = at_work("Erin Chef", account=1)
    noted = api("post", "/parts", position=position(erin), kind="sponsors", reason="Opens doors").json()
    (part,) = noted["parts"]
    assert (part["kind"], part["reason"]) == ("sponsors", "Opens doors")
    assert api("post", f"/parts/{part['number']}/end", account="C00002").status_code == 404
    assert api("post", f"/parts/{part['number']}/end", account="C00001").json()["parts"] == []


def test_opinions_are_read_and_written_only_by_those_who_may(api, acme, client):
    erin = at_work("Erin Chef", account=1)
    number = position(erin)
    everything = as_token(Right.READ, Right.WORK)
    alice_may = alice()
    alice_may.sees_opinions = True
    alice_may.save()
    for kind in ("blocks", "decides"):
        assert api("post", "/parts", position=number, kind=kind, reason="Said so").status_code == 201
    judged = api("post", "/opinions", position=number, influence=3, attitude=-1, reason="Grumbles").json()
    assert (judged["opinion"]["influence"], judged["opinion"]["attitude"]) == (3, -1)
    for path in ("/accounts/C00001/contacts", f"/positions/{number}"):
        told = client.get(f"/api{path}", headers=everything).json()
        one = told["contacts"][0] if "contacts" in told else told
        assert ([part["kind"] for part in one["parts"]], one["opinion"]) == (["decides"], None)
        told = api("get", path).json()
        one = told["contacts"][0] if "contacts" in told else told
        assert (sorted(part["kind"] for part in one["parts"]), one["opinion"]["reason"]) == (
            ["blocks", "decides"],
            "Grumbles",
        )
    before = (Part.objects.count(), Opinion.objects.count())
    refused = [
        client.post(f"/api{path}", words, content_type="application/json", headers=everything).status_code
        for path, words in (
            ("/opinions", {"position": number, "influence": 1, "attitude": 1, "reason": "x"}),
            ("/parts", {"position": number, "kind": "blocks", "reason": "x"}),
        )
    ]
    assert (refused, (Part.objects.count(), Opinion.objects.count())) == ([403, 422], before)


def test_who_knows_whom_is_noted_changed_and_taken_back(api, acme):
    erin = at_work("Erin Chef", account=1)
    ben()
    for strength in (1, 3):
        answer = api("post", "/acquaintances", contact=erin.pk, person="ben@example.org", strength=strength)
        assert (answer.status_code, Acquaintance.objects.get().strength) == (201, strength)
    assert api("post", "/acquaintances", contact=erin.pk, strength=2).json()["person"] == alice().email
    api("post", "/acquaintances", contact=erin.pk, person="ben@example.org", strength=0)
    assert [row.person for row in Acquaintance.objects.all()] == [alice()]


def test_a_person_entered_twice_becomes_one(api, acme):
    erin, twin = at_work("Erin Chef", account=1), at_work("Erin C.", account=2, email="e@x.example")
    answer = api("post", "/contact-merges", double=twin.pk, into=erin.pk)
    assert (answer.status_code, answer.json()["name"], Position.objects.filter(contact=erin).count()) == (
        201,
        "Erin Chef",
        2,
    )
    assert not Contact.objects.filter(pk=twin.pk).exists()


def test_touches_are_noted_once_and_told_newest_first(api, acme):
    erin = at_work("Erin Chef", account=1)
    for on, kind in (("2026-06-01", "call"), ("2026-06-03", "visit"), ("2026-06-01", "call")):
        answer = api("post", "/touches", account="C00001", on=on, kind=kind, contact=erin.pk)
        assert (answer.status_code, answer.json()["name"], answer.json()["by"]) == (201, "Erin Chef", "Alice Head")
    told = api("get", "/accounts/C00001/touches").json()
    assert [(row["on"], row["kind"]) for row in told["touches"]] == [("2026-06-03", "visit"), ("2026-06-01", "call")]
    assert api("get", "/accounts/C00001/contacts").json()["last_touch"] == "2026-06-03"
    assert AuditEntry.objects.filter(verb="relationship.note_touch").count() == 2


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"on": "2199-01-01"}, 422), ({"kind": "pigeon"}, 422), ({"account": "C00099"}, 404), ({"contact": 77777}, 404), ({"contact": "elsewhere"}, 404),
        ({"on": None}, 422), ({"with": "x"}, 400),
    ],
)  # fmt: skip
def test_a_touch_that_cannot_be_is_refused(api, acme, words, status):
    elsewhere = at_work("Frank Buyer", account=2).pk
    said = {"account": "C00001", "on": "2026-06-01", "kind": "call", **words}
    said["contact"] = elsewhere if words.get("contact") == "elsewhere" else said.get("contact")
    assert (api("post", "/touches", **said).status_code, Touch.objects.count()) == (status, 0)


def test_contacts_come_a_page_at_a_time_whoever_decides_first(api, acme):
    people = [at_work(f"Person {n:02}", account=1, email=f"p{n}@acme.example") for n in range(7)]
    parts.give_part(position=position(people[6]), kind="decides", reason="Signs", by=as_alice(), at=MORNING)
    found, after, turned = [], "", 0
    while turned == 0 or after:
        page = api("get", "/accounts/C00001/contacts", limit=3, after=after).json()
        found, after, turned = found + [one["name"] for one in page["contacts"]], page["next"], turned + 1
    assert (found, turned, page["total"]) == (["Person 06", *(one.name for one in people[:6])], 3, 7)
    assert api("get", "/accounts/C00001/contacts", after="77777").status_code == 422


def test_25_contacts_are_small_and_asked_for_a_fixed_number_of_times(api, acme):
    def full(start, end):
        for n in range(start, end):
            erin = at_work(f"Erin Longname-Chef {n}", account=1, title="Head of something long", function="operations", email=f"erin.longname{n}@acme-tools.example")  # fmt: skip
            parts.give_part(position=position(erin), kind="decides", reason="Signs every order over five thousand pounds", by=as_alice(), at=clock.now())  # fmt: skip
            parts.judge_contact(position=position(erin), influence=3, attitude=1, reason="Told us so twice this year", by=operator(), at=clock.now())  # fmt: skip
            for person in (alice(), ben(), carla()):
                parts.know(contact=erin.pk, person=person, strength=2, by=as_alice(), at=MORNING)

    somebody = alice()
    somebody.sees_opinions = True
    somebody.save()
    asked, paths = (
        [],
        (
            "/accounts/C00001/contacts",
            "/accounts/C00001/touches",
            f"/positions/{position(at_work('Frank', account=1))}",
        ),
    )
    for start, end in ((0, 2), (2, 40)):
        full(start, end)
        for n in range(start, end):
            api("post", "/touches", account="C00001", on=str(MORNING.date() - timedelta(days=n)), kind="call")
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as caught:
                answer = api("get", path)
            assert answer.status_code == 200
            counts.append(len(caught))
            assert len(answer.content) <= 20_000
        asked.append(counts)
    assert len(api("get", paths[0]).json()["contacts"]) == len(api("get", paths[1]).json()["touches"]) == 25
    assert asked[0] == asked[1] and max(asked[1]) <= 16, asked


def test_a_hidden_account_answers_like_one_that_does_not_exist(api, acme, client):
    erin = at_work("Erin Chef", account=2)
    client.force_login(let_in(ben(), 1))
    part = Part.objects.create(
        position=Position.objects.get(), kind="uses", reason="x", holds_from=MORNING.date(), holds_until=MORNING.date(), given_by="A"
    )  # fmt: skip
    entries = AuditEntry.objects.count()
    for hidden, invented in ((position(erin), 77777),):
        for verb, path, words in (
            ("get", "/positions/{n}", {}), ("post", "/positions/{n}/change", {"title": "x"}), ("post", "/positions/{n}/leave", {}),
            ("post", "/parts", {"position": "{n}", "kind": "uses", "reason": "x"}), ("post", "/opinions", {"position": "{n}", "influence": 1, "attitude": 0, "reason": "x"}),
        ):  # fmt: skip
            answers = []
            for number in (hidden, invented):
                said = {key: number if word == "{n}" else word for key, word in words.items()}
                answers.append(api(verb, path.format(n=number), **said))
            assert [answer.status_code for answer in answers] == [404, 404], path
            assert answers[0].json()["detail"] == answers[1].json()["detail"]
    for path, words in (
        ("/contacts", {**ERIN, "account": "C00002"}), ("/positions", {"account": "C00002", "contact": erin.pk}), ("/positions", {"account": "C00001", "contact": erin.pk}),
        ("/touches", {"account": "C00002", "on": "2026-01-01", "kind": "call"}), ("/acquaintances", {"contact": erin.pk, "strength": 1}),
        ("/contact-merges", {"double": erin.pk, "into": 77777}), (f"/parts/{part.pk}/end", {"account": "C00002"}),
    ):  # fmt: skip
        assert api("post", path, **words).status_code == 404, path
    assert (AuditEntry.objects.count(), Touch.objects.count(), Position.objects.count()) == (entries, 0, 1)


@pytest.mark.parametrize(
    ("path", "words", "status"),
    [
        ("/contacts", {**ERIN, "rank": 1}, 400), ("/contacts", {**ERIN, "function": "boss"}, 422), ("/contacts", {**ERIN, "name": " "}, 422),
        ("/contacts", {**ERIN, "email": "erin"}, 422), ("/contacts", {**ERIN, "reports_to": "1"}, 422), ("/contacts", {**ERIN, "part": "decides"}, 422),
        ("/parts", {"position": 1, "kind": "king", "reason": "x"}, 422), ("/parts", {"position": 2**31, "kind": "uses", "reason": "x"}, 422),
        ("/acquaintances", {"contact": 1, "strength": 4}, 422), ("/acquaintances", {"contact": 1, "strength": True}, 422),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_is_kept(api, acme, path, words, status):
    answer = api("post", path, **words)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (Contact.objects.count(), Part.objects.count()) == (0, 0)


def test_the_words_of_the_description_are_those_of_the_records():
    assert [list(get_args(one)) for one in (contacts.Language, contacts.Function, contacts.PartKind)] == [
        [value for value, _label in one] for one in (LANGUAGES, FUNCTIONS, PARTS)
    ]
    assert get_args(contacts.Touching.model_fields["kind"].annotation) == noting.KINDS
    assert get_args(evidence.Expectation) == ("", *Expectation.values)
    assert get_args(evidence.Filters.model_fields["side"].annotation) == ("", *Side.values)
    assert {part for part in get_args(contacts.NewContact.model_fields["part"].annotation) if part} == {value for value, _label in PARTS}  # fmt: skip


def test_the_same_request_with_its_key_adds_one_contact(api, acme):
    first, again = (api("post", "/contacts", headers={"Idempotency-Key": "k1"}, **ERIN) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert (first.content, first["ETag"], Contact.objects.count()) == (again.content, again["ETag"], 1)
