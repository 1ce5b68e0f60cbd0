"""Hostile requests at every address of the pages and the API: whatever comes, the answer is never a fault of ours."""

from __future__ import annotations

import os
import re
from urllib.parse import quote_from_bytes

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests import cast

pytestmark = pytest.mark.django_db

HUGE = "9" * 400
SECRET = "s" * 32
SOAK = bool(os.environ.get("VITALFEW_SOAK"))
MOST = 250  # requests of one kind, about; in the long form all
PATH_WORDS = (
    "0",
    "9" * 25,
    HUGE,
    "9" * 5000,
    "-1",
    "1%00",
    "%00",
    "%ED%A0%80",
    "%FF",
    "%EF%BC%91",
    "..%2F..%2Fetc%2Fpasswd",
    "%252e",
    "a" * 9000,
    "%E2%80%AE",
    "%F0%9F%92%A3",
)
QUERY_WORDS = (
    "%00", "x%00y", "%ED%A0%80", "%FF%FE", "%", "%zz", "%u0041", HUGE, "-1", "1e999", "NaN", "0x10", "%EF%BC%91", "%C2%B2", "..%2F..", "'%20OR%201=1--",
    "%25%25%25", "%5B%5D", "http://[", "%0D%0ASet-Cookie:a=b", "a" * 7000, "W10", "WzEsMl0", "WyJhIiwxLDFd", "WzFlOTk5LDEsMV0", "%7B%7B7*7%7D%7D",
)  # fmt: skip
QUERY_NAMES = (
    "q", "show", "manager", "country", "sort", "by", "months", "basis", "level", "after", "part", "seen", "watching", "next", "limit", "search",
    "at", "role", "account", "kind", "page", "as_of", "number", "[", "%00",
)  # fmt: skip
FORM_WORDS = (
    "",
    "\x00",
    "a\x00b",
    HUGE,
    "-1",
    "²",
    "１",
    "1" * 5000,
    "x" * 4000,
    "\ud800",
    "\ufffe",
    "NaN",
    "../..",
    "{{7*7}}",
    "=cmd|' /C calc'!A0",
)
FORM_NAMES = (
    "reason", "manager", "deputy", "role", "outcome", "version", "account", "email", "name", "active", "link", "once", "team", "person", "note",
    "hours", "password", "code", "words", "source", "since", "contact", "kind", "on", "outcome", "stage", "step", "play", "text", "login", "dates", "decimal", "currency", "invoices", "column", "map", "until", "opinions", "margin", "id", "revoke", "scopes", "days",
)  # fmt: skip
HEADERS = (
    {"HX-Request": "true", "HX-Current-URL": "http://["}, {"HX-Request": "true", "HX-Current-URL": "http://x/?months=%00&basis=\x00"},
    {"HX-Request": "true", "HX-Current-URL": "%zz", "HX-Current-URL-URI-AutoEncoded": "true"}, {"HX-Target": "\x00"}, {"Referer": "http://["},
    {"Referer": "http://testserver:99999999/"}, {"Referer": "\x00"}, {"Cookie": "sessionid=\x00; csrftoken=%00; onward=::::; messages=garbage"},
    {"Cookie": "=;;;=;" * 200}, {"Cookie": "sessionid=" + "x" * 5000}, {"Cookie": "a=" + "b" * 40_000}, {"Cookie": "django_language=../../x; messages=[[\"__json_message\""},
    {"Accept-Language": "x" * 600 + ",;q=9e999"}, {"Content-Type": "text/html; charset=hex"}, {"Content-Type": "text/html; charset=utf-7"},
    {"Content-Type": "application/x-www-form-urlencoded; charset=rot13"}, {"Content-Type": "multipart/form-data"}, {"Content-Type": ";;;"},
    {"Content-Type": "multipart/form-data; boundary=\x00"}, {"Content-Length": "-1"}, {"Content-Length": "x"}, {"Content-Length": "99999999999999"},
    {"Host": "a b"}, {"Host": "[::1"}, {"Host": "evil.example"}, {"Host": "testserver:0x1"}, {"If-None-Match": "\"" * 500}, {"If-Modified-Since": "99 Foo 99999 99:99:99 GMT"},
    {"Range": "bytes=9-1,,"}, {"X-Forwarded-Proto": "\x00"}, {"Authorization": "Bearer \x00"}, {"Authorization": "Bearer " + "x" * 7000}, {"Authorization": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
    {"Idempotency-Key": "\x00"}, {"If-Match": "W/\"\", x"}, {f"X-{n}": "y" for n in range(300)}, {"X-Big": "y" * 60_000},
)  # fmt: skip
METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "HEAD", "get", "X" * 300)
GOOD = {"int": "1", "str": "csv", "slug": "rank", "path": "C00001", "uuid": "00000000-0000-0000-0000-000000000000"}
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


