"""What the API refuses before it does anything, with which status: always a problem document, never a fault of ours."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from tests.cast import alice, portfolio
from vitalfew.selection.models import KeyAccount

pytestmark = pytest.mark.django_db
JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
FIT = b'{"account": "C00001", "reason": "x"}'
SECRET = "s" * 32


@pytest.fixture
def send():
    """send(body, kind, "/designations") as Alice's browser, with its CSRF token."""
    portfolio()
    browser = Client(enforce_csrf_checks=True, headers={"X-CSRFToken": SECRET})
    browser.force_login(alice())
    browser.cookies["csrftoken"] = SECRET

    def post(body=FIT, kind=JSON, path="/designations", method="POST", **more):
        return browser.generic(method, f"/api{path}", body, content_type=kind, **more)

    return post


def told(answer):
    assert answer["Content-Type"] == "application/problem+json", answer.content[:200]
    said = answer.json()
    assert (said["status"], said["detail"].startswith(said["title"])) == (answer.status_code, True)
    assert answer["Cache-Control"] == "no-store" and answer["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    return answer.status_code


def nested(depth):
    return b'{"account":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"", 422), (b"\xff\xfe{\x00}\x00", 400), (b"\xef\xbb\xbf" + FIT, 400), (b"nul", 400), (b"{'a': 1}", 400), (FIT + b"x", 400),
        (b'{"account": "C00001", "reason": NaN}', 400), (b'{"account": "C00001", "reason": -Infinity}', 400),
        (b'{"account": "C00001", "account": "C00002", "reason": "x"}', 400), (b'{"account": "C00001", "reason": "a\\u0000b"}', 400),
        (b'{"account": "C00001", "reason": "a\x00b"}', 400), (b'{"account": "C00001", "reason": "\\ud83d"}', 400), (b'{"a\\u0000": 1}', 400),
        (b'{"account": "C00001", "reason": "\xed\xa0\x80"}', 400), (nested(33), 400), (b"[" * 500_000, 400), (b'{"a":' * 200_000, 400),
        (b"[" * 33 + b"]" * 33, 400), (b"[" * 32 + b"]" * 32, 422), (b'{"account": "' + b"[" * 100 + b'", "reason": "x"}', 404),
        (b"null", 422), (b"[]", 422), (b'"x"', 422), (b"1", 422), (b'{"account": 1, "reason": "x"}', 422), (b'{"account": "C00001", "reason": 1e999}', 422),
        (b'{"account": "C00001", "reason": 1' + b"0" * 400 + b"}", 422), (b'{"account": "C00001", "reason": 1' + b"0" * 5000 + b"}", 400),
        (b'{"account": "C00001", "reason": "x", "boss": 1}', 400), (b'{"account": "C00001", "reason": ["x"]}', 422),
        (b'{"account": "C00001", "reason": "' + b"x" * 1_100_000 + b'"}', 413), (b'{"account": "' + b"x" * 121 + b'", "reason": "x"}', 422),
    ],
)  # fmt: skip
def test_a_body_is_refused_by_what_is_wrong_with_it(send, body, status):
    began = time.process_time()
    assert told(send(body)) == status
    assert time.process_time() - began < 2  # of the processor, as the issue bounds it
    assert KeyAccount.objects.count() == 0


def test_nesting_as_deep_as_allowed_is_read(send):
    deep = b'{"account": "C00001", "reason": ' + b"[" * 31 + b"]" * 31 + b"}"
    assert [told(send(deep)), told(send(deep.replace(b"[]", b"[[]]")))] == [422, 400]


