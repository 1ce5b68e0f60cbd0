"""A mail as it goes over the wire: plain text with an HTML side where there is one, the same each time it is sent."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from vitalfew.trust.models import OutboxMail

_POLICY = SMTP.clone(cte_type="7bit")  # whatever relays stand between, they need not know 8-bit mail


def letter(mail: OutboxMail, *, sender: str) -> EmailMessage:
    """The message of a row. Raises ValueError where the row cannot be a mail."""
    message = EmailMessage(policy=_POLICY)
    name, address = parseaddr(sender)
    message["From"] = addressed(address, name)
    message["To"] = addressed(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.made_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # so that no absence notice answers it
    message.set_content(mail.body)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def addressed(address: str, name: str = "") -> Address:
    """The address as a header carries it. Raises ValueError where none can."""
    try:
        return Address(display_name=name, addr_spec=wire_address(address))
    except (MessageError, IndexError) as error:  # what the standard library raises depends on where its parser stumbles
        raise ValueError(str(error)) from None


def wire_address(address: str) -> str:
    """The address as mail servers know it: a domain beyond ASCII in its encoded form."""
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain if domain.isascii() else domain.encode('idna').decode()}"
