"""vitalfew outbox: list, try again, drop, send, and a test of the mail server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import person
from tests.trust.post.mailservers import Box, at, bad, dropping_in_data, free_port, real
from vitalfew.ground import clock
from vitalfew.trust.models import AuditEntry, OutboxMail
from vitalfew.trust.post import outbox
from vitalfew.trust.rights import Role


def post(subject: str = "Hello", **more) -> OutboxMail:
    mail = outbox.post(to="guest@customer.example", subject=subject, body="SECRET-TOKEN\n", at=clock.now())
    if more:
        OutboxMail.objects.filter(pk=mail.pk).update(**more)
    return mail


def test_empty_outbox_says_what_to_do(vitalfew, settings):
    settings.VITALFEW_MAIL = None
    said = vitalfew("outbox")
    assert (said.code, said.out) == (0, "0 waiting, 0 stuck, 0 sent in the last week.\n")
    assert "VITALFEW_MAIL" in said.err


def test_list_shows_states_and_words_and_no_text(vitalfew, settings):
    settings.VITALFEW_MAIL = at(25)
    now = clock.now()
    post("Waits")
    post("Lost", gave_up_at=now, tries=3, complaint="550 5.1.1 [No] such user")
    post("Sent", sent_at=now, tries=1, complaint="250 OK")
    said = vitalfew("outbox")
    assert (said.code, said.err, "SECRET-TOKEN" in said.out) == (0, "", False)
    assert "5505.1.1[No]suchuser" in "".join(said.out.split()) or "[No]" in said.out
    for word in ("Waits", "Lost", "stuck", "1 waiting, 1 stuck, 1 sent in the last week.", "--retry all"):
        assert word in said.out


def test_json_has_stable_keys_and_no_text(vitalfew, settings):
    settings.VITALFEW_MAIL = at(25, user="kam", password="s3cret")
    post()
    said = vitalfew("outbox", "--json")
    assert set(said.json) == {"server", "waiting", "stuck", "sent", "counts"}
    assert set(said.json["waiting"][0]) == {
        "number", "to", "subject", "about", "made_at", "due_at", "tries", "complaint", "sent_at", "gave_up_at",
    }  # fmt: skip
    assert (said.json["server"], "SECRET-TOKEN" in said.out, "s3cret" in said.out) == ("127.0.0.1:25", False, False)


def test_stuck_mail_is_tried_again(vitalfew, settings):
    settings.VITALFEW_MAIL = None
    mails = [post(str(place), gave_up_at=clock.now(), tries=22) for place in range(3)]
    assert (
        vitalfew("outbox", "--retry", mails[0].pk).out
        == f"Mail {mails[0].pk} to guest@customer.example is tried again.\n"
    )
    assert vitalfew("outbox", "--retry", "all").out == "Stuck mail that is tried again: 2.\n"
    assert vitalfew("outbox", "--retry", "all").out == "No mail is stuck.\n"
    assert set(OutboxMail.objects.values_list("gave_up_at", "tries")) == {(None, 0)}


def test_dropped_mail_is_gone(vitalfew, settings):
    settings.VITALFEW_MAIL = None
    mail = post()
    said = vitalfew("outbox", "--drop", mail.pk)
    assert (said.code, said.out) == (
        0,
        f"Mail {mail.pk} to guest@customer.example is dropped: it will never be sent.\n",
    )
    assert vitalfew("outbox", "--drop", mail.pk).code == 1
    assert (OutboxMail.objects.count(), AuditEntry.objects.filter(verb="trust.drop_mail").count()) == (0, 1)


@pytest.mark.parametrize("words", [("--retry", "x"), ("--drop", "all"), ("--retry", "1", "--drop", "1"), ("--test",)])
def test_calls_that_cannot_be_understood(vitalfew, words):
    assert vitalfew("outbox", *words).code == 2


@pytest.mark.parametrize(
    "words", [(), ("--json",), ("--retry", "all"), ("--drop", "1"), ("--send",), ("--test", "a@b.example")]
)
def test_people_without_the_right_learn_nothing(vitalfew, settings, words):
    settings.VITALFEW_MAIL = at(free_port())
    mail = post(due_at=clock.now() + timedelta(hours=4))
    said = vitalfew("outbox", *words, "--as", person(Role.MANAGER).email)
    assert (said.code, said.out, "guest@" in said.err) == (1, "", False)
    assert OutboxMail.objects.get().pk == mail.pk


def test_what_the_mail_server_says_to_a_test_is_told(vitalfew, settings):
    with real(Box(answers=["250 OK", "550 5.7.1 Not you"])) as box:
        settings.VITALFEW_MAIL = at(box.port)
        said = vitalfew("outbox", "--test", "you@firm.example")
        assert (said.code, said.out) == (
            0,
            "The mail server took the test mail to you@firm.example: 250 OK queued as M1\n",
        )
        said = vitalfew("outbox", "--test", "you@firm.example")
        assert (said.code, said.out, said.err) == (
            1,
            "",
            "The test mail to you@firm.example was not taken. 550 5.7.1 Not you\n",
        )
    settings.VITALFEW_MAIL = at(box.port)
    said = vitalfew("outbox", "--test", "you@firm.example")
    assert (said.code, said.err) == (
        1, f"The test mail to you@firm.example was not taken. 127.0.0.1:{box.port}: Connection refused\n",
    )  # fmt: skip
    assert vitalfew("outbox", "--test", "nobody").code == 1


def test_testing_without_a_mail_server_says_what_to_do(vitalfew, settings):
    settings.VITALFEW_MAIL = None
    said = vitalfew("outbox", "--test", "you@firm.example")
    assert (said.code, "VITALFEW_MAIL" in said.err) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_sending_by_hand(vitalfew, settings):
    settings.VITALFEW_MAIL = None
    post()
    assert vitalfew("outbox", "--send").code == 1
    with bad(dropping_in_data) as server:
        settings.VITALFEW_MAIL = at(server.port)
        assert vitalfew("outbox", "--send").out == "0 sent, 1 to be tried later, 0 given up.\n"
    OutboxMail.objects.update(due_at=clock.now())
    settings.VITALFEW_MAIL = at(free_port())
    said = vitalfew("outbox", "--send")
    assert (said.code, "Connection refused" in said.err) == (1, True)
    OutboxMail.objects.update(due_at=clock.now())
    with real() as box:
        settings.VITALFEW_MAIL = at(box.port)
        assert vitalfew("outbox", "--send").out == "1 sent, 0 to be tried later, 0 given up.\n"
