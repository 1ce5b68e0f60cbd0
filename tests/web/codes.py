"""Codes of a second factor as an app on a phone makes them (RFC 6238), and the steps of signing in by page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from vitalfew.trust.models import Person

PASSWORD = "correct horse battery staple"
OTHER = "a quite different sentence"


def code(secret: str, at: float, *, steps: int = 0) -> str:
    """The six digits of `secret` at a moment, or so many periods of 30 seconds later."""
    counter = struct.pack(">Q", int(at) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret.replace(" ", "")), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def with_password(person: Person, password: str = PASSWORD) -> Person:
    """Give a person a password without asking."""
    person.password = make_password(password)
    person.save(update_fields=["password"])
    return person


def sign_in(client: Client, person: Person, password: str = PASSWORD, **more: str):
    """Fill in the sign-in page."""
    words = {"login": person.email, "password": password}
    return client.post(reverse("signin"), words | {name: more.pop(name) for name in ("next",) if name in more}, **more)


def is_in(client: Client) -> bool:
    """True when a page that needs a sign-in answers."""
    return client.get(reverse("me")).status_code == 200


def words(response) -> str:
    """What a page says."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def switch_on(client: Client, password: str = PASSWORD, *, at: float) -> str:
    """Switch the second factor on by its pages; the secret that the page showed."""
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    if page.request["PATH_INFO"] == reverse("account_reauthenticate"):
        page = client.post(
            page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"password": password}, follow=True
        )
    secret = re.search(r'me-secret">([A-Z2-7 ]+)<', page.content.decode())[1]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret, at)})
    assert answer.status_code == 302, words(answer)
    return secret
