"""The mail server of this installation, read from VITALFEW_MAIL."""

from __future__ import annotations

from email.utils import parseaddr
from ipaddress import ip_address
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from vitalfew.trust.post.mailserver import Server

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def server(address: str, *, sender: str) -> Server | None:
    """The server named by `smtp://user:password@host:587?tls=starttls|tls|none`, or None where none is; ends with a sentence where it cannot be."""
    if not address.strip():
        return None
    parts = urlsplit(address.strip())
    if parts.scheme != "smtp" or not parts.hostname or parts.path.strip("/") or parts.fragment:
        _refuse(
            "VITALFEW_MAIL must read smtp://user:password@host:587?tls=starttls; write signs such as / # ? @ in a password as %2F %23 %3F %40"
        )
    tls = _tls(parts)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii() or not (user + password).isprintable():
        _refuse("VITALFEW_MAIL names a user or a password beyond plain ASCII signs, which mail servers do not take")
    if bool(user) != bool(password):
        _refuse("VITALFEW_MAIL names a user without a password, or a password without a user")
    if password and tls == "none" and not _here(parts.hostname):
        _refuse("VITALFEW_MAIL would send its password unencrypted: take tls=starttls or tls=tls")
    return Server(parts.hostname, _port(parts) or _PORTS[tls], tls, _sender(sender), user, password)


def _tls(parts: SplitResult) -> str:
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = asked.pop("tls", "tls" if _port(parts) == 465 else "starttls")
    if asked or tls not in _PORTS:
        _refuse("VITALFEW_MAIL takes one word after the question mark: tls=starttls, tls=tls or tls=none")
    return tls


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        _refuse("VITALFEW_MAIL names a port that is no number from 0 to 65535")


def _sender(word: str) -> str:
    address = parseaddr(word)[1]
    name, _, domain = address.rpartition("@")
    if not word.isprintable() or not name or not domain or not name.isascii() or " " in address:
        _refuse(
            "VITALFEW_MAIL needs VITALFEW_MAIL_FROM, whom mail comes from, such as: Key accounts <kam@firm.example>"
        )
    return word.strip()


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse(sentence: str) -> NoReturn:
    raise SystemExit(f"{sentence}. See docs/howto/settings.md.")
