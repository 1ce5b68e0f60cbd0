"""Idempotency-Key: the same request sent again changes nothing and gets its first answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import customers, key, person
from tests.ledger.ledgers import csv_of
from tests.sales import monthly
from vitalfew.ground import clock
from vitalfew.ledger import batches
from vitalfew.ledger.models import Batch
from vitalfew.selection.models import KeyAccount, Review
from vitalfew.trust.models import AuditEntry, DoneOnce
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db(transaction=True)
DESIGNATION = {"account": "C00001", "reason": "Large"}
REVIEW = {"account": "C00001", "reason": "Looked", "outcome": "keep"}


@pytest.fixture
def keyed(api):
    """keyed("/reviews", "k1", **words): a POST with its key."""
    customers()

    def send(path, word, *, match="*", **words):
        return api("post", path, headers={"Idempotency-Key": word, "If-Match": match}, **words)

    return send


def test_the_same_request_gets_its_first_answer(keyed):
    first, second = (keyed("/designations", "k1", **DESIGNATION) for _ in range(2))
    assert (first.status_code, second.status_code, first.content, first["ETag"]) == (
        201,
        201,
        second.content,
        second["ETag"],
    )
    assert (first.has_header("Idempotent-Replayed"), second["Idempotent-Replayed"]) == (False, "true")
    assert second["Content-Type"] == first["Content-Type"]
    assert (KeyAccount.objects.count(), AuditEntry.objects.filter(verb="selection.designate").count()) == (1, 1)


def test_what_would_be_done_twice_is_done_once(keyed):
    key(1)
    for word in ("k1", "k1", "k2"):
        assert keyed("/reviews", word, **REVIEW).status_code == 201
    assert Review.objects.count() == 2


def test_the_order_of_the_words_does_not_matter(client, keyed):
    key(1)
    for text in (
        '{"account": "C00001", "reason": "x", "outcome": "keep"}',
        '{"outcome":"keep","reason":"x","account":"C00001"}',
    ):
        answer = client.post("/api/reviews", text, content_type="application/json", headers={"Idempotency-Key": "k"})
        assert answer.status_code == 201
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "words"), [("/designations", {**DESIGNATION, "reason": "Small"}), ("/reviews", REVIEW), ("/refreshes", {})]
)
def test_a_key_that_came_with_another_request_is_refused(keyed, path, words):
    assert keyed("/designations", "k1", **DESIGNATION).status_code == 201
    answer = keyed(path, "k1", **words)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert "another request" in answer.json()["detail"]
    assert AuditEntry.objects.count() == 1


def test_a_refusal_is_not_kept(keyed):
    assert keyed("/reviews", "k1", **REVIEW).status_code == 422
    assert DoneOnce.objects.count() == 0
    key(1)
    assert keyed("/reviews", "k1", **REVIEW).status_code == 201


def test_a_replay_comes_before_the_precondition(api, keyed):
    key(1)
    tag = api("get", "/accounts/C00001/selection")["ETag"]
    words = {"account": "C00001", "reason": "Sold", "match": tag}
    first, second = (keyed("/releases", "k1", **words) for _ in range(2))
    assert (first.status_code, second.status_code, second["Idempotent-Replayed"]) == (201, 201, "true")


def test_keys_are_each_persons_own(client, keyed):
    key(1)
    assert keyed("/reviews", "k1", **REVIEW).status_code == 201
    client.force_login(person(Role.HEAD))
    answer = keyed("/reviews", "k1", **REVIEW)
    assert (answer.status_code, answer.has_header("Idempotent-Replayed"), Review.objects.count()) == (201, False, 2)


def test_an_answer_is_kept_for_a_day(keyed):
    key(1)
    keyed("/reviews", "k1", **REVIEW)
    DoneOnce.objects.update(made_at=clock.now() - timedelta(hours=23))
    assert keyed("/reviews", "k1", **REVIEW)["Idempotent-Replayed"] == "true"
    DoneOnce.objects.update(made_at=clock.now() - timedelta(hours=24))
    assert keyed("/reviews", "k1", **REVIEW).has_header("Idempotent-Replayed") is False
    assert (Review.objects.count(), DoneOnce.objects.count()) == (2, 1)


@pytest.mark.parametrize("word", ["", " ", "x" * 101, "ä", "a\tb"])
def test_a_key_is_a_short_word(keyed, word):
    answer = keyed("/designations", word, **DESIGNATION)
    assert (answer.status_code, KeyAccount.objects.count()) == (400, 0)


def test_reading_needs_no_key(client, api):
    answer = client.get("/api/accounts", headers={"Idempotency-Key": "k1"})
    assert (answer.status_code, DoneOnce.objects.count()) == (200, 0)


def test_strangers_leave_no_key(client):
    answer = client.post(
        "/api/designations", DESIGNATION, content_type="application/json", headers={"Idempotency-Key": "k1"}
    )
    assert (answer.status_code, DoneOnce.objects.count()) == (401, 0)


def test_a_crash_leaves_neither_the_change_nor_the_key(client, keyed, monkeypatch):
    def crash(*words, **more):
        raise RuntimeError("pulled the plug")

    client.raise_request_exception = False
    monkeypatch.setattr("vitalfew.trust.once.finish", crash)  # after the work, before the commit
    assert keyed("/designations", "k1", **DESIGNATION).status_code == 500
    assert (KeyAccount.objects.count(), DoneOnce.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)
    monkeypatch.undo()
    assert keyed("/designations", "k1", **DESIGNATION).status_code == 201


def imported(client, rows, word="k1"):
    file = SimpleUploadedFile("sales.csv", csv_of(rows).encode())
    return client.post("/api/imports", {"file": file}, headers={"Idempotency-Key": word})


def test_an_import_is_done_once_and_told_twice(client, api):
    first, second = (imported(client, monthly(2)) for _ in range(2))
    assert (first.json()["state"], second.json(), second["Idempotent-Replayed"]) == ("accepted", first.json(), "true")
    assert Batch.objects.count() == 1
    assert imported(client, monthly(3)).status_code == 422
    assert Batch.objects.count() == 1


def test_an_import_that_was_refused_may_come_again(client, api):
    with batches.folder().writing():
        assert imported(client, monthly(2)).status_code == 409
    assert DoneOnce.objects.count() == 0
    assert imported(client, monthly(2)).status_code == 201


def test_an_import_that_never_ended_may_come_again_after_a_while(client, api):
    assert imported(client, monthly(2)).status_code == 201
    DoneOnce.objects.update(status=None, answer="")  # as a crash leaves it
    busy = imported(client, monthly(2))
    assert (busy.status_code, busy["Retry-After"]) == (409, "5")
    DoneOnce.objects.update(made_at=clock.now() - timedelta(minutes=15))
    assert imported(client, monthly(2)).json()["state"] == "already-there"
    assert Batch.objects.count() == 1


def test_undoing_is_told_twice_too(client, api):
    imported(client, monthly(2))
    answers = [client.post("/api/batches/1/undo", headers={"Idempotency-Key": "u"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