def addresses(resolver=None, before=""):
    for found in (resolver or get_resolver()).url_patterns:
        place = before + str(found.pattern).lstrip("^").removesuffix("\\Z").removesuffix("$")
        if isinstance(found, URLResolver):
            yield from addresses(found, place)
        elif "(?" not in place:
            yield place


def filled(address: str, word: str | None = None, at: int = 0) -> str:
    """The address with good values, and `word` in the place `at`."""
    count = iter(range(99))
    return "/" + _PART.sub(
        lambda found: word if word is not None and next(count) == at else GOOD[found[1] or "str"], address
    )


@pytest.fixture
def visitor(settings, home):
    """Alice, on a small portfolio; what raises answers 500, as it does to the world."""
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    cast.portfolio()
    cast.key(1, manager=cast.ben())
    return signed_in()


def signed_in():
    """A browser with its CSRF token, so that its forms are looked into as a browser's are."""
    visitor = Client(raise_request_exception=False, enforce_csrf_checks=True, headers={"X-CSRFToken": SECRET})
    visitor.force_login(cast.alice())
    visitor.cookies["csrftoken"] = SECRET
    return visitor


def hold(visitor, cases, made=lambda *case: case):
    """Send a bounded part of the cases, evenly chosen; with VITALFEW_SOAK all. None may be answered with a fault of ours."""
    cases = list(cases)
    step = 1 if SOAK else max(1, len(cases) // MOST) | 1  # odd, so that no word or address is left out for good
    chosen = [made(*case) for case in cases[::step]]
    tried = [(case, visitor.generic(case[0], case[1], **case[2]).status_code) for case in chosen]
    faults = [
        f"{case[0]} {case[1][:120]!a} {str(case[2])[:200]!a}: {status}" for case, status in tried if status >= 500
    ]
    print(f"{len(tried)} of {len(cases)} requests, {len(faults)} faults")
    assert len(tried) > 100
    assert faults == []


ADDRESSES = sorted(set(addresses()))
PLACES = [filled(address) for address in ADDRESSES if "signout" not in address and "sessions" not in address]


def test_no_word_in_a_path_is_a_fault(visitor):
    asked = ((address, at) for address in ADDRESSES for at in range(len(_PART.findall(address))))
    places = [(address, at, word) for address, at in asked for word in PATH_WORDS]
    hold(
        visitor, [(method, filled(address, word, at), {}) for address, at, word in places for method in ("GET", "POST")]
    )


def test_no_word_in_a_query_is_a_fault(visitor):
    parts = {"headers": {"HX-Request": "true"}}
    cases = [
        f"{place}?{'&'.join(f'{name}={word}' for name in QUERY_NAMES[:-2])}" for place in PLACES for word in QUERY_WORDS
    ]
    hold(visitor, [("GET", address, more) for address in cases for more in ({}, parts)])


def test_no_single_word_in_the_query_of_a_list_is_a_fault(visitor):
    lists = (
        "/",
        "/portfolio/export.csv",
        "/api/accounts",
        "/api/concentration",
        "/import/",
        "/signin/",
        "/audit/",
        "/capacity/",
    )
    hold(
        visitor,
        [("GET", f"{place}?{name}={word}", {}) for place in lists for name in QUERY_NAMES for word in QUERY_WORDS],
    )


def test_no_field_of_a_form_is_a_fault(visitor):
    cases = [(made, place, word) for place in PLACES for word in FORM_WORDS for made in (form, multipart)]
    hold(visitor, cases, lambda made, place, word: made(place, dict.fromkeys(FORM_NAMES, word)))


def test_no_single_field_of_a_form_is_a_fault(visitor):
    usual = {
        "reason": "x",
        "outcome": "keep",
        "role": "manager",
        "manager": "ben@example.org",
        "account": "2",
        "name": "Cy",
        "email": "cy@example.org",
        "version": "1",
    }
    names = (*usual, "deputy", "active", "link", "hours", "note", "giver", "until", "team", "to", "next", "at")
    words = ("\x00", HUGE, "²", "１", "-1", "\ud800", "x" * 5000)
    hold(
        visitor,
        [
            form(place, usual | {name: word})
            for place in PLACES
            if not place.startswith("/api/")
            for name in names
            for word in words
        ],
    )


def form(address, fields):
    text = "&".join(f"{name}={quoted(word)}" for name, word in fields.items())
    return "POST", address, {"data": text.encode(), "content_type": "application/x-www-form-urlencoded"}


def quoted(word):
    return quote_from_bytes(word.encode("utf-8", "surrogatepass"))


def multipart(address, fields):
    parts = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        % (name.encode(), word.encode("utf-8", "surrogatepass"))
        for name, word in fields.items()
    )
    parts += b'--b\r\nContent-Disposition: form-data; name="files"; filename="a\x00../b.csv"\r\n\r\nx\x00\r\n--b--\r\n'
    return "POST", address, {"data": parts, "content_type": "multipart/form-data; boundary=b"}


