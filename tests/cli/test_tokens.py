"""`vitalfew tokens`: list, make, revoke; the secret stands alone on standard output."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.cast import alice, ben
from vitalfew.ground import clock
from vitalfew.trust import tokens
from vitalfew.trust.models import ApiToken, AuditEntry


@pytest.fixture
def people(db):
    return alice(), ben()


def made(vitalfew, *words):
    return vitalfew("tokens", "make", "ben@example.org", "Sheet", "--scope", "read", *words)


def test_the_secret_alone_is_on_standard_output(vitalfew, people):
    said = made(vitalfew, "--scope", "review", "--days", "30")
    assert said.code == 0 and re.fullmatch(r"vf_[\w-]{43}\n", said.out)
    row = ApiToken.objects.get()
    assert said.err.startswith(f"Token {row.pk} acts for Ben Manager until ") and said.err.count("read, review") == 1
    assert said.out.strip() not in said.err
    assert (row.scopes, row.expires_at - row.made_at) == (["read", "review"], timedelta(days=30))
    assert tokens.whose_token(secret=said.out.strip(), at=clock.now()).person == ben()
    assert AuditEntry.objects.get().actor_name == "operator"


def test_a_name_may_have_several_words(vitalfew, people):
    assert vitalfew("tokens", "make", "ben@example.org", "Night", "export", "--scope", "read").code == 0
    row = ApiToken.objects.get()
    assert (row.name, row.expires_at - row.made_at) == ("Night export", timedelta(days=90))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--days", "0"), 1), (("--days", "367"), 1), (("--days", "-4"), 1), (("--days", "9" * 40), 1), (("--days", "soon"), 2),
        (("--scope", "reed"), 2), (("--scope", "people"), 1), (("--as", "alice@example.org"), 1),
    ],
)  # fmt: skip
def test_what_is_refused_prints_no_secret(vitalfew, people, words, code):
    said = made(vitalfew, *words)
    assert (said.code, said.out, ApiToken.objects.count()) == (code, "", 0)
    assert len(said.err) > 20


def test_a_scope_has_to_be_said(vitalfew, people):
    assert vitalfew("tokens", "make", "ben@example.org", "Sheet").code == 2
    assert vitalfew("tokens", "make", "nobody@example.org", "Sheet", "--scope", "read").code == 1


def test_the_list_tells_everything_but_the_secret(vitalfew, people):
    assert vitalfew("tokens").out.startswith("No token yet.")
    secret = made(vitalfew).out.strip()
    out = vitalfew("tokens").out
    assert secret not in out and f"{secret[:8]}…" in out and "never" in out and "Ben Manager" in out
    (told,) = vitalfew("tokens", "--json").json
    assert set(told) == {
        "number", "owner", "email", "name", "hint", "scopes", "made_at", "expires_at", "last_used_on", "revoked_at", "state"
    }  # fmt: skip
    assert (told["email"], told["scopes"], told["state"]) == ("ben@example.org", ["read"], "living")


def test_tokens_are_revoked_by_number(vitalfew, people):
    secret = made(vitalfew).out.strip()
    number = ApiToken.objects.get().pk
    said = vitalfew("tokens", "revoke", number)
    assert (said.code, said.out) == (0, f"Token {number}, “Sheet” of Ben Manager, has ended.\n")
    assert tokens.whose_token(secret=secret, at=clock.now()) is None
    assert vitalfew("tokens", "--json").json == []
    (told,) = vitalfew("tokens", "--of", "ben@example.org", "--json").json
    assert told["state"] == "revoked"
    for again in (number, 987, 10**30, -1):
        said = vitalfew("tokens", "revoke", again)
        assert said.code in (1, 2) and said.out == ""


def test_a_person_sees_and_ends_their_own_only(vitalfew, people):
    vitalfew("tokens", "make", "alice@example.org", "Hers", "--scope", "read")
    made(vitalfew)
    hers, his = ApiToken.objects.order_by("pk").values_list("pk", flat=True)
    assert [row["name"] for row in vitalfew("tokens", "--json", "--as", "ben@example.org").json] == ["Sheet"]
    assert len(vitalfew("tokens", "--json", "--as", "alice@example.org").json) == 2
    denied = vitalfew("tokens", "--of", "alice@example.org", "--as", "ben@example.org")
    assert (denied.code, denied.out) == (1, "") and "“people”" in denied.err
    assert vitalfew("tokens", "revoke", hers, "--as", "ben@example.org").code == 1
    assert vitalfew("tokens", "revoke", his, "--as", "alice@example.org").code == 0
    assert ApiToken.objects.get(pk=hers).revoked_at is None
