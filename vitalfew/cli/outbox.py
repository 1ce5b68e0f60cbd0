"""The command for mail on its way out: what waits, is stuck or was sent, and a test of the mail server."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.trust.actors import Actor
from vitalfew.trust.post import outbox, sending
from vitalfew.trust.post.mailserver import MailFailed, ServerFailed

_NO_SERVER = (
    "No mail server is set up, so mail waits. Name one in VITALFEW_MAIL and VITALFEW_MAIL_FROM: see docs/howto/mail.md."
)


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    made = commands.add_parser("outbox", help="mail that waits, is stuck or was sent; try, drop, test")
    made.add_argument("--json", action="store_true")
    ways = made.add_mutually_exclusive_group()
    ways.add_argument("--retry", type=_number_or_all, metavar="N", help="try mail N at once; `all` for every stuck one")
    ways.add_argument("--drop", type=int, metavar="N", help="take mail N out: it is never sent")
    ways.add_argument("--send", action="store_true", help="send what is due now, without a server running")
    ways.add_argument("--test", metavar="ADDRESS", help="send a test mail at once and say what the mail server said")
    made.set_defaults(command=ran)


def ran(asked: argparse.Namespace, by: Actor) -> int:
    """Do what was asked for; list where nothing was."""
    if asked.test is not None:
        return _test(asked.test, by)
    if asked.retry is not None:
        return _retry(asked.retry, by)
    if asked.drop is not None:
        mail = outbox.drop_mail(number=asked.drop, by=by, at=clock.now())
        output.say(f"Mail {mail.number} to {mail.to} is dropped: it will never be sent.")
        return 0
    return _send(by) if asked.send else _list(asked, by)


def _list(asked: argparse.Namespace, by: Actor) -> int:
    found = outbox.outbox(by=by, at=clock.now(), limit=None if asked.json else outbox.SHOWN)
    if asked.json:
        told = asdict(found)
        output.as_json(told)
        return 0
    if not found.server:
        output.complain(_NO_SERVER)
    rows = [_row(mail) for mail in (*found.stuck, *found.waiting, *found.sent)]
    if rows:
        output.table(
            ("Mail", "State", "To", "Subject", "When", "Tries", "What the mail server said"), rows, right=(0, 5)
        )
    counts = found.counts
    output.say(f"{counts['waiting']:,} waiting, {counts['stuck']:,} stuck, {counts['sent']:,} sent in the last week.")
    if counts["stuck"]:
        output.say("Try them again: vitalfew outbox --retry all. Take one out: vitalfew outbox --drop N")
    return 0


def _row(mail: outbox.Mail) -> tuple[str, ...]:
    when = mail.sent_at or mail.gave_up_at or mail.due_at
    word = "next try " if mail.state == "waiting" and mail.tries else ""
    return (
        str(mail.number), mail.state, mail.to, mail.subject, f"{word}{when:%Y-%m-%d %H:%M}", str(mail.tries), mail.complaint
    )  # fmt: skip


def _retry(wanted: int | str, by: Actor) -> int:
    if wanted == "all":
        count = outbox.retry_stuck(by=by, at=clock.now())
        output.say(f"Stuck mail that is tried again: {count:,}." if count else "No mail is stuck.")
    else:
        mail = outbox.retry_mail(number=int(wanted), by=by, at=clock.now())
        output.say(f"Mail {mail.number} to {mail.to} is tried again.")
    return 0


def _send(by: Actor) -> int:
    found = outbox.outbox(by=by, at=clock.now(), limit=1)
    if not found.server:
        output.complain(_NO_SERVER)
        return 1
    done = sending.deliver(now=clock.now)
    output.say(f"{done.sent:,} sent, {done.later:,} to be tried later, {done.gave_up:,} given up.")
    if done.words:
        output.complain(f"The mail server cannot be used: {done.words}")
    return 1 if done.words else 0


def _test(to: str, by: Actor) -> int:
    try:
        words = outbox.try_server(to=to, by=by, at=clock.now())
    except (ServerFailed, MailFailed) as failure:
        output.complain(f"The test mail to {to} was not taken. {failure}")
        return 1
    output.say(f"The mail server took the test mail to {to}: {words}")
    return 0


def _number_or_all(word: str) -> int | str:
    return "all" if word == "all" else int(word)
