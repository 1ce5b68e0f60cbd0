"""Mail servers on loopback: a real one that keeps what it takes, and hand-made bad ones that do one wrong thing each."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vitalfew.trust.post.mailserver import Server

SENDER = "Key accounts <kam@firm.example>"


@dataclass
class Box:
    """What the real server took, and how it answers: `answers` holds one reply for each of the next recipients."""

    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)  # likewise, replies to the text
    signed_in: list[tuple[bytes, bytes]] = field(default_factory=list)
    peers: set[tuple[str, int]] = field(default_factory=set)
    on_taken: Callable[[], None] = lambda: None

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.taken]

    @property
    def idents(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    async def handle_RCPT(self, server, session, envelope, address, options):
        del server, options
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        del server
        if self.texts:
            return self.texts.pop(0)
        self.taken.append(envelope.original_content)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        self.peers.add(session.peer)
        self.on_taken()
        return f"250 OK queued as M{len(self.taken)}"

    def sign_in(self, server, session, envelope, mechanism, data):
        del server, session, envelope, mechanism
        self.signed_in.append((data.login, data.password))
        return AuthResult(success=data.password == b"s3cret/word", handled=False)


@contextmanager
def real(box: Box | None = None, **more: object) -> Iterator[Box]:
    """A real mail server on a free port."""
    box = box or Box()
    controller = Controller(box, hostname="127.0.0.1", port=box.port or free_port(), authenticator=box.sign_in, **more)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def at(port: int, **more: object) -> Server:
    """The settings that lead to a server on loopback."""
    known: dict = {"host": "127.0.0.1", "port": port, "tls": "none", "sender": SENDER}
    return Server(**known | more)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Bad:
    """A hand-made server: where it answers, and how many connections came."""

    port: int
    calls: int = 0


@contextmanager
def bad(talk: Callable[[socket.socket], None]) -> Iterator[Bad]:
    """A server that plays `talk` to each who connects, then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        made, over = Bad(door.getsockname()[1]), threading.Event()

        def play(line: socket.socket) -> None:
            with line, suppress(OSError):
                talk(line)

        def listen() -> None:
            while not over.is_set():
                try:
                    line, _ = door.accept()
                except OSError:
                    return
                made.calls += 1
                threading.Thread(target=play, args=(line,), daemon=True).start()

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            yield made
        finally:
            over.set()
            door.shutdown(socket.SHUT_RDWR)
            listener.join(5)


def script(*answers: bytes | str) -> Callable[[socket.socket], None]:
    """Says one answer after the other, each after a line was heard; the first at once. After the last it hangs up."""

    def talk(line: socket.socket) -> None:
        with line.makefile("rb") as heard:
            for place, answer in enumerate(answers):
                if place and not heard.readline():
                    return
                line.sendall(answer if isinstance(answer, bytes) else answer.encode() + b"\r\n")

    return talk


def silent(line: socket.socket) -> None:
    """Never greets."""
    line.recv(1)


def dripping(line: socket.socket) -> None:
    """A byte every tenth of a second, and never the end of a line: every single read is in time."""
    while True:
        line.sendall(b"2")
        time.sleep(0.1)


def endless(line: socket.socket) -> None:
    """A greeting of more and more lines."""
    while True:
        line.sendall(b"220-and more\r\n")
        time.sleep(0.01)


def dropping_in_data(line: socket.socket) -> None:
    """Takes everything up to the text, then hangs up in the middle of it."""
    script("220 hello", "250 hello", "250 OK", "250 OK", "354 go on")(line)


def certificate(folder: Path, *, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate that signed itself, and the file that holds it for whoever wants to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    other = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([other]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    chain, secret = folder / "server.pem", folder / "server.key"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context, chain
