"""Every route, with every method, for a stranger and every role, on one's own, hidden and invented accounts.

What is not allowed is refused and leaves the database row for row as it was; a hidden account answers like one that
does not exist.
"""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests import cast
from tests.house.doors import METHODS, bare, everything, patterns, routes
from tests.playbook.plays.test_reading import WHOLE
from vitalfew.trust.access import rights_of
from vitalfew.trust.rights import SEES_ALL, Role
from vitalfew.web import permissions as web

pytestmark = pytest.mark.django_db
OWN, HIDDEN, INVENTED = 1, 2, 77777
# Words that could do something on any route that writes; a route takes what it knows.
WORDS = {
    "reason": "Because", "outcome": "keep", "role": "manager", "manager": "ben@example.org", "name": "Somebody", "email": "new@example.org",
    "version": "1", "active": "0", "hours": "10", "hours_a_month": "10", "note": "Look", "words": "So it is", "source": "https://example.org/x", "kind": "aim", "stage": "0", "play": "learn-three-aims", "text": "", "person": "ben@example.org", "taker": "ben@example.org",
}  # fmt: skip
BODIES = {
    "api/designations": {"reason": "x"}, "api/leads": {"reason": "x", "person": "ben@example.org"}, "api/reviews": {"reason": "x", "outcome": "keep"},
    "api/releases": {"reason": "x"}, "api/refreshes": {}, "api/hours": {"hours": 10}, "api/handovers": {"reason": "x", "taker": "ben@example.org"},
    "api/contacts": {"name": "Erin Chef"}, "api/touches": {"on": "2026-01-05", "kind": "call"}, "api/mirror-forms": {"answers": {"value": 3}},
    "api/accounts/<path:account>/stage/pass": {"stage": 0, "words": "x"},
    "api/accounts/<path:account>/plays": {"play": "name-what-sets-us-apart"}, "api/play-runs/<int:number>/end": {"outcome": "x"},
    "api/evidence": {"kind": "aim_heard", "words": "Halve waste", "source": "https://files.example/talk"},
}  # fmt: skip
SETTING = {"value": 0.6}
PLAYS = {"POST": {"name": "visit-the-plant", "text": WHOLE}, "PUT": {"text": WHOLE}}
TARGET = {"level": 4, "by": "2199-12-31", "reason": "Because"}
# Allowed by the table, and then by more: a password to be asked for, every account to be seen.
NEEDS_MORE = {"me/sure/", "me/sure/code/", "api/concentration"}
ROUTES = [(route, method) for route in routes() for method in METHODS]
NAMES = [f"{method} /{route.pattern}" for route, method in ROUTES]


@pytest.fixture(autouse=True)
def house(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    cast.portfolio(4)
    cast.key(HIDDEN, manager=cast.carla())
    cast.key(3, manager=cast.ben())


def visitor(role: Role | None) -> Client:
    """Somebody of a role who sees account 1 and, unless their role sees all, not account 2; None is a stranger."""
    client = Client(headers={"If-Match": "*"})
    if role is not None:
        client.force_login(cast.let_in(cast.person(role), OWN))
    return client


def sent(client: Client, route, method: str, account: int):
    numbers = {
        "account": f"C{account:05}" if route.door == "api" else str(account),
        "kind": "csv",
        "slug": "rank",
        "token": "x" * 43,
        "name": "level_likely",
    }
    address = route.address(
        {
            **dict.fromkeys(
                (
                    "number",
                    "person",
                    "grant",
                    "team",
                    "handover",
                    "session",
                    "mail",
                    "entry",
                    "key",
                    "uidb36",
                    "pk",
                    "position",
                    "part",
                    "step",
                    "invitation",
                ),
                "77777",
            ),
            **numbers,
        }
    )
    if route.door == "api":
        # the address says of whom, or it is of nobody
        named = route.of_account or route.pattern.startswith(("api/refreshes", "api/plays", "api/play-runs/"))
        body = BODIES.get(route.pattern, {}) | ({} if named else {"account": f"C{account:05}"})
        if route.pattern.endswith("/target") and method == "PUT":
            body = TARGET
        if route.pattern.startswith("api/plays"):
            body = PLAYS.get(method, {})
        if route.pattern.startswith("api/settings/"):
            body = SETTING if method == "PUT" else {}
        return client.generic(
            method, address, json.dumps(body).encode() if method != "GET" else b"", content_type="application/json"
        )
    return getattr(client, method.lower())(address, {**WORDS, "account": str(account)} if method == "POST" else {})


@pytest.mark.parametrize(("route", "method"), ROUTES, ids=NAMES)
def test_each_door_opens_only_to_whom_the_table_lets_in(route, method):
    assert route.needs, f"/{route.pattern} ({route.name}) stands in no permission table"
    need = route.needs.get(method, "none") if method != "HEAD" else route.needs.get("GET", "none")
    for role in (None, *Role) if need != "none" else (None, Role.VIEWER, Role.ADMINISTRATOR):
        client, before = visitor(role), everything()
        allowed = need is None or (need != "none" and role is not None and need in rights_of(cast.person(role)))
        answers = {account: sent(client, route, method, account) for account in (HIDDEN, INVENTED)}
        told = f"{role or 'stranger'} {method} /{route.pattern}: {[answer.status_code for answer in answers.values()]}"
        assert all(answer.status_code < 500 for answer in answers.values()), told
        if not allowed:
            assert {answer.status_code for answer in answers.values()} <= refusals(route, need, role), told
            assert everything() == before, told
        elif route.of_account and role not in SEES_ALL:
            assert {answer.status_code for answer in answers.values()} == {404}, told
            assert bare(answers[HIDDEN].content) == bare(answers[INVENTED].content), told
            assert everything() == before, told
        if not allowed:
            own = sent(client, route, method, OWN)
            assert (own.status_code in refusals(route, need, role), everything()) == (True, before), told
        else:
            found = sent(client, route, method, OWN).status_code
            assert found not in (401, 403, 405) or route.pattern in NEEDS_MORE, told


def refusals(route, need, role) -> set[int]:
    """How a door says no: to a method that nobody may use, to a stranger, to one who lacks the right."""
    if need == "none":
        return {405} if role is not None or route.door == "web" else {401, 405}
    if role is None:
        return {401} if route.door == "api" else {302}
    return {403}


def test_no_row_of_a_table_is_left_over():
    assert set(web.ROUTES) == {name for pattern, name in patterns() if not pattern.startswith("api/")}
