"""Answers from a file: a survey that was done elsewhere, checked row by row, kept as the customer's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from vitalfew.ground.errors import Missing
from vitalfew.ledger.importing.dates import Order
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship import lists
from vitalfew.relationship.lists import Refused, Row
from vitalfew.relationship.models import Contact, Part, Position, Response, Wave
from vitalfew.relationship.survey.answering import write_evidence
from vitalfew.relationship.survey.answers import Answers, AnswersRefused, read_answers
from vitalfew.relationship.survey.questions import BY_KEY
from vitalfew.relationship.survey.wording import LANGUAGES
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor

_HEADS: lists.Columns = {
    "account": ("customer", "account", "customerno", "customernumber", "kunde", "client", "cliente"),
    "wave": ("wave", "survey", "welle", "vague", "ola"),
    "answered": ("answered", "date", "answeredon", "datum", "beantwortet", "fecha"),
    "respondent": ("respondent", "contact", "name", "person", "befragter", "repondant"),
    "email": ("email", "mail", "emailaddress"),
    "title": ("jobtitle", "title", "position", "funktion", "poste", "cargo"),
    "part": ("role", "part", "rolle", "role in decisions"),
}
# What a survey tool calls the questions: by number, or by our own key.
_QUESTIONS: lists.Columns = {
    "sentence": ("q1", "q1sentence"), "replacing": ("q2", "q2replacing"), "main_link": ("q3", "q3mainlink"),
    "understands": ("q4", "q4understandsus"), "objectives": ("q5", "q5helpsouraims"), "value": ("q6", "q6addsvalue"),
    "opportunities": ("q7", "q7opportunities"), "integrity": ("q8", "q8integrity"), "cheaper_5": ("q9", "q9rival5cheaper"),
    "cheaper_10": ("q10", "q10rival10cheaper"), "price_rise": ("q11", "q11acceptpricerise"), "other_quotes": ("q12", "q12otherquotes"),
    "next_year": ("q13", "q13next12months"), "rank": ("q14", "q14rank"), "suppliers": ("q14b", "q14bofsuppliers"),
    "recommend": ("q15", "q15recommend"), "whom": ("q15b", "q15bwhom"), "ease": ("q16", "q16easeoflastproblem"),
    "one_thing": ("q17", "q17onething"),
}  # fmt: skip
COLUMNS: lists.Columns = {**_HEADS, **{key: (*words, lists.plain(key)) for key, words in _QUESTIONS.items()}}
_PARTS = {"decisionmaker": Part.Kind.DECIDES, "influencer": Part.Kind.INFLUENCES, "user": Part.Kind.USES, "decides": Part.Kind.DECIDES, "influences": Part.Kind.INFLUENCES, "uses": Part.Kind.USES}  # fmt: skip
# The short words that files use for the two questions on a cheaper rival, beside the sentences of the form.
_SHORT = {"move": 1, "split": 2, "ask for a match": 3, "stay": 4, "less": 1, "same": 2, "more": 3}


@dataclass(frozen=True, slots=True)
class AnswersImported:
    """What came of a file: rows in it, answers kept (new, changed, the same as before), contacts added, rows refused."""

    file: str
    rows: int
    new: int
    changed: int
    same: int
    contacts: int
    refused: tuple[Refused, ...]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    """One row, checked: who said what of which account when."""

    account: int
    respondent: str
    email: str
    title: str
    part: str
    answered: date
    wave: str
    answers: Answers


@transaction.atomic
def import_answers(
    *, path: Path, name: str, by: Actor, at: datetime, dry_run: bool = False
) -> AnswersImported:  # fmt: skip
    """Keep the answers of a file: one row for each form. A row that cannot be read is told of and left out, the rest is kept.

    A respondent is known by address, else by name at the account; who is new becomes a contact there. The same
    respondent, account and wave again replaces the answers, so a file may be handed over twice. A wave that is named
    and not known is made, closed. Raises ListRefused where the file is no such list.
    """
    sheet = lists.read_list(path, name=name, columns=COLUMNS, needed=("account", "respondent", "answered"))
    order = lists.order_of([row.cells["answered"] for row in sheet.rows], name=name)
    refused, kept, accounts = list(sheet.bad), [], _Accounts(by)
    for row in sheet.rows:
        try:
            kept.append(_checked(row, accounts, order, at))
        except (Missing, AnswersRefused, ValueError) as refusal:
            refused.append(Refused(row.number, str(refusal)))
    keeping = _Keeping(by, at)
    counts = Counter(keeping.keep(answer) for answer in kept) if not dry_run else Counter(new=len(kept))
    if not dry_run:
        told = {"rows": len(sheet.rows), "kept": len(kept), "refused": len(refused)}
        audit.record(by=by, at=at, verb="relationship.import_answers", target=f"file:{name[:120]}", after=told)
    return AnswersImported(
        name, len(sheet.rows) + len(sheet.bad), counts["new"], counts["changed"], counts["same"], keeping.contacts,
        tuple(sorted(refused, key=lambda one: one.number)), dry_run,
    )  # fmt: skip


class _Accounts:
    """The accounts a file names, each looked up once."""

    def __init__(self, by: Actor) -> None:
        self.by, self.known = by, dict[str, int]()

    def number(self, word: str) -> int:
        """Raises Missing for one that is hidden or does not exist."""
        if word not in self.known:
            self.known[word] = find_account(word, person=self.by.person).pk
        return self.known[word]


def _checked(row: Row, accounts: _Accounts, order: Order, at: datetime) -> _Answer:
    cells = row.cells
    answered = lists.day_of(cells["answered"], order=order)
    if answered is None or answered > at.date():
        raise ValueError(f"“{cells['answered'][:40]}” is no day on which somebody answered.")
    if not cells["respondent"]:
        raise ValueError("The respondent's name is missing.")
    account = accounts.number(cells["account"])
    raw = {key: _number(key, cells.get(key, "")) for key in BY_KEY}
    return _Answer(
        account, cells["respondent"][:120], cells.get("email", ""), cells.get("title", "")[:120],
        _PARTS.get(lists.plain(cells.get("part", "")), ""), answered, cells.get("wave", "")[:120], read_answers(raw),
    )  # fmt: skip


def _number(key: str, text: str) -> str:
    """An answer in words as its number: the short words of files, or the sentence of the form in any language."""
    if not text or text.isdigit() or BY_KEY[key].steps == 0:
        return text
    name = "cheaper" if key.startswith("cheaper") else key
    known: Mapping[str, int] = {
        said[f"{name}_{step}"].casefold(): step
        for said in LANGUAGES.values()
        for step in BY_KEY[key].answers
        if f"{name}_{step}" in said
    }
    found = known.get(text.casefold()) or (_SHORT.get(text.casefold()) if name in ("cheaper", "next_year") else None)
    return str(found) if found else text


class _Keeping:
    """Keeps the answers of one file: respondents and waves are looked up once, who is new is added."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by, self.at, self.contacts = by, at, 0
        self._waves: dict[str, Wave] = {}
        self._titles: dict[tuple[int, str, int], str] = {}  # what this file called whom it has told of in a wave

    def keep(self, answer: _Answer) -> str:
        """Keep one form: "new", "changed" or "same"."""
        contact = self._respondent(answer)
        wave = self._wave(answer) if answer.wave else None
        known = Response.objects.filter(account=answer.account, contact=contact, wave=wave)
        stood = (known if wave else known.filter(answered_on=answer.answered)).first()
        row = stood or Response(account_id=answer.account, contact=contact, wave=wave)
        moment = timezone.make_aware(datetime.combine(answer.answered, time(12)))
        values = {"answers": answer.answers, "answered_on": answer.answered, "answered_at": moment, "part": answer.part}
        if stood and all(getattr(stood, field) == value for field, value in values.items()):
            return "same"
        values |= {"way": Response.Way.FILE, "source": "file"}
        if stood:
            versions.save(row, expected=None, **values)
        else:
            for field, value in values.items():
                setattr(row, field, value)
            row.save(force_insert=True)
        write_evidence(row, by=self.by.name, at=self.at)
        return "changed" if stood else "new"

    def _respondent(self, answer: _Answer) -> Contact:
        """The contact behind an answer, found by address or by name at the account; else added there.

        Two of one name who answered in the same wave under different titles are two people.
        """
        here = Position.objects.select_related("contact").filter(account=answer.account).order_by("pk")
        found = here.filter(contact__email__iexact=answer.email).first() if answer.email else None
        for position in [found] if found else here.filter(contact__name__iexact=answer.respondent):
            told = (answer.account, answer.wave, position.contact_id)
            if found or self._titles.setdefault(told, answer.title) == answer.title:
                return position.contact
        return self._added(answer)

    def _added(self, answer: _Answer) -> Contact:
        contact = Contact.objects.create(
            name=answer.respondent, email=answer.email, source="survey file", added_at=self.at, added_by=self.by.name
        )
        Position.objects.create(
            contact=contact, account_id=answer.account, title=answer.title, holds_from=answer.answered
        )
        self._titles[answer.account, answer.wave, contact.pk] = answer.title
        self.contacts += 1
        return contact

    def _wave(self, answer: _Answer) -> Wave:
        """The wave a file names; one that is not known is made, closed already."""
        if answer.wave not in self._waves:
            made = {"closes_on": answer.answered, "made_at": self.at, "made_by": self.by.name, "closed_at": self.at}
            self._waves[answer.wave], _new = Wave.objects.get_or_create(name=answer.wave, defaults=made)
        return self._waves[answer.wave]
