"""A conversation with a mail server: how it is opened, how long it may last, and what the server said."""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from types import TracebackType
from typing import Self

from vitalfew.ground.errors import Refusal

OPERATION = 20.0  # seconds that one answer may take
OPENING = 40.0  # seconds from the greeting to the end of signing in, however slowly the server drips
MAIL = 60.0  # seconds for one mail, likewise
_WORDS = 400  # characters of a server's answer that are kept
# Answers that tell of our set-up and not of the recipient: mail waits until somebody has put it right.
_OURS = frozenset({500, 502, 503, 504, 530, 535, 538})


class ServerFailed(Refusal):
    """The mail server cannot be used at all at the moment."""


class MailFailed(Refusal):
    """This one mail was not taken: `for_good` where trying again is useless, `broken` where the connection is gone too."""

    def __init__(self, sentence: str, *, for_good: bool = False, broken: bool = False) -> None:
        super().__init__(sentence)
        self.for_good, self.broken = for_good, broken


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. `tls` is "starttls", "tls" or "none"; `sender` is the From line."""

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def told(self) -> str:
        """The server in words that may be shown: no user, no password."""
        return f"{self.host}:{self.port}"


class Line(smtplib.SMTP):
    """One connection. It ends by itself when it lasts too long: a byte a second keeps any single answer in time."""

    def __init__(self, server: Server) -> None:
        name = socket.gethostname()
        super().__init__(local_hostname=name if "." in name else "[127.0.0.1]", timeout=OPERATION)
        self.server, self.said, self._overdue = server, "", 0.0
        self._host = server.host  # what the certificate must name, also after STARTTLS
        self._tap: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def open(self) -> None:
        """Connect, encrypt, sign in. Raises ServerFailed with what went wrong, in the server's words where it spoke."""
        try:
            with self._at_most(OPENING):
                self._introduce()
        except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a host name can be no name at all
            self.close()
            raise ServerFailed(self.words(error)) from None

    def hand_over(self, message: EmailMessage, *, to: str) -> str:
        """Hand one mail over; the server's words of acceptance. Raises MailFailed."""
        self.said = ""
        try:
            with self._at_most(MAIL):
                self.send_message(message, from_addr=parseaddr(self.server.sender)[1], to_addrs=[to])
        except smtplib.SMTPNotSupportedError as error:
            raise MailFailed(self.words(error), for_good=True) from None
        except (OSError, ValueError) as error:
            raise self._failure(error) from None
        return self.said

    def fresh(self) -> bool:
        """True while the connection still stands and is ready for another mail."""
        with suppress(OSError), self._at_most(OPERATION):
            return self.sock is not None and self.rset()[0] == 250
        return False

    def leave(self) -> None:
        """Say goodbye if the server still listens, and hang up."""
        with suppress(OSError), self._at_most(OPERATION):
            if self.sock is not None:
                self.quit()
        self.close()

    def close(self) -> None:
        """Hang up."""
        super().close()
        tap, self._tap = self._tap, None
        if tap is not None:
            tap.close()

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]
        """Keep the answer that smtplib throws away: it often names the mail in the server's own queue."""
        code, answer = super().data(msg)
        self.said = self._clean(f"{code} {answer.decode('utf-8', 'replace')}")
        return code, answer

    def words(self, error: Exception) -> str:
        """What went wrong, in the server's words where it spoke; never with our password in it."""
        if self._overdue:
            return f"{self.server.told} had not finished after {self._overdue:.0f} seconds."
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code, answer = next(iter(error.recipients.values()))
            return self._answered(code, answer)
        if isinstance(error, smtplib.SMTPResponseException):
            return self._answered(error.smtp_code, error.smtp_error)
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"The certificate of {self.server.told} is not trusted: {error.verify_message}."
        return self._clean(f"{self.server.told}: {_said(error)}")

    def _introduce(self) -> None:
        code, answer = self.connect(self.server.host, self.server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, answer)
        if self.server.tls == "starttls":
            self.starttls(context=ssl.create_default_context())
        self.ehlo_or_helo_if_needed()
        if self.server.user:
            self.login(self.server.user, self.server.password)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        self._tap = plain.dup()  # stays ours when TLS takes the socket over, so that we can always hang up
        if self._overdue:
            plain.close()
            raise TimeoutError
        if self.server.tls != "tls":
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)

    @contextmanager
    def _at_most(self, seconds: float) -> Iterator[None]:
        """Hang up after so many seconds: whatever waits for the server then goes on at once."""
        watch = threading.Timer(seconds, self._hang_up, (seconds,))
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _hang_up(self, seconds: float) -> None:
        self._overdue = seconds
        tap = self._tap
        if tap is not None:
            with suppress(OSError):
                tap.shutdown(socket.SHUT_RDWR)

    def _failure(self, error: Exception) -> MailFailed:
        code = _code(error)
        refused = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
        gone = self.sock is None or not 400 <= code <= 599
        words = self.words(error)
        if gone:
            self.close()
        return MailFailed(words, for_good=refused and 500 <= code <= 599 and code not in _OURS, broken=gone)

    def _answered(self, code: int, answer: bytes | str) -> str:
        told = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        return self._clean(
            f"{code} {told}" if code >= 0 else f"{self.server.told} gave no answer that mail servers give: {told}"
        )

    def _clean(self, words: str) -> str:
        """On one line, without what no store or page takes, and without our password should the server repeat it."""
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
        for secret in _secrets(self.server):
            line = line.replace(secret, "…")
        return line[:_WORDS]


def without_tokens(words: str, *parts: str) -> str:
    """The words with every long run of signs taken out that also stands in the mail: a filter may quote a secret link."""
    return re.sub(r"[\w-]{20,}", lambda run: "…" if any(run[0] in part for part in parts) else run[0], words)


def _said(error: Exception) -> str:
    """The system's own words without its number, such as “Connection refused”."""
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else -1


def _secrets(server: Server) -> Iterator[str]:
    if server.password:
        for told in (server.password, f"\0{server.user}\0{server.password}"):
            yield base64.b64encode(told.encode()).decode()
        yield server.password
