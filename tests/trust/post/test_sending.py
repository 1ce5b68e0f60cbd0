"""Sending: every way a mail server can fail, against servers that do it."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.cast import MORNING, as_alice
from tests.trust.post import mailservers
from tests.trust.post.mailservers import at, bad, real, script
from vitalfew.trust.models import OutboxMail
from vitalfew.trust.post import mailserver, outbox, sending
from vitalfew.trust.post.mailserver import MailFailed, ServerFailed

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _folder(home):
    """Every commit of these tests is a true one."""


@pytest.fixture
def hurried(monkeypatch):
    """The same patience, in tenths of seconds."""
    monkeypatch.setattr(mailserver, "OPERATION", 0.6)
    monkeypatch.setattr(mailserver, "OPENING", 1.2)
    monkeypatch.setattr(mailserver, "MAIL", 1.2)


def post(count: int = 1, **more) -> list[OutboxMail]:
    known = {"to": "guest@customer.example", "subject": "Hello", "body": "Good day.\n", "at": MORNING}
    return [outbox.post(**known | {"to": f"guest{place}@customer.example"} | more) for place in range(count)]


def send(moment=MORNING):
    return sending.deliver(now=lambda: moment)


def told(done) -> tuple[int, int, int]:
    return done.sent, done.later, done.gave_up


def states() -> list[tuple]:
    rows = OutboxMail.objects.order_by("pk")
    return [(row.sent_at is not None, row.gave_up_at is not None, row.tries, row.due_at, row.complaint) for row in rows]


def test_mail_arrives_once_over_one_connection(settings):
    with real() as box:
        settings.VITALFEW_MAIL = at(box.port)
        mails = post(5, subject="Grüße – 12\u202f000 €", body="Schön.\n.\n..\n", html="<p>Schön.</p>")
        assert told(send()) == (5, 0, 0)
        assert told(send()) == (0, 0, 0)
        assert box.idents == [mail.message_id for mail in mails]
        assert box.envelopes == [("kam@firm.example", [mail.to]) for mail in mails]
        assert len(box.peers) == 1
        assert {mail["Subject"] for mail in box.mails} == {"Grüße – 12\u202f000 €"}
        assert box.mails[0].get_body(("plain",)).get_content().replace("\r\n", "\n") == "Schön.\n.\n..\n"
    assert states()[2] == (True, False, 1, MORNING + sending.LEASE, "250 OK queued as M3")


def test_text_is_wiped_once_sent_and_kept_while_it_waits(settings):
    with real(mailservers.Box(answers=["250 OK", "450 Later"])) as box:
        settings.VITALFEW_MAIL = at(box.port)
        post(2, body="https://kam.example/s/TOKEN/", html="<b>TOKEN</b>")
        assert told(send()) == (1, 1, 0)
    assert list(OutboxMail.objects.order_by("pk").values_list("body", "html")) == [
        ("", ""), ("https://kam.example/s/TOKEN/", "<b>TOKEN</b>"),
    ]  # fmt: skip


def test_nothing_leaves_before_its_moment(settings):
    with real() as box:
        settings.VITALFEW_MAIL = at(box.port)
        post(at=MORNING + MINUTE)
        assert told(send(MORNING + MINUTE - timedelta(microseconds=1))) == (0, 0, 0)
        assert told(send(MORNING + MINUTE)) == (1, 0, 0)


def test_without_a_mail_server_nothing_is_touched(settings):
    settings.VITALFEW_MAIL = None
    post()
    assert (told(send()), states()[0][2]) == ((0, 0, 0), 0)


def test_waits_grow_and_end_after_three_days(settings):
    settings.VITALFEW_MAIL = at(mailservers.free_port())
    post()
    moment, waits = MORNING, []
    while True:
        send(moment)
        sent, gave_up, tries, due, words = states()[0]
        if gave_up:
            break
        waits.append(due - moment)
        moment = due
    assert waits[:6] == [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 240 * MINUTE, 240 * MINUTE]
    assert (sent, tries, set(waits[4:])) == (False, sending.TRIES, {240 * MINUTE})
    assert timedelta(days=2, hours=20) < moment - MORNING <= timedelta(days=3)
    assert words.endswith("Connection refused")
    assert told(send(moment + timedelta(days=30))) == (0, 0, 0)


def test_server_that_is_not_there_costs_one_try_for_all(settings, hurried):
    with bad(mailservers.silent) as server:
        settings.VITALFEW_MAIL = at(server.port)
        post(20)
        done = send()
        assert (told(done), server.calls) == ((0, 20, 0), 1)
    assert {state[1:4] for state in states()} == {(False, 1, MORNING + MINUTE)}
    assert all("timed out" in state[4] for state in states())


def test_recipient_refused_for_good_is_given_up_with_the_servers_words(settings):
    with real(mailservers.Box(answers=["550 5.1.1 No such user here"])) as box:
        settings.VITALFEW_MAIL = at(box.port)
        post(2)
        assert told(send()) == (1, 0, 1)
    assert states()[0] == (False, True, 1, MORNING + sending.LEASE, "550 5.1.1 No such user here")
    assert states()[1][0] is True


def test_text_refused_for_good_is_given_up(settings):
    with real(mailservers.Box(texts=["554 5.7.1 Looks like spam"])) as box:
        settings.VITALFEW_MAIL = at(box.port)
        post(2)
        assert told(send()) == (1, 0, 1)
    assert states()[0][4] == "554 5.7.1 Looks like spam"


@pytest.mark.parametrize(
    "box",
    [{"answers": ["451 4.7.1 Greylisted"]}, {"texts": ["452 4.2.2 Full"]}, {"answers": ["530 5.7.0 Sign in first"]}],
)
def test_refused_for_now_is_tried_again_and_arrives(settings, box):
    with real(mailservers.Box(**box)) as server:
        settings.VITALFEW_MAIL = at(server.port)
        (mail,) = post()
        assert told(send()) == (0, 1, 0)
        assert states()[0][1:4] == (False, 1, MORNING + MINUTE)
        assert told(send(MORNING + MINUTE - timedelta(microseconds=1))) == (0, 0, 0)
        assert told(send(MORNING + MINUTE)) == (1, 0, 0)
        assert server.idents == [mail.message_id]


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (script("554 No service for you"), "554 No service for you"),
        (script("421 Too busy"), "421 Too busy"),
        (script("SSH-2.0-OpenSSH_9.9"), "gave no answer that mail servers give"),
        (script(b"\x00\xff\xfe\x00" * 9 + b"\r\n"), "gave no answer that mail servers give"),
        (script(b""), "Connection unexpectedly closed"),
        (script(b"220 " + b"x" * 9_000 + b"\r\n"), "500 Line too long."),
        (script("220 hello", "500 what", "500 what"), "500 what"),
        (script("220 hello", "250-hello\r\n250 AUTH PLAIN", "535 5.7.8 Wrong password"), "535 5.7.8 Wrong password"),
        (script("220 hello", "250 hello"), "AUTH extension not supported"),
    ],
)
def test_server_that_cannot_be_used_is_no_fault_of_the_mail(settings, talk, words):
    with bad(talk) as server:
        settings.VITALFEW_MAIL = at(server.port, user="kam", password="s3cret")
        post(3)
        done = send()
        assert (told(done), server.calls) == ((0, 3, 0), 1)
    assert words in done.words
    assert {state[1:4] for state in states()} == {(False, 1, MORNING + MINUTE)}


@pytest.mark.parametrize("talk", [mailservers.dripping, mailservers.endless, mailservers.silent])
def test_server_that_never_ends_is_left(settings, hurried, talk):
    with bad(talk) as server:
        settings.VITALFEW_MAIL = at(server.port)
        post(3)
        assert (told(send()), server.calls) == ((0, 3, 0), 1)


def test_server_that_drips_in_the_middle_of_a_mail_is_left(settings, hurried):
    def talk(line):
        script("220 hello", "250 hello", "250 OK")(line)
        mailservers.dripping(line)

    with bad(talk) as server:
        settings.VITALFEW_MAIL = at(server.port)
        post(3)
        done = send()
        assert (told(done), server.calls, "had not finished after 1 seconds" in done.words) == ((0, 3, 0), 1, True)


def test_connection_dropped_in_the_text_is_tried_again(settings):
    with bad(mailservers.dropping_in_data) as server:
        settings.VITALFEW_MAIL = at(server.port)
        post(5)
        assert (told(send()), server.calls) == ((0, 5, 0), 3)  # three in a row: the server counts as down
    assert {state[1:4] for state in states()} == {(False, 1, MORNING + MINUTE)}


def test_one_mail_that_breaks_the_server_stops_no_other(settings):
    calls = []

    def talk(line):
        calls.append(1)
        if len(calls) == 1:
            mailservers.dropping_in_data(line)
        else:
            script("220 hi", "250 hi", *["250 OK", "250 OK", "354 go", b""], "221 bye")(line)

    with bad(talk) as server:
        settings.VITALFEW_MAIL = at(server.port)
        post(1)
        assert told(send()) == (0, 1, 0)
        with real() as box:
            settings.VITALFEW_MAIL = at(box.port)
            post(2, at=MORNING + MINUTE)
            assert told(send(MORNING + MINUTE)) == (3, 0, 0)
    assert server.calls == 1


def test_no_transaction_is_open_while_a_mail_is_sent(settings):
    seen = []
    with real(mailservers.Box(on_taken=lambda: seen.append(states_from_outside()))) as box:
        settings.VITALFEW_MAIL = at(box.port)
        post()
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            send()
        assert (told(send()), connection.in_atomic_block, len(seen)) == ((1, 0, 0), False, 1)


def states_from_outside() -> bool:
    return not connection.in_atomic_block


def test_mail_that_cannot_be_written_stops_no_other(settings):
    with real() as box:
        settings.VITALFEW_MAIL = at(box.port)
        OutboxMail.objects.create(
            to="not an address", subject="x", body="", message_id="<1@x>", made_at=MORNING, due_at=MORNING
        )
        OutboxMail.objects.create(
            to="a@b.example", subject="x\r\nBcc: c@d.example", message_id="<2@x>", made_at=MORNING, due_at=MORNING
        )
        post()
        assert told(send()) == (1, 0, 2)
        assert len(box.taken) == 1
    assert [state[1] for state in states()] == [True, True, False]


def test_mail_of_a_dead_worker_leaves_when_its_lease_is_over(settings):
    with real() as box:
        settings.VITALFEW_MAIL = at(box.port)
        (mail,) = post()
        assert sending._claim(at=MORNING).pk == mail.pk  # and here its worker dies
        assert told(send(MORNING + sending.LEASE - timedelta(microseconds=1))) == (0, 0, 0)
        assert told(send(MORNING + sending.LEASE)) == (1, 0, 0)
    assert states()[0][:3] == (True, False, 2)


def test_mail_dropped_while_it_was_sent_stays_dropped(settings):
    with bad(script("220 hi", "250 hi", "450 later")) as server:
        settings.VITALFEW_MAIL = at(server.port)
        (mail,) = post()
        claimed = sending._claim(at=MORNING)
        OutboxMail.objects.all().delete()
        done = sending._Round(settings.VITALFEW_MAIL, lambda: MORNING)
        done._take(claimed)
    assert (OutboxMail.objects.count(), mail.pk) == (0, claimed.pk)


def test_sent_mail_is_forgotten_after_its_time(settings):
    with real() as box:
        settings.VITALFEW_MAIL = at(box.port)
        post()
        send()
        later = MORNING + sending.KEPT + MINUTE
        (other,) = post(at=later)
        send(later)
    assert list(OutboxMail.objects.values_list("pk", flat=True)) == [other.pk]


def test_password_opens_the_server_and_shows_nowhere(settings, caplog):
    with real(auth_require_tls=False) as box, caplog.at_level(logging.DEBUG):
        settings.VITALFEW_MAIL = at(box.port, user="kam@firm.example", password="s3cret/word")
        post()
        assert told(send()) == (1, 0, 0)
        assert box.signed_in == [(b"kam@firm.example", b"s3cret/word")]
    assert "s3cret" not in repr(settings.VITALFEW_MAIL) + str(settings.VITALFEW_MAIL) + caplog.text.replace(
        "mail.log", ""
    )


@pytest.mark.parametrize("echo", ["s3cret", "czNjcmV0", "AGthbQBzM2NyZXQ="])
def test_server_that_repeats_the_password_is_not_quoted(settings, echo):
    with bad(script("220 hi", "250-hi\r\n250 AUTH PLAIN", f"535 not {echo} please")) as server:
        settings.VITALFEW_MAIL = at(server.port, user="kam", password="s3cret")
        post()
        send()
    assert states()[0][4] == "535 not … please"


def test_filter_that_quotes_a_secret_link_is_not_quoted(settings):
    token = "Xy-_9" * 8 + "abc"
    with real(
        mailservers.Box(texts=[f"554 5.7.1 Bad link https://kam.example/s/{token}/ and 1234567890123456789012345"])
    ) as box:
        settings.VITALFEW_MAIL = at(box.port)
        post(body=f"See https://kam.example/s/{token}/\n")
        send()
    assert states()[0][4] == "554 5.7.1 Bad link https://kam.example/s/…/ and 1234567890123456789012345"


class TestEncryption:
    """Nothing is said to a server that is not who it should be."""

    @pytest.mark.parametrize("tls", ["starttls", "tls"])
    def test_certificate_nobody_vouches_for_is_refused(self, settings, tmp_path, tls):
        context, _ = mailservers.certificate(tmp_path)
        more = {"tls_context": context} if tls == "starttls" else {"ssl_context": context}
        with real(**more) as box:
            settings.VITALFEW_MAIL = at(box.port, tls=tls, user="kam", password="s3cret/word")
            post()
            done = send()
            assert (told(done), box.taken, box.signed_in) == ((0, 1, 0), [], [])
        assert "is not trusted: self-signed certificate" in done.words

    @pytest.mark.parametrize("tls", ["starttls", "tls"])
    def test_trusted_certificate_lets_mail_through(self, settings, tmp_path, monkeypatch, tls):
        context, chain = mailservers.certificate(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        more = {"tls_context": context} if tls == "starttls" else {"ssl_context": context}
        with real(**more) as box:
            settings.VITALFEW_MAIL = at(box.port, tls=tls)
            post(2)
            assert told(send()) == (2, 0, 0)

    @pytest.mark.parametrize("tls", ["starttls", "tls"])
    def test_trusted_certificate_of_another_host_is_refused(self, settings, tmp_path, monkeypatch, tls):
        context, chain = mailservers.certificate(tmp_path, name="elsewhere.example")
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        more = {"tls_context": context} if tls == "starttls" else {"ssl_context": context}
        with real(**more) as box:
            settings.VITALFEW_MAIL = at(box.port, tls=tls)
            post()
            done = send()
            assert (told(done), "is not trusted" in done.words, box.taken) == ((0, 1, 0), True, [])

    def test_server_that_offers_no_encryption_is_refused(self, settings):
        with real() as box:
            settings.VITALFEW_MAIL = at(box.port, tls="starttls", user="kam", password="s3cret/word")
            post()
            done = send()
            assert (told(done), box.taken, box.signed_in) == ((0, 1, 0), [], [])
        assert "STARTTLS extension not supported" in done.words

    def test_server_that_drips_in_the_handshake_is_left(self, settings, hurried):
        with bad(mailservers.dripping) as server:
            settings.VITALFEW_MAIL = at(server.port, tls="tls")
            post()
            assert told(send()) == (0, 1, 0)


class TestTrying:
    """The test mail goes at once and past the outbox."""

    def test_words_of_the_server_are_told(self, settings):
        with real() as box:
            settings.VITALFEW_MAIL = at(box.port)
            said = outbox.try_server(to="you@firm.example", by=as_alice(), at=MORNING)
            assert (said, box.envelopes) == ("250 OK queued as M1", [("kam@firm.example", ["you@firm.example"])])
            assert box.mails[0]["Subject"] == "Test mail from Vital Few"
        assert OutboxMail.objects.count() == 0

    def test_why_it_failed_is_told(self, settings):
        settings.VITALFEW_MAIL = at(mailservers.free_port())
        with pytest.raises(ServerFailed, match="Connection refused"):
            outbox.try_server(to="you@firm.example", by=as_alice(), at=MORNING)
        with real(mailservers.Box(answers=["550 No"])) as box:
            settings.VITALFEW_MAIL = at(box.port)
            with pytest.raises(MailFailed, match=r"^550 No$"):
                outbox.try_server(to="you@firm.example", by=as_alice(), at=MORNING)

    def test_without_a_mail_server_it_says_what_to_do(self, settings):
        settings.VITALFEW_MAIL = None
        with pytest.raises(outbox.MailRefused, match="VITALFEW_MAIL"):
            outbox.try_server(to="you@firm.example", by=as_alice(), at=MORNING)
