"""Bearer tokens at the API: every route with every single scope, tokens that do not work, and none of it in a log."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.cast import alice, as_alice, ben, key, person, portfolio
from tests.ledger.ledgers import csv_of
from tests.sales import monthly
from vitalfew.api import permissions
from vitalfew.ground import clock
from vitalfew.trust import people, tokens
from vitalfew.trust.access import right_for
from vitalfew.trust.actors import operator
from vitalfew.trust.models import ApiToken, AuditEntry
from vitalfew.trust.rights import Right, Role

WORDS = {"account": "C00002", "reason": "Grows"}
PLACES = {
    "<int:number>": "1",
    "<path:account>": "C00001",
    "<int:position>": "1",
    "<int:part>": "1",
    "<int:step>": "1",
    "<slug:name>": "level_likely",
}
KNOWN = {
    ("GET", "/docs"): "read", ("GET", "/openapi.json"): "read", ("GET", "/batches"): "ledger", ("GET", "/customers/C00001"): "read",
    ("GET", "/concentration"): "read", ("GET", "/accounts"): "read", ("GET", "/refreshes/newest"): "ledger", ("POST", "/imports"): "ledger",
    ("POST", "/batches/1/undo"): "ledger", ("POST", "/designations"): "select", ("POST", "/leads"): "select", ("POST", "/reviews"): "review",
    ("POST", "/releases"): "select", ("POST", "/refreshes"): "ledger",
}  # fmt: skip


def routes() -> dict[tuple[str, str], str]:
    """Every route with the right it needs, from the permission table."""
    found = {}
    for row, need in permissions.ROUTES.items():
        verb, path = row.split(" ", 1)
        for place, word in PLACES.items():
            path = path.replace(place, word)
        assert "<" not in path, f"say what stands for the place in {path}"
        found[verb, path.removeprefix("api")] = str(right_for(need))
    return found


ROUTES = routes()
BODIES = {
    "/designations": WORDS, "/leads": WORDS | {"account": "C00001", "person": "ben@example.org"},
    "/reviews": WORDS | {"account": "C00001", "outcome": "keep"}, "/releases": WORDS | {"account": "C00001"}, "/refreshes": {},
}  # fmt: skip


def made(owner, *scopes: str, name="Program", at=None, **more) -> str:
    return tokens.make_token(person=owner, name=name, scopes=scopes, by=operator(), at=at or clock.now(), **more)[1]


def everyman():
    """Somebody with every right there is."""
    people.change_person(email=alice().email, wanted=people.Wanted(sees_opinions=True), by=operator(), at=clock.now())
    return alice()


def send(verb: str, path: str, header: str | None, client: Client | None = None):
    client = client or Client(enforce_csrf_checks=True)
    headers = {} if header is None else {"Authorization": header}
    if verb == "GET":
        return client.get(f"/api{path}", headers=headers)
    if path == "/imports":
        file = SimpleUploadedFile("sales.csv", csv_of(monthly(2)).encode())
        return client.post("/api/imports", {"file": file, "dry_run": "true"}, headers=headers)
    call = {"POST": client.post, "PUT": client.put, "DELETE": client.delete}[verb]
    return call(f"/api{path}", BODIES.get(path, {}), content_type="application/json", headers=headers)


def stored() -> dict[str, str]:
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = repr(sorted(map(repr, cursor.fetchall())))
    return found


def problem(answer) -> tuple[int, str]:
    return answer.status_code, answer["Content-Type"]


def test_what_each_route_needs_is_as_it_was_decided():
    assert {route: ROUTES.get(route) for route in KNOWN} == KNOWN


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scope", list(Right))
def test_every_route_with_a_token_of_a_single_scope(scope):
    portfolio()
    key(1, manager=ben())
    header = f"Bearer {made(everyman(), scope)}"
    send("GET", "/accounts", header)  # its day of use is noted: what follows may change nothing
    for (verb, path), needed in ROUTES.items():
        if needed == scope:
            continue
        before = stored()
        answer = send(verb, path, header)
        assert problem(answer) == (403, "application/problem+json"), (verb, path)
        assert f"without the scope “{needed}”" in answer.json()["detail"]
        assert answer["WWW-Authenticate"] == f'Bearer error="insufficient_scope", scope="{needed}"'
        assert stored() == before, (verb, path)
    for (verb, path), needed in ROUTES.items():
        if needed == scope:
            status = send(verb, path, header).status_code
            assert status not in (401, 403) and status < 500, (verb, path, status)


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "path"), list(ROUTES))
def test_a_token_never_does_what_its_person_may_not(verb, path):
    head = person(Role.HEAD)
    header = f"Bearer {made(head, 'read', 'select', 'review', 'ledger')}"
    people.change_person(email=head.email, wanted=people.Wanted(role="viewer"), by=as_alice(), at=clock.now())
    answer = send(verb, path, header)
    if ROUTES[verb, path] == "read":
        assert answer.status_code != 401  # which accounts a viewer sees, and whether all, is not the token's matter
        assert b"needs the right" not in answer.content and b"without the scope" not in answer.content
    else:
        assert problem(answer) == (403, "application/problem+json")
        assert f"it needs the right “{ROUTES[verb, path]}”" in answer.json()["detail"]


def answered(header: str) -> int:
    """What no header may hold, and one longer than any, is turned away before anybody asks whose it is."""
    if len(header) > 50_000:
        return 431
    return 400 if "\x00" in header or "\ud800" in header else 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header",
    [
        "", " ", "Bearer", "Bearer ", "bearer  ", "Basic YTpi", "Bearer vf_", "Bearer vf_" + "A" * 43, "Token x", "vf_" + "A" * 43,
        "Bearer \x00", "Bearer vf_\x00\x01", "\x00", "Bearer ü", "Bearer 😀" * 3, "Bearer \ud800", "Bearer\tvf_x", "Bearer a b c", "B" * 70_000,
        "Bearer " + "x" * 100_000, "Bearer vf_x, Bearer vf_y", "Bearer null", "Bearer %00", "Bearer '; DROP TABLE trust_apitoken; --",
        "Bearer {}", "Bearer " + "=" * 43,
    ],
    ids=range(26),
)  # fmt: skip
def test_a_header_that_names_no_token_is_answered_401(header):
    made(ben(), "read")
    for verb, path in (("GET", "/accounts"), ("POST", "/designations"), ("GET", "/openapi.json")):
        answer = send(verb, path, header)
        assert problem(answer) == (answered(header), "application/problem+json")
        assert answer.status_code != 401 or answer["WWW-Authenticate"].split()[0] == "Bearer"
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_a_stranger_is_told_how_to_come_in():
    for verb, path in ROUTES:
        answer = send(verb, path, None)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), (verb, path)


@pytest.mark.django_db
def test_one_sentence_for_unknown_expired_revoked_and_switched_off():
    now = clock.now()
    expired = made(ben(), "read", at=now - timedelta(days=2), lifetime=timedelta(days=1))
    revoked, off = made(ben(), "read", name="R"), made(person(Role.VIEWER), "read")
    tokens.revoke_token(token=ApiToken.objects.get(name="R").pk, by=operator(), at=now)
    people.set_active(email=person(Role.VIEWER).email, active=False, by=operator(), at=now)
    told = [send("GET", "/accounts", f"Bearer {secret}") for secret in (expired, revoked, off, "vf_unknown")]
    assert [answer.status_code for answer in told] == [401] * 4
    assert len({answer.content for answer in told}) == 1
    assert {answer["WWW-Authenticate"] for answer in told} == {'Bearer error="invalid_token"'}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_kind_is_read_in_any_case(kind):
    assert send("GET", "/accounts", f"{kind} {made(ben(), 'read')}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["token", "access_token", "api_key", "key", "Authorization", "bearer"])
def test_a_token_in_the_address_or_a_body_opens_nothing(word):
    secret = made(alice(), "read", "select")
    client = Client()
    assert client.get("/api/accounts", {word: secret}).status_code == 401
    assert client.post("/api/designations", WORDS | {word: secret}, content_type="application/json").status_code == 401
    client.cookies[word] = secret
    assert client.get("/api/accounts").status_code == 401


@pytest.mark.django_db
def test_a_program_needs_no_csrf_token_and_a_browser_does():
    portfolio()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice())
    answer = send("POST", "/designations", None, browser)
    assert problem(answer) == (403, "application/problem+json") and "X-CSRFToken" in answer.json()["detail"]
    assert AuditEntry.objects.count() == 0
    assert send("POST", "/designations", f"Bearer {made(alice(), 'select')}").status_code == 201


@pytest.mark.django_db
def test_who_sends_both_acts_by_the_token():
    portfolio()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice())
    secret = made(person(Role.HEAD), "select")
    assert send("POST", "/designations", f"Bearer {secret}", browser).status_code == 201
    entry = AuditEntry.objects.get(verb="selection.designate")
    token = ApiToken.objects.get()
    assert (entry.actor_name, entry.door) == ("Head of key accounts One", f"token:{token.pk}")
    assert send("GET", "/accounts", f"Bearer {secret}", browser).status_code == 403  # Alice may, this token may not
    tokens.revoke_token(token=token.pk, by=operator(), at=clock.now())
    assert send("GET", "/accounts", f"Bearer {secret}", browser).status_code == 401
    assert send("GET", "/accounts", None, browser).status_code == 200


@pytest.mark.django_db
def test_a_password_that_a_proxy_asks_for_does_not_stand_in_the_way_of_a_session():
    browser = Client()
    browser.force_login(alice())
    assert send("GET", "/accounts", "Basic YTpi", browser).status_code == 200


@pytest.mark.django_db
def test_a_token_signs_nobody_in():
    client = Client()
    answer = send("GET", "/accounts", f"Bearer {made(alice(), *access_of(alice()))}", client)
    assert (answer.status_code, answer.cookies, client.cookies) == (200, {}, {})
    assert client.get("/", headers={"Authorization": f"Bearer {made(alice(), 'read', name='P')}"}).status_code == 302


def access_of(somebody):
    return [right for right in Right if right != Right.OPINIONS or somebody.sees_opinions]


@pytest.mark.django_db
def test_no_log_ever_holds_a_token(caplog, settings, monkeypatch):
    settings.DEBUG = True
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("django"), "propagate", True)
    secret = made(alice(), "read")
    for header in (f"Bearer {secret}", secret, f"Token {secret}", f"Bearer  {secret} x", f"Bearer {secret}\x00"):
        for verb, path in ROUTES:
            send(verb, path, header)
    assert len(caplog.records) > 20
    seen = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    assert secret not in seen


@pytest.mark.django_db
def test_the_day_of_use_is_the_only_trace_of_reading():
    header = f"Bearer {made(alice(), 'read')}"
    send("GET", "/accounts", header)
    before = stored()
    for _ in range(3):
        assert send("GET", "/accounts", header).status_code == 200
    assert stored() == before
    assert ApiToken.objects.get().last_used_on == clock.now().date()


@pytest.mark.django_db
def test_the_description_names_both_ways_in():
    answer = send("GET", "/openapi.json", f"Bearer {made(alice(), 'read')}").json()
    ways = answer["components"]["securitySchemes"]
    assert {(way["type"], way.get("scheme") or way.get("in")) for way in ways.values()} == {
        ("http", "bearer"), ("apiKey", "cookie")
    }  # fmt: skip
