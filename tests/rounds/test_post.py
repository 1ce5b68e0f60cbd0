"""The clock's thread sends what is due, and no dead mail server holds the clock, a request or the worker up."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.tasks.backends.dummy import DummyBackend
from django.test import Client
from django.urls import path

from tests.cast import alice
from tests.trust.post import mailservers
from tests.trust.post.mailservers import at, bad, real
from vitalfew.ground import clock
from vitalfew.rounds import post
from vitalfew.trust.models import OutboxMail
from vitalfew.trust.post import mailserver, outbox

pytestmark = pytest.mark.django_db(transaction=True)


@transaction.atomic
def posting(request):
    """A page as any that tells somebody by mail."""
    outbox.post(to="guest@customer.example", subject="Hello", body="Good day.\n", at=clock.now())
    return HttpResponse("posted")


urlpatterns = [path("posting/", posting)]


@pytest.fixture(autouse=True)
def _quiet(home):
    """A data folder of the test's own; the thread of the test before it is over."""
    for thread in threading.enumerate():
        if thread.name == "post":
            thread.join(30)


def posted(**more) -> OutboxMail:
    known = {"to": "guest@customer.example", "subject": "Hello", "body": "Good day.\n", "at": clock.now()}
    return outbox.post(**known | more)


def test_thread_sends_what_is_due(settings):
    with real() as box:
        settings.VITALFEW_MAIL = at(box.port)
        mail = posted()
        post.begin(at=clock.now()).join(30)
        assert box.idents == [mail.message_id]
    assert OutboxMail.objects.get().sent_at is not None
    assert post.begin(at=clock.now()) is None


def test_clock_starts_no_thread_for_nothing(settings):
    settings.VITALFEW_MAIL = None
    posted()
    assert post.begin(at=clock.now()) is None
    settings.VITALFEW_MAIL = at(9)
    OutboxMail.objects.update(due_at=clock.now() + timedelta(minutes=1))
    assert post.begin(at=clock.now()) is None


def test_slow_mail_server_holds_no_tick_up(settings):
    over = threading.Event()

    def waits(line):
        over.wait(30)
        line.sendall(b"421 Too busy\r\n")

    with bad(waits) as server:
        settings.VITALFEW_MAIL = at(server.port)
        posted()
        thread = post.begin(at=clock.now())
        assert thread is not None and post.begin(at=clock.now()) is None  # one at a time
        assert thread.is_alive()  # and the clock goes on meanwhile
        over.set()
        thread.join(30)
    row = OutboxMail.objects.get()
    assert (row.sent_at, row.tries, row.complaint) == (None, 1, "421 Too busy")


@pytest.mark.parametrize("server", ["up", "down", "silent", "dripping", "none"])
def test_request_that_posts_never_speaks_to_the_mail_server(settings, server):
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    client = Client()
    client.force_login(alice())
    with real() as box, bad(getattr(mailservers, server, mailservers.silent)) as other:
        ports = {"up": box.port, "down": mailservers.free_port(), "silent": other.port, "dripping": other.port}
        settings.VITALFEW_MAIL = at(ports[server]) if server in ports else None
        answer = client.get("/posting/")
        assert (answer.status_code, answer.content, other.calls, box.taken) == (200, b"posted", 0, [])
    assert OutboxMail.objects.get().tries == 0


def test_request_succeeds_where_the_worker_cannot_be_told(settings):
    """After the commit nothing may turn a change that was made into an error."""
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    settings.VITALFEW_MAIL = at(9)
    settings.TASKS = {"default": {"BACKEND": "tests.rounds.test_post.NoWorker"}}
    client = Client()
    assert (client.get("/posting/").status_code, OutboxMail.objects.count()) == (200, 1)


def test_worker_tries_a_dead_server_once_and_leaves_the_rest_to_the_clock(settings, at_once, monkeypatch):
    monkeypatch.setattr(mailserver, "OPERATION", 0.3)
    with bad(mailservers.silent) as server:
        settings.VITALFEW_MAIL = at(server.port)
        for _ in range(5):
            posted()
        assert server.calls == 1
    assert sorted(OutboxMail.objects.values_list("tries", flat=True)) == [0, 0, 0, 0, 1]


def test_worker_sends_at_once_where_the_server_is_there(settings, at_once):
    with real() as box:
        settings.VITALFEW_MAIL = at(box.port)
        mails = [posted() for _ in range(3)]
        assert box.idents == [mail.message_id for mail in mails]


class NoWorker(DummyBackend):
    """A job store that cannot be written to."""

    def enqueue(self, task, args, kwargs):
        raise OperationalError("database or disk is full")
