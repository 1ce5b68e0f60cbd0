"""What a register of personal data says of a field: each step keeps one, so that nothing held on a person is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a text field holds, as far as people are concerned."""

    IDENTITY = "identity"  # who somebody is: name, address; `of` leads to the person
    WORK = "work"  # what somebody did or was given; `of` leads to the person, the words stay when they are erased
    SIGNATURE = "signature"  # the name of whoever did something, as it was at the time
    WORDS = "words"  # free text, in which anybody may be named
    OPINION = "opinion"  # what somebody thinks of a person: its record carries a reason and an end
    SECRET = "secret"  # a digest, a key, a password hash: never exported, ends with the person
    THING = "thing"  # no personal data: codes, numbers, names of things and of firms


class Subject(StrEnum):
    """Whom a record's `of` leads to: one of our own people, or a contact at a customer."""

    PERSON = "person"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Held:
    """The fields of one record and what they hold. `of` is the field that names the subject, where there is one."""

    model: str
    kind: Kind
    fields: tuple[str, ...]
    of: str = ""
    subject: Subject = Subject.PERSON


def held(model: str, kind: Kind, *fields: str, of: str = "", subject: Subject = Subject.PERSON) -> Held:
    """A row of a register: `model` is "step.Record"."""
    return Held(model=model, kind=kind, fields=fields, of=of, subject=subject)
