"""The API's description and its page: complete, sound, served from here, and for signed-in people only."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import get_resolver

from tests.cast import alice

pytestmark = pytest.mark.django_db
VERBS = {"get", "post", "put", "patch", "delete"}
ROUTES = {
    "/api/imports": {"post"}, "/api/batches": {"get"}, "/api/batches/{number}/undo": {"post"}, "/api/customers/{account}": {"get"},
    "/api/concentration": {"get"}, "/api/accounts": {"get"}, "/api/accounts/{account}/selection": {"get"}, "/api/designations": {"post"}, "/api/leads": {"post"}, "/api/reviews": {"post"},
    "/api/releases": {"post"}, "/api/refreshes": {"post"}, "/api/refreshes/newest": {"get"}, "/api/capacity": {"get"},
    "/api/accounts/{account}/contacts": {"get"}, "/api/contacts": {"post"}, "/api/positions": {"post"}, "/api/positions/{position}": {"get"},
    "/api/positions/{position}/change": {"post"}, "/api/positions/{position}/leave": {"post"}, "/api/parts": {"post"}, "/api/parts/{part}/end": {"post"},
    "/api/opinions": {"post"}, "/api/acquaintances": {"post"}, "/api/contact-merges": {"post"}, "/api/contact-imports": {"post"},
    "/api/accounts/{account}/touches": {"get"}, "/api/touches": {"post"}, "/api/accounts/{account}/evidence": {"get"}, "/api/evidence": {"post"},
    "/api/evidence/{number}": {"get"}, "/api/evidence/{number}/withdraw": {"post"}, "/api/evidence/{number}/end": {"post"}, "/api/accounts/{account}/statements": {"get"}, "/api/statements": {"post"},
    "/api/statements/{number}": {"get"}, "/api/statements/{number}/withdraw": {"post"}, "/api/accounts/{account}/scorecard": {"get"}, "/api/questions": {"get"},
    "/api/waves": {"get", "post"}, "/api/waves/{number}": {"get"}, "/api/waves/{number}/invitations": {"get"}, "/api/waves/{number}/could-be-asked": {"get"},
    "/api/waves/{number}/choose": {"post"}, "/api/waves/{number}/send": {"post"}, "/api/waves/{number}/remind": {"post"}, "/api/waves/{number}/close": {"post"},
    "/api/invitations/{number}/withdraw": {"post"}, "/api/accounts/{account}/answers": {"get"}, "/api/accounts/{account}/mirror-forms": {"get"},
    "/api/mirror-forms": {"post"}, "/api/answer-imports": {"post"},
    "/api/levels/tests": {"get"}, "/api/accounts/{account}/behaviour": {"get"}, "/api/accounts/{account}/price-events": {"get"},
    "/api/price-events": {"post"}, "/api/price-events/{number}/withdraw": {"post"},
    "/api/levels": {"get"}, "/api/accounts/{account}/level": {"get"}, "/api/accounts/{account}/target": {"get", "put", "delete"},
    "/api/settings": {"get"}, "/api/settings/{name}": {"get", "put"},
    "/api/stages": {"get"}, "/api/accounts/{account}/stage": {"get"}, "/api/accounts/{account}/stage/pass": {"post"},
    "/api/plays": {"get", "post"}, "/api/plays/{name}": {"get", "put", "delete"}, "/api/accounts/{account}/plays": {"get", "post"},
    "/api/play-runs/{number}/steps/{step}": {"post"}, "/api/play-runs/{number}/end": {"post"},
    "/api/accounts/{account}/hours": {"get"}, "/api/hours": {"post"}, "/api/handovers": {"post"}, "/api/takeovers": {"post"},
}  # fmt: skip


@pytest.fixture
def schema(client):
    client.force_login(alice())
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    return json.loads(answer.content)


def operations(schema):
    return {
        (path, verb): what for path, item in schema["paths"].items() for verb, what in item.items() if verb in VERBS
    }


def references(value):
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def test_description_names_every_route(schema):
    assert {path: VERBS & set(item) for path, item in schema["paths"].items()} == ROUTES


def test_every_address_under_api_is_described(schema):
    (mounted,) = [
        one for one in get_resolver().url_patterns if str(one.pattern) == "api/" and hasattr(one, "url_patterns")
    ]
    routed = {f"/api/{re.sub(r'<(?:\w+:)?(\w+)>', r'{\1}', str(one.pattern))}" for one in mounted.url_patterns}
    assert routed - {"/api/", "/api/docs", "/api/openapi.json"} == set(schema["paths"])


def test_description_is_sound_openapi(schema):
    assert re.fullmatch(r"3\.1\.\d", schema["openapi"])
    assert {"title", "version"} <= set(schema["info"])
    identities = [what["operationId"] for what in operations(schema).values()]
    assert len(identities) == len(set(identities)) == len([verb for verbs in ROUTES.values() for verb in verbs])
    for (path, verb), what in operations(schema).items():
        assert what["summary"] and what["responses"], (path, verb)
        assert all(
            re.fullmatch(r"[1-5]\d\d", str(code)) and answer["description"]
            for code, answer in what["responses"].items()
        )
        placed = {one["name"] for one in what.get("parameters", []) if one["in"] == "path" and one["required"]}
        assert placed == set(re.findall(r"{(\w+)}", path)), path
        assert all({"name", "in", "schema"} <= set(one) for one in what.get("parameters", []))
        assert "requestBody" not in what or what["requestBody"]["content"], path


def test_every_reference_leads_somewhere(schema):
    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}
    assert set(references(schema)) - known == set()


def test_bodies_refuse_what_they_do_not_name(schema):
    bodies = [
        name
        for name in schema["components"]["schemas"]
        if name in {"Designation", "Assignment", "Reviewed", "Release", "Wish"}
    ]
    assert len(bodies) == 5
    assert {schema["components"]["schemas"][name].get("additionalProperties") for name in bodies} == {False}


def test_documentation_is_served_from_here(client):
    client.force_login(alice())
    answer = client.get("/api/docs")
    page = answer.content.decode()
    sources = re.findall(r"<(?:script|link|img)[^>]*?(?:src|href)=\"([^\"]+)\"", page)
    assert answer.status_code == 200 and len(sources) >= 3
    assert [source for source in sources if not source.startswith("/static/")] == []
    assert [source for source in sources if finders.find(source.removeprefix("/static/")) is None] == []


def test_documentation_holds_under_the_strict_policy(client):
    client.force_login(alice())
    answer = client.get("/api/docs")
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    inline = re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"))[^>]*>", answer.content.decode())
    assert inline == []


@pytest.mark.parametrize("path", ["/api/docs", "/api/openapi.json"])
def test_strangers_do_not_read_the_description(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