@pytest.mark.parametrize(
    "kind", ["text/plain", FORM, PARTS, "", "application/xml", "application/jsonx", "text/json", ";"]
)
def test_json_must_say_that_it_is_json(send, kind):
    body = b'--b\r\nContent-Disposition: form-data; name="account"\r\n\r\nC00001\r\n--b--\r\n' if kind == PARTS else FIT
    assert told(send(body, kind)) == 415


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/imports", FIT, JSON, 415), ("/imports", b"x=1", FORM, 415), ("/imports", b"--b", PARTS, 422), ("/imports", b"x", "multipart/form-data", 400),
        ("/imports", b"--b--\r\n", PARTS, 422), ("/imports", b'--b\r\nContent-Disposition: form-data; name="dryrun"\r\n\r\ntrue\r\n--b--\r\n', PARTS, 422),
        ("/batches/1/undo", b"x", "text/plain", 415), ("/batches/1/undo", b"x=1", FORM, 400), ("/batches/1/undo", b"[1]", JSON, 400),
        ("/batches/1/undo", b"", JSON, 404), ("/batches/1/undo", b"{}", JSON, 404), ("/refreshes", b'{"as_of": 1e300}', JSON, 422),
        ("/refreshes", b'{"as_of": "2026-02-30"}', JSON, 422), ("/refreshes", b'{"as_of": 1' + b"0" * 400 + b"}", JSON, 422),
        ("/batches/" + "9" * 400 + "/undo", b"{}", JSON, 404), ("/designations", FIT, "application/json; charset=utf-16", 415),
    ],
)  # fmt: skip
def test_each_address_takes_its_own_kind(send, path, body, kind, status):
    assert told(send(body, kind, path)) == status


def part(name, body, file=""):
    named = f'; filename="{file}"' if file else ""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + body + b"\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        part("file", b"x", "a.csv") + part("map", b"\x00"), part("file", b"x", "a.csv") + part("map", b"\xed\xa0\x80"),
        part("file", b"x", "a.csv") + part("dryrun", b"true"), part("file", b"x", "a.csv") + part("file2", b"x", "b.csv"),
        part("file", b"x", "a.csv") + part("dates", b"dmy") + part("dates", b"mdy"), part("file", b"x", "a.csv") * 2,
    ],
)  # fmt: skip
def test_a_form_is_read_as_strictly(send, parts):
    assert told(send(parts + b"--b--\r\n", PARTS, "/imports")) == 400


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=1000000", 422), ("limit=-1", 422), ("limit=" + "9" * 400, 422), ("limit=NaN", 422), ("limit=1e3", 422), ("limit=", 422), ("limit=2&limit=3", 400),
        ("search=%00", 400), ("search=%ED%A0%80", 400), ("search=%FF", 400), ("search=100%", 400), ("search=%zz", 400), ("serach=x", 400), ("%00=x", 400),
        ("search=" + "x" * 401, 422), ("search=" + "x" * 9000, 414), ("search=%25", 200), ("search=%F0%9F%92%A3", 200), ("search=M%C3%BCller+%26+Co", 200),
    ],
)  # fmt: skip
def test_a_query_is_read_as_strictly(send, query, status):
    answer = send(b"", "", f"/accounts?{query}", "GET")
    assert (answer.status_code if status == 200 else told(answer)) == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Note": "a\x00b"}, 400), ({"X-Note": "\xed\xa0\x80"}, 400), ({"X-Note": "y" * 40_000}, 431), ({f"X-{n}": "y" for n in range(201)}, 431),
        ({"Cookie": "a=" + "b" * 40_000}, 431), ({"Transfer-Encoding": "chunked"}, 411), ({"Host": "evil.example"}, 400), ({"Host": "a b"}, 400),
        ({"If-None-Match": '"' * 300}, 200),
    ],
)  # fmt: skip
def test_headers_have_bounds(send, headers, status):
    answer = send(b"", "", "/accounts", "GET", headers=headers)
    assert (answer.status_code if status == 200 else told(answer)) == status


def test_a_body_without_a_length_is_refused(send):
    assert told(send(b"", JSON, headers={"Transfer-Encoding": "chunked"})) == 411
    assert told(send(FIT, JSON, headers={"Content-Length": "-1"})) == 400


@pytest.mark.parametrize(
    ("path", "allowed"), [("/accounts", {"GET"}), ("/designations", {"POST"}), ("/batches/1/undo", {"POST"})]
)
def test_another_method_is_told_which_ones_there_are(send, path, allowed):
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} - allowed:
        answer = send(b"", "", path, method)
        assert told(answer) == 405
        assert set(answer["Allow"].split(", ")) == allowed


def test_an_address_that_does_not_exist_is_a_problem_too(send):
    assert told(send(b"", "", "/nothing", "GET")) == 404
    assert told(send(b"", "", "/", "GET")) == 404
