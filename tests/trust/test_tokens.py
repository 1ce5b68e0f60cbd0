"""API tokens: shown once, scoped, ending; never more than their person may do at the moment of use."""

from __future__ import annotations

import hashlib
import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, alice, as_alice, ben, person
from vitalfew.ground.errors import Missing
from vitalfew.trust import access, audit, people, tokens
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.models import ApiToken, AuditEntry
from vitalfew.trust.rights import RIGHTS, Right, Role
from vitalfew.trust.tokens import TokenRefused

pytestmark = pytest.mark.django_db


def made(owner=None, *, name="Sheet", scopes=("read",), at=MORNING, **more):
    owner = owner or ben()
    return tokens.make_token(person=owner, name=name, scopes=scopes, by=person_actor(owner, door="web"), at=at, **more)


def whose(secret, at=MORNING):
    return tokens.whose_token(secret=secret, at=at)


def everything_stored() -> str:
    """Every value of every table as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows.append(repr(cursor.fetchall()))
    assert "trust_apitoken" in tables and "trust_auditentry" in tables
    return "\n".join(rows)


def test_a_secret_is_told_once_and_kept_nowhere(home):
    row, secret = made()
    whose(secret)
    assert (len(secret), secret[:3], row.hint) == (46, "vf_", secret[:8])
    stored = everything_stored() + "".join(path.read_text("latin-1") for path in home.rglob("*") if path.is_file())
    assert secret not in stored and secret[3:] not in stored and secret[8:20] not in stored
    assert hashlib.sha256(secret.encode()).hexdigest() in stored
    assert secret not in repr(row) + repr(whose(secret))


def test_two_tokens_never_share_a_digest():
    one, other = made()[1], made(name="Other")[1]
    assert one != other
    rows = ApiToken.objects.order_by("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.filter(pk=rows[0].pk).update(digest=rows[1].digest)


def test_making_and_revoking_stand_in_the_trail():
    row, _ = made(scopes=["review", "read", "read"])
    tokens.revoke_token(token=row.number, by=person_actor(ben(), door="web"), at=MORNING)
    told = {
        "token": row.number, "name": "Sheet", "hint": row.hint, "scopes": ["read", "review"],
        "until": (MORNING + timedelta(days=90)).isoformat(),
    }  # fmt: skip
    found = AuditEntry.objects.order_by("number").values_list("verb", "target", "before", "after")
    target = f"person:{ben().pk}"
    assert list(found) == [("trust.make_token", target, {}, told), ("trust.revoke_token", target, told, {})]


def test_a_token_ends_at_its_second():
    _, secret = made(lifetime=timedelta(days=1))
    end = MORNING + timedelta(days=1)
    assert whose(secret, end - timedelta(seconds=1)).person == ben()
    assert (whose(secret, end), whose(secret, end + timedelta(seconds=1))) == (None, None)


@pytest.mark.parametrize("days", [0, -1, 367, 10_000])
def test_a_lifetime_out_of_bounds_is_refused(days):
    with pytest.raises(TokenRefused, match="from 1 to 366 days"):
        made(lifetime=timedelta(days=days))
    assert ApiToken.objects.count() == AuditEntry.objects.count() == 0


def test_a_year_and_a_day_is_the_longest():
    assert made(lifetime=timedelta(days=366))[0].expires_at == MORNING + timedelta(days=366)


def test_a_revoked_token_is_dead_at_once_and_cannot_be_revoked_again():
    row, secret = made()
    tokens.revoke_token(token=row.number, by=person_actor(ben(), door="web"), at=MORNING)
    assert whose(secret) is None
    with pytest.raises(Missing):
        tokens.revoke_token(token=row.number, by=person_actor(ben(), door="web"), at=MORNING)


def test_an_expired_token_is_not_there_to_be_revoked():
    row, _ = made(lifetime=timedelta(days=1))
    with pytest.raises(Missing):
        tokens.revoke_token(token=row.number, by=as_alice(), at=MORNING + timedelta(days=1))


def test_others_tokens_are_revoked_by_who_manages_people_alone():
    row, secret = made(ben())
    for role in (Role.VIEWER, Role.CONTRIBUTOR, Role.MANAGER, Role.HEAD):
        with pytest.raises(Missing):
            tokens.revoke_token(token=row.number, by=person_actor(person(role), door="web"), at=MORNING)
    assert whose(secret) is not None
    assert tokens.revoke_token(token=row.number, by=as_alice(), at=MORNING).email == ben().email
    assert whose(secret) is None


def test_a_person_switched_off_has_dead_tokens_until_switched_on():
    row, secret = made(ben())
    before = ApiToken.objects.values().get(pk=row.number)
    people.set_active(email=ben().email, active=False, by=as_alice(), at=MORNING)
    assert whose(secret) is None
    assert ApiToken.objects.values().get(pk=row.number) == before
    people.set_active(email=ben().email, active=True, by=as_alice(), at=MORNING)
    assert whose(secret).person == ben()


def test_rights_are_those_of_person_and_token_at_each_use():
    head = person(Role.HEAD)
    _, secret = made(head, scopes=["read", "select", "margin"])

    def rights():
        return whose(secret).actor().rights

    assert rights() == {Right.READ, Right.SELECT, Right.MARGIN}
    people.change_person(email=head.email, wanted=people.Wanted(role="viewer"), by=as_alice(), at=MORNING)
    assert rights() == {Right.READ}
    people.change_person(email=head.email, wanted=people.Wanted(role="administrator"), by=as_alice(), at=MORNING)
    assert rights() == {Right.READ, Right.SELECT, Right.MARGIN}


@pytest.mark.parametrize("role", list(Role))
def test_scopes_are_what_the_person_may_do_now(role):
    somebody = person(role)
    may = access.rights_of(somebody)
    for right in Right:
        if right in may:
            assert made(somebody, name=right, scopes=[right])[0].scopes == (right,)
        else:
            with pytest.raises(TokenRefused, match=f"no right “{right}”"):
                made(somebody, name=right, scopes=["read", right])
    assert ApiToken.objects.count() == len(may) >= len(RIGHTS[role])


def test_a_token_cannot_make_a_wider_one():
    _, secret = made(person(Role.HEAD), scopes=["self", "read"])
    by = whose(secret).actor()
    with pytest.raises(TokenRefused, match="no right “select”"):
        tokens.make_token(person=by.person, name="Wider", scopes=["select"], by=by, at=MORNING)
    narrow = whose(made(person(Role.HEAD), name="Reads", scopes=["read"])[1]).actor()
    with pytest.raises(access.Denied):
        tokens.make_token(person=by.person, name="Same", scopes=["read"], by=narrow, at=MORNING)
    assert ApiToken.objects.count() == 2


def test_a_token_shows_margins_and_opinions_only_where_its_scopes_say():
    head = person(Role.HEAD)
    assert head.sees_margin and head.sees_opinions
    for scopes in (["read"], ["read", "margin"], ["read", "opinions"]):
        seen = whose(made(head, name=str(scopes), scopes=scopes)[1]).person
        assert (access.sees_margin(seen), seen.sees_opinions) == ("margin" in scopes, "opinions" in scopes)
    head.refresh_from_db()
    assert head.sees_margin and head.sees_opinions


def test_nobody_makes_a_token_for_another_but_the_operator():
    with pytest.raises(access.Denied, match="cannot make a token for Ben Manager"):
        tokens.make_token(person=ben(), name="Spy", scopes=["read"], by=as_alice(), at=MORNING)
    row, secret = tokens.make_token(person=ben(), name="ERP", scopes=["read"], by=operator(), at=MORNING)
    assert (row.owner, whose(secret).person) == ("Ben Manager", ben())
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x00b", "a\x1b[2Jb", "a\ud800b"])
def test_a_name_that_cannot_be_shown_is_refused(name):
    with pytest.raises(TokenRefused):
        made(name=name)


def test_a_name_is_free_again_when_its_token_has_ended():
    row, _ = made(name="ERP  export")
    with pytest.raises(TokenRefused, match="has a token “erp export” that works"):
        made(name="erp export")
    assert made(alice(), name="ERP export")[0].name == "ERP export"
    tokens.revoke_token(token=row.number, by=operator(), at=MORNING)
    assert made(name="ERP export")[0].name == "ERP export"


@pytest.mark.parametrize("scopes", [[], ["reed"], ["read", ""], ["READ"], ["read\x00"]])
def test_scopes_that_say_nothing_known_are_refused(scopes):
    with pytest.raises(TokenRefused):
        made(scopes=scopes)


def test_at_most_twenty_live():
    rows = [made(name=f"T{n}", lifetime=timedelta(days=1 + n))[0] for n in range(20)]
    with pytest.raises(TokenRefused, match="20 tokens that work"):
        made(name="One more")
    made(alice(), name="Hers")
    made(name="After the first has expired", at=rows[0].expires_at)


def test_nobody_switched_off_gets_a_token():
    people.set_active(email=ben().email, active=False, by=as_alice(), at=MORNING)
    with pytest.raises(TokenRefused, match="switched off"):
        tokens.make_token(person=ben(), name="ERP", scopes=["read"], by=operator(), at=MORNING)


def test_the_day_of_use_is_written_once_a_day():
    _, secret = made()
    writes = []
    for hours in (0, 1, 2, 24, 25):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            whose(secret, MORNING + timedelta(hours=hours))
        writes.append([query["sql"].split()[0] for query in asked])
    assert writes == [["SELECT", "UPDATE"], ["SELECT"], ["SELECT"], ["SELECT", "UPDATE"], ["SELECT"]]
    assert ApiToken.objects.get().last_used_on == date(2026, 7, 2)


@pytest.mark.parametrize(
    "secret", ["", "vf_", "x" * 100_000, "\x00", "ü€😀", "\ud800", "vf_" + "A" * 43, "' OR 1=1 --"]
)
def test_the_same_work_for_every_unknown_secret(secret):
    made()
    with CaptureQueriesContext(connection) as asked:
        assert whose(secret) is None
    assert len(asked) == 1


def test_every_sign_of_a_secret_counts():
    _, secret = made()
    wrong = [secret[:n] + ("A" if secret[n] != "A" else "B") + secret[n + 1 :] for n in range(len(secret))]
    assert [whose(one) for one in [*wrong, secret + "A", secret[:-1], secret.upper(), f" {secret}"]] == [None] * 50
    assert whose(secret) is not None


def test_a_right_that_a_later_version_dropped_is_passed_over():
    row, secret = made()
    ApiToken.objects.filter(pk=row.number).update(scopes=["read", "fly"])
    assert whose(secret).scopes == {Right.READ}


def test_a_list_names_the_living_first_and_is_ones_own():
    old, _ = made(name="Old")
    new, _ = made(name="New", at=MORNING + timedelta(hours=1))
    made(alice(), name="Hers")
    tokens.revoke_token(token=new.number, by=operator(), at=MORNING + timedelta(hours=2))
    later = MORNING + timedelta(hours=3)
    mine = tokens.tokens_of(person=ben(), by=person_actor(ben(), door="web"), at=later)
    assert [(row.name, row.state(later)) for row in mine] == [("Old", "living"), ("New", "revoked")]
    assert old.state(old.expires_at) == "expired"
    with pytest.raises(access.Denied):
        tokens.tokens_of(person=alice(), by=person_actor(ben(), door="web"), at=later)
    with pytest.raises(access.Denied):
        tokens.living_tokens(by=person_actor(ben(), door="web"), at=later)
    assert [row.name for row in tokens.living_tokens(by=as_alice(), at=later)] == ["Hers", "Old"]


def test_what_a_token_does_is_told_by_its_number():
    row, secret = made(person(Role.HEAD), scopes=["ledger"])
    by = whose(secret).actor(request_id="r1")
    audit.record(by=by, at=MORNING, verb="ledger.undo_batch", target="batch:1")
    entry = AuditEntry.objects.latest("number")
    assert (entry.actor_name, entry.door, entry.request_id) == ("Head of key accounts One", f"token:{row.number}", "r1")


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="one writer at a time there, and the tests' own lies in memory"
)
@pytest.mark.django_db(transaction=True)
def test_two_at_once_cannot_both_be_the_twentieth():
    owner = ben()
    for n in range(19):
        made(owner, name=f"T{n}")
    ended = []
    start = threading.Barrier(4)

    def make(n: int) -> None:
        start.wait()
        try:
            ended.append(made(owner, name=f"Race {n}")[0].name)
        except TokenRefused as refusal:
            ended.append(type(refusal))
        finally:
            connections.close_all()

    racing = [threading.Thread(target=make, args=(n,)) for n in range(4)]
    for one in racing:
        one.start()
    for one in racing:
        one.join()
    assert (len(ended), ended.count(TokenRefused), ApiToken.objects.count()) == (4, 3, 20)
