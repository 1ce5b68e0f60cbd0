"""VITALFEW_MAIL: what it may say, and that a wrong one is told at the start without its password."""

from __future__ import annotations

import pytest

from vitalfew.config import mail
from vitalfew.trust.post.mailserver import Server

SENDER = "Key accounts <kam@firm.example>"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.firm.example", ("mail.firm.example", 587, "starttls", "", "")),
        ("smtp://mail.firm.example:465", ("mail.firm.example", 465, "tls", "", "")),
        ("smtp://mail.firm.example?tls=tls", ("mail.firm.example", 465, "tls", "", "")),
        ("smtp://localhost:1025?tls=none", ("localhost", 1025, "none", "", "")),
        ("smtp://relay?tls=none", ("relay", 25, "none", "", "")),
        (
            "smtp://kam%40firm.example:p%2Fw%3F@mail:2525/?tls=starttls",
            ("mail", 2525, "starttls", "kam@firm.example", "p/w?"),
        ),
        ("smtp://kam:pw@[::1]:25?tls=none", ("::1", 25, "none", "kam", "pw")),
    ],
)
def test_server_is_read(address, expected):
    made = mail.server(address, sender=SENDER)
    assert (made.host, made.port, made.tls, made.user, made.password) == expected
    assert made.sender == SENDER


@pytest.mark.parametrize("address", ["", "  "])
def test_no_server_is_none(address):
    assert mail.server(address, sender="") is None


@pytest.mark.parametrize(
    "address",
    [
        "mail.firm.example", "http://mail", "smtp://", "smtp:///x", "smtp://mail/path", "smtp://mail:x", "smtp://mail:99999",
        "smtp://kam:hunter2@mail?tls=none", "smtp://kam@mail", "smtp://:hunter2@mail", "smtp://mail?tls=ssl", "smtp://mail?verify=no",
        "smtp://mail?tls=tls&x=1", "smtp://kam:hunter2%C3%BC@mail", "smtp://kam:hunter2%0D%0A@mail", "smtp://kam:hunter2/a@mail", "smtp://mail#x",
    ],
)  # fmt: skip
def test_wrong_server_ends_with_a_sentence(address):
    with pytest.raises(SystemExit) as end:
        mail.server(address, sender=SENDER)
    assert str(end.value).startswith("VITALFEW_MAIL") and str(end.value).endswith("See docs/howto/settings.md.")
    assert "hunter2" not in str(end.value)


@pytest.mark.parametrize(
    "sender", ["", "nobody", "Key accounts", "a@b.example\r\nBcc: c@d.example", "ü@b.example", "@b.example", "a@"]
)
def test_server_needs_a_sender(sender):
    with pytest.raises(SystemExit, match="VITALFEW_MAIL_FROM"):
        mail.server("smtp://mail", sender=sender)


def test_password_is_not_shown():
    made = mail.server("smtp://kam:hunter2@mail", sender=SENDER)
    assert isinstance(made, Server) and "hunter2" not in f"{made} {made!r} {made.told}"