BODIES = (
    (b"", "multipart/form-data; boundary=b"), (b"--b", "multipart/form-data; boundary=b"), (b"--b\r\n\r\n\r\n--b--", "multipart/form-data; boundary=b"),
    (b"--b\r\nContent-Disposition: form-data; name=\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b"), (b"x", "multipart/form-data"),
    (b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=hex''x\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    (b"--b\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    (b"--b\r\nContent-Disposition: form-data; name=\"reason\"\r\nContent-Type: text/plain; charset=hex\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    (b"x=1", "multipart/form-data; boundary=" + "b" * 300), (b"&".join(b"a%d=1" % n for n in range(6000)), "application/x-www-form-urlencoded"),
    (b"x=" + b"y" * 3_000_000, "application/x-www-form-urlencoded"), (b"\xff\xfe", "text/plain"), (b"<x/>", "application/xml"), (b"{", "application/json"),
    (b"[" * 100_000, "application/json"), (b'{"a":' * 50 + b"1" + b"}" * 50, "application/json"), (b'{"reason": 1e999}', "application/json"),
    (b'{"reason": NaN}', "application/json"), (b'{"reason": "\\ud800"}', "application/json"), (b'{"account": "\\u0000", "reason": "x"}', "application/json"),
    (b'{"account": "C1", "account": "C2", "reason": "x"}', "application/json"), (b'{"account": 1' + b"0" * 5000 + b"}", "application/json"),
    (b'{"version": 1' + b"0" * 400 + b', "account": "C00001", "reason": "x"}', "application/json"), (b'{"as_of": 1' + b"0" * 400 + b"}", "application/json"),
    (b'{"as_of": 1e300}', "application/json"), (b'{"as_of": "9999-12-31"}', "application/json"), (b'{"as_of": "0001-01-01"}', "application/json"),
    (b'"' + b"x" * 2_000_000 + b'"', "application/json"), (b"\xff\xfe{\x00}\x00", "application/json"), (b"\xef\xbb\xbf{}", "application/json"),
    (b"null", "application/json"), (b"[]", "application/json"), (b"0", "application/json"), (b'{"\\u0000": 1}', "application/json"), (b"{}", "application/json; charset=hex"),
)  # fmt: skip


def test_no_body_is_a_fault(visitor):
    hold(visitor, [("POST", place, {"data": body, "content_type": kind}) for place in PLACES for body, kind in BODIES])


def test_no_header_is_a_fault(visitor):
    hold(
        visitor,
        [
            (method, place, {"headers": headers})
            for place in PLACES
            for headers in HEADERS
            for method in ("GET", "POST")
        ],
    )


def test_no_method_is_a_fault(visitor):
    hold(visitor, [(method, place, {}) for place in PLACES for method in METHODS])
