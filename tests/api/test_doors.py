"""Who gets in, and how a refusal reads: problem documents everywhere."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import alice, as_alice, person
from tests.sales import NOW
from vitalfew.trust import people
from vitalfew.trust.rights import Role

ROUTES = [
    ("post", "/imports"), ("get", "/batches"), ("post", "/batches/1/undo"), ("get", "/customers/C1"), ("get", "/concentration"),
    ("get", "/accounts"), ("post", "/designations"), ("post", "/leads"), ("post", "/reviews"), ("post", "/releases"), ("post", "/refreshes"),
    ("get", "/refreshes/newest"), ("get", "/accounts/C1/selection"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "path"), ROUTES)
def test_strangers_get_a_problem(client, verb, path):
    answer = getattr(client, verb)(
        f"/api{path}", **({"data": {}, "content_type": "application/json"} if verb == "post" else {})
    )
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    told = answer.json()
    assert (told["status"], told["title"]) == (
        401,
        "Sign in first, or send an API token: “Authorization: Bearer vf_…”.",
    )
    assert answer["X-Request-ID"]


def test_person_switched_off_is_a_stranger(api):
    assert api("get", "/accounts").status_code == 200
    person(Role.ADMINISTRATOR)  # somebody must stay
    people.set_active(email=alice().email, active=False, by=as_alice(), at=NOW)
    assert api("get", "/accounts").status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "path"), [route for route in ROUTES if route[0] == "post"])
def test_writing_needs_the_token_of_the_session(verb, path):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice())
    answer = getattr(strict, verb)(f"/api{path}", data={}, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


@pytest.mark.django_db(transaction=True)
def test_writing_with_the_token_goes_through():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice())
    strict.get("/people/")  # a page with a form sets the cookie
    token = strict.cookies["csrftoken"].value
    answer = strict.post("/api/refreshes", data={}, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 202
    assert strict.get("/api/accounts").status_code == 200


def test_body_that_is_no_json_is_a_problem(client, api):
    answer = client.post("/api/designations", "{", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("verb", "path", "words"),
    [
        ("post", "/designations", {"account": "C1", "reason": "x", "boss": "Ben"}),
        ("post", "/leads", {"account": "C1", "reason": "x", "person": "Ben", "version": 1}),
        ("post", "/batches/1/undo", {"force": True}),
        ("get", "/customers/C1", {"full": 1}),
        ("get", "/refreshes/newest", {"n": 1}),
        ("post", "/reviews", {"account": "C1", "reason": "x", "outcome": "keep", "on": "2026-01-01"}),
        ("post", "/releases", {"account": "C1", "reason": "x", "force": True}),
        ("post", "/refreshes", {"day": "2026-01-01"}),
        ("get", "/accounts", {"serach": "x"}),
        ("get", "/concentration", {"basis": "margin"}),
        ("get", "/batches", {"size": 3}),
    ],
)
def test_unknown_fields_are_refused_by_name(api, verb, path, words):
    answer = api(verb, path, **words)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    places = [found["place"] for found in answer.json()["places"]]
    assert len(places) == 1 and places[0].split(".")[-1] in set(words) - {"account", "reason", "person", "outcome"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/accounts", {"limit": 0}), ("/accounts", {"limit": 201}), ("/accounts", {"limit": "many"}), ("/accounts", {"sort": "name"}),
        ("/accounts", {"show": "all"}), ("/batches", {"limit": 0}), ("/batches", {"limit": 1001}), ("/concentration", {"months": -1}),
        ("/concentration", {"months": 601}), ("/concentration", {"by": "turnover"}), ("/concentration", {"level": "site"}),
    ],
)  # fmt: skip
def test_values_out_of_bounds_are_refused(api, path, words):
    answer = api("get", path, **words)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [found["place"].split(".")[-1] for found in answer.json()["places"]] == list(words)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/leads", {"account": "C1", "reason": "x", "person": "Ben", "role": "boss"}),
        ("/reviews", {"account": "C1", "reason": "x", "outcome": "sell"}),
        ("/designations", {"reason": "x"}),
        ("/designations", {"account": "C1", "reason": "x" * 401}),
        ("/refreshes", {"as_of": "yesterday"}),
    ],
)
def test_bodies_that_do_not_fit_are_refused(api, path, words):
    assert api("post", path, **words).status_code == 422
