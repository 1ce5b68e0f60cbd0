"""Contacts from a list or an address book: who is new is added, who is known is brought up to date, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship import lists
from vitalfew.relationship.lists import Refused, Row
from vitalfew.relationship.models import Contact, Part, Position
from vitalfew.relationship.people import cards, contacts, parts
from vitalfew.relationship.people.contacts import ContactRefused, Who, Work
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.rights import Right

COLUMNS: lists.Columns = {
    "account": ("customer", "account", "customerno", "customernumber", "company", "firm", "kunde", "firma", "client", "societe", "cliente", "empresa"),
    "name": ("name", "contact", "fullname", "contactname", "ansprechpartner", "nom", "nombre"),
    "first": ("firstname", "givenname", "vorname", "prenom"),
    "last": ("lastname", "surname", "familyname", "nachname", "nomdefamille", "apellido", "apellidos"),
    "email": ("email", "mail", "emailaddress", "courriel", "correo"),
    "phone": ("phone", "telephone", "tel", "mobile", "telefon", "telefono"),
    "title": ("jobtitle", "title", "position", "funktion", "poste", "cargo"),
    "function": ("function", "department", "abteilung", "service", "departamento"),
    "language": ("language", "sprache", "langue", "idioma"),
    "part": ("role", "part", "rolle"),
}  # fmt: skip
_FUNCTIONS = {
    Position.Function.MANAGEMENT: ("management", "generalmanagement", "direction", "geschaftsfuhrung", "owner", "gerencia"),
    Position.Function.PURCHASING: ("purchasing", "procurement", "buying", "einkauf", "achats", "compras"),
    Position.Function.FINANCE: ("finance", "accounts", "accounting", "finanzen", "buchhaltung", "finances", "finanzas"),
    Position.Function.OPERATIONS: ("operations", "production", "logistics", "betrieb", "produktion", "exploitation", "operaciones"),
    Position.Function.TECHNICAL: ("technical", "engineering", "it", "technik", "technique", "tecnico"),
    Position.Function.SALES: ("sales", "marketing", "salesandmarketing", "vertrieb", "ventes", "ventas"),
}  # fmt: skip
_PARTS = {"decisionmaker": Part.Kind.DECIDES, "influencer": Part.Kind.INFLUENCES, "user": Part.Kind.USES, "sponsor": Part.Kind.SPONSORS, "blocker": Part.Kind.BLOCKS}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContactsImported:
    """What came of a file: rows in it, contacts added, brought up to date, known as they are; and the rows refused."""

    file: str
    rows: int
    new: int
    changed: int
    same: int
    refused: tuple[Refused, ...]
    dry_run: bool


@transaction.atomic
def import_contacts(
    *, path: Path, name: str, by: Actor, at: datetime, account: int | None = None, dry_run: bool = False
) -> ContactsImported:
    """Take in a list (CSV, Excel, Parquet) or an address book (vCard). A row that does not hold is told of and left out.

    `account` is where rows belong that name none. A contact is known by address, else by name at the account; an empty
    cell leaves what is known. A part named in the list is given for a year with the file as its reason.
    """
    sheet_rows, bad = _read(path, name)
    refused, counts, taking = list(bad), Counter[str](), _Taking(name, account, by, at)
    for row in sheet_rows:
        try:
            with transaction.atomic():
                counts[taking.take(row)] += 1
        except (Missing, ContactRefused) as refusal:
            refused.append(Refused(row.number, str(refusal).removesuffix(" Nothing was changed.")))
    if dry_run:
        transaction.set_rollback(True)
    else:
        told = {**counts, "refused": len(refused)}
        audit.record(by=by, at=at, verb="relationship.import_contacts", target=f"file:{name[:120]}", after=told)
    return ContactsImported(
        name, len(sheet_rows) + len(bad), counts["new"], counts["changed"], counts["same"],
        tuple(sorted(refused, key=lambda one: one.number)), dry_run,
    )  # fmt: skip


def _read(path: Path, name: str) -> tuple[tuple[Row, ...], tuple[Refused, ...]]:
    if cards.is_card(name):
        return cards.read_cards(path, name=name), ()
    sheet = lists.read_list(path, name=name, columns=COLUMNS, needed=())
    if not {"name", "last"} & set(sheet.columns):
        raise lists.ListRefused(f"{name} has no column with names: call one “Name”. Nothing was changed.")
    return sheet.rows, sheet.bad


@dataclass(frozen=True, slots=True)
class _Taking:
    """What all rows of one file share: its name, the account of rows that name none, who takes them in and when."""

    file: str
    account: int | None
    by: Actor
    at: datetime

    def take(self, row: Row) -> str:
        """Take one row in: "new", "changed" or "same"."""
        where = self._where(row.cells.get("account", ""))
        who, work = _who(row.cells), Work(row.cells.get("title", ""), _function(row.cells.get("function", "")))
        position = _known(who, where)
        if position is None:
            position, told = self._added(who, work, where), "new"
        else:
            told = "changed" if _brought_up(position, who, work) else "same"
        return "changed" if self._part(position, row.cells.get("part", "")) and told == "same" else told

    def _where(self, word: str) -> int:
        if not word and self.account is None:
            raise Missing("The row names no customer.")
        return find_account(word, person=self.by.person).pk if word else int(self.account or 0)

    def _added(self, who: Who, work: Work, account: int) -> Position:
        """A new contact, or one we know elsewhere who works here too."""
        elsewhere = contacts.by_address(who.email, self.by)
        if elsewhere is not None:
            return contacts.place(contact=elsewhere.pk, account=account, work=work, by=self.by, at=self.at)
        return contacts.add_contact(
            account=account, who=who, work=work, source=f"file {self.file}", by=self.by, at=self.at
        )

    def _part(self, position: Position, word: str) -> bool:
        """Give the part the file names, unless it stands already or is an opinion that the actor may not have."""
        kind = _PARTS.get(lists.plain(word))
        if kind is None or (kind == Part.Kind.BLOCKS and Right.OPINIONS not in self.by.rights):
            return False
        if Part.objects.filter(position=position, kind=kind, holds_until__gte=self.at.date()).exists():
            return False
        reason = f"As {self.file} says"
        parts.give_part(position=position.pk, kind=kind, reason=reason, by=self.by, at=self.at)
        return True


def _who(cells: Mapping[str, str]) -> Who:
    name = cells.get("name", "") or " ".join((cells.get("first", ""), cells.get("last", "")))
    language = lists.plain(cells.get("language", ""))[:2]
    known = {"en": "en", "de": "de", "ge": "de", "fr": "fr", "es": "es", "sp": "es"}
    return contacts.sound(Who(name, cells.get("email", ""), cells.get("phone", ""), known.get(language, "en")))


def _known(who: Who, account: int) -> Position | None:
    here = Position.objects.select_related("contact").filter(account=account, holds_until=None).order_by("pk")
    by_mail = here.filter(contact__email__iexact=who.email).first() if who.email else None
    return by_mail or here.filter(contact__name__iexact=who.name).first()


def _brought_up(position: Position, who: Who, work: Work) -> bool:
    """Write what the list says and we did not know; an empty cell and the standing language leave things as they are."""
    contact = position.contact
    said: dict[str, str] = {"email": who.email, "phone": who.phone}
    if who.language != Contact.Language.ENGLISH:
        said["language"] = who.language
    news = {field: value for field, value in said.items() if value and value != getattr(contact, field)}
    if news:
        versions.save(contact, expected=None, **news)
    wanted = {"title": work.title[:120], "function": "" if work.function == Position.Function.OTHER else work.function}
    changed = {field: value for field, value in wanted.items() if value and value != getattr(position, field)}
    if changed:
        versions.save(position, expected=None, **changed)
    return bool(news or changed)


def _function(word: str) -> str:
    known = lists.plain(word)
    return next(
        (function.value for function, words in _FUNCTIONS.items() if known in words), Position.Function.OTHER.value
    )
