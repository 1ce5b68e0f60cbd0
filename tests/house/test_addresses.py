"""Every address stands in the permission table: a new one fails here until somebody says who may use it."""

from __future__ import annotations

import pytest
from django.urls import URLResolver, get_resolver

# Who may use an address: "all" needs no sign-in, "signed-in" any active person.
NOWHERE = {"api/"}  # the root of the API's routes: nothing answers there
ALL = {"signin/", "signin/<str:token>/", "healthz"}
SIGNED_IN = {
    "", "portfolio/export.<str:kind>", "portfolio/designate/", "portfolio/assign/", "accounts/<int:account>/", "accounts/<int:account>/designate/",
    "accounts/<int:account>/assign/", "accounts/<int:account>/review/", "accounts/<int:account>/release/", "import/", "import/upload/",
    "import/<int:number>/", "import/<int:number>/answer/", "import/<int:number>/accept/", "import/<int:number>/drop/", "batches/<int:number>/",
    "batches/<int:number>/undo/", "batches/<int:number>/refused/", "rates/", "people/", "people/add/", "people/<int:person>/active/",
 "signout/", "refresh/", "measures/", "measures/<slug:slug>/",
    "api/docs", "api/openapi.json", "api/imports", "api/batches", "api/batches/<int:number>/undo", "api/customers/<path:account>",
    "api/concentration", "api/accounts", "api/designations", "api/leads", "api/reviews", "api/releases", "api/refreshes", "api/refreshes/newest",
}  # fmt: skip


def addresses(resolver=None, before=""):
    for found in (resolver or get_resolver()).url_patterns:
        place = before + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from addresses(found, place)
        else:
            yield place


def test_every_address_stands_in_the_table():
    assert set(addresses()) == ALL | SIGNED_IN | NOWHERE


@pytest.mark.django_db
@pytest.mark.parametrize("address", sorted(SIGNED_IN))
def test_nobody_gets_in_without_signing_in(client, address):
    words = {
        "<int:account>": "1",
        "<int:number>": "1",
        "<int:person>": "1",
        "<slug:slug>": "rank",
        "<path:account>": "C1",
        "<str:kind>": "csv",
    }
    for word, value in words.items():
        address = address.replace(word, value)
    for send in (client.get, client.post):
        answer = send(f"/{address}")
        assert answer.status_code in (302, 401, 403, 405), f"{send.__name__} /{address} answers {answer.status_code}"
        assert answer.status_code != 302 or answer["Location"].startswith("/signin/")
