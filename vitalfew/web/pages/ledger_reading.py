"""How a file is to be read, as a form: what is asked, which column is which, and the choices a person posts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitalfew.ground.errors import Refusal
from vitalfew.ledger.importing import dates, fields
from vitalfew.ledger.queries import ArrivalRow

_COLUMN = "column:"
_LONGEST = 200
_NEEDED = ("customer", "date", "invoice", "item", "quantity", "unit_price", "amount")
_FIELDS_OF = {"sales": fields.SALES, "customers": fields.CUSTOMERS, "rates": fields.RATES}
_SCALARS = {
    "dates": frozenset(dates.ORDERS),
    "decimal": frozenset(("point", "comma")),
    "invoices": frozenset(("number", "yearly")),
}

KINDS = {
    "sales": gettext_lazy("sales lines"),
    "customers": gettext_lazy("a customer list"),
    "rates": gettext_lazy("currency rates"),
}
FIELDS = {
    "invoice": gettext_lazy("Invoice"),
    "customer": gettext_lazy("Customer number"),
    "customer_name": gettext_lazy("Customer name"),
    "date": gettext_lazy("Date"),
    "item": gettext_lazy("Item"),
    "description": gettext_lazy("Description"),
    "quantity": gettext_lazy("Quantity"),
    "unit_price": gettext_lazy("Unit price"),
    "amount": gettext_lazy("Amount"),
    "currency": gettext_lazy("Currency"),
    "cost": gettext_lazy("Cost"),
    "list_price": gettext_lazy("List price"),
    "category": gettext_lazy("Category"),
    "country": gettext_lazy("Country"),
    "parent": gettext_lazy("Group or parent"),
    "salesperson": gettext_lazy("Salesperson"),
    "kind": gettext_lazy("Kind: group, firm or site"),
    "town": gettext_lazy("Town"),
    "industry": gettext_lazy("Industry"),
    "size": gettext_lazy("Size"),
    "alias": gettext_lazy("Other number"),
    "from": gettext_lazy("From currency"),
    "to": gettext_lazy("To currency"),
    "rate": gettext_lazy("Rate"),
}
ORDERS = {
    "dmy": gettext_lazy("day first"),
    "mdy": gettext_lazy("month first"),
    "ymd": gettext_lazy("year first"),
}
MARKS = {"point": gettext_lazy("decimal point: 1,234.56"), "comma": gettext_lazy("decimal comma: 1.234,56")}

INVOICES = {
    "number": gettext_lazy("a number is never used twice"),
    "yearly": gettext_lazy("numbering restarts each year"),
}
WAYS = {"dates": tuple(ORDERS.items()), "decimal": tuple(MARKS.items()), "invoices": tuple(INVOICES.items())}


class ChoiceRefused(Refusal):
    """The choice does not belong to this file. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to read: what is posted, what a person sees, and by which reading."""

    value: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a plain choice; `name` is the form field that carries the answer."""

    name: str
    heading: str
    sentence: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One field and the column it is read from, "" where the file has none."""

    name: str
    label: str
    column: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it stands in the file and as it is read; `differs` where reading changes more than closing zeros."""

    text: str
    read: str
    readable: bool
    differs: bool


@dataclass(frozen=True, slots=True)
class ReadingForm:
    """A received file as it is understood now. `columns` is empty where the file could not be opened so far."""

    kind: str
    questions: tuple[Asked, ...]
    fields: tuple[FieldChoice, ...]
    columns: tuple[str, ...]
    dates: str
    decimal: str
    currency: str
    invoices: str
    head: tuple[tuple[str, str], ...]
    lines: tuple[tuple[int, tuple[Cell, ...]], ...]
    spare: tuple[str, ...]
    notes: tuple[str, ...]
    remembered: bool


def reading_form(row: ArrivalRow) -> ReadingForm:
    """The form of one received file, filled with how it would be read now."""
    preview, choices = row.preview, row.choices
    used = dict(preview.get("fields", {})) or {
        want: column for want, column in choices.get("columns", {}).items() if column
    }
    kind = preview.get("kind", "sales")
    wanted = _FIELDS_OF[kind] if preview else _NEEDED
    columns = tuple(preview.get("columns", ()))
    return ReadingForm(
        kind=kind,
        questions=tuple(_asked(question) for question in preview.get("questions", ())),
        fields=tuple(FieldChoice(_COLUMN + want, str(FIELDS[want]), used.get(want, "")) for want in wanted),
        columns=columns,
        dates=preview.get("dates", choices.get("dates", "")),
        decimal=preview.get("decimal", choices.get("decimal", "")),
        currency=preview.get("currency", choices.get("currency", "")),
        invoices=choices.get("invoices", "number"),
        head=named(used) if preview else (),
        lines=tuple((line["row"], _cells(line["cells"])) for line in preview.get("lines", ())),
        spare=tuple(column for column in columns if column not in used.values()),
        notes=tuple(preview.get("notes", ())),
        remembered=bool(preview.get("remembered")),
    )


def told(kind: str, reading: Mapping[str, Any]) -> str:
    """How a file is or was read (`ledger.intake.report.reading_of`, or a preview), in one sentence."""
    read, currency, words = set(reading.get("columns", ())), reading.get("currency", ""), [str(KINDS[kind])]
    if "date" in read and reading.get("dates") in ORDERS:
        words.append(_("dates %(order)s") % {"order": ORDERS[reading["dates"]]})
    if read & {*fields.NUMBERS, "rate"}:
        words.append(str(MARKS[reading.get("decimal", "point")]))
    if kind == "sales" and "currency" not in read:
        words.append(_("all in %(currency)s") % {"currency": currency} if currency else _("no currency named"))
    if kind == "sales" and "invoice" not in read:
        words.append(_("no invoice number: customer and day stand for it"))
    if reading.get("invoices") == "yearly":
        words.append(_("invoice numbering restarts each year"))
    return _("Read as %(told)s.") % {"told": ", ".join(words)}


def named(columns: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Each field in words with the column it is read from."""
    return tuple((str(FIELDS[want]), column) for want, column in columns.items())


def summary(row: ArrivalRow) -> str:
    """How a received file would be read, in one sentence or two."""
    preview = row.preview
    sentence = told(
        preview["kind"], {**preview, "columns": preview["fields"], "invoices": row.choices.get("invoices", "")}
    )
    return f"{sentence} {_('Files with these columns were read so before.')}" if preview.get("remembered") else sentence


def choices_posted(row: ArrivalRow, posted: QueryDict) -> dict[str, Any]:
    """What a person says about how the file is to be read; only what differs from how it was read by itself is kept.

    Raises ChoiceRefused for a field, a column or an answer that this file does not have.
    """
    given = {name: str(posted[name]).strip() for name in posted if name != "csrfmiddlewaretoken"}
    form = reading_form(row)
    allowed = {*_SCALARS, "currency", *(choice.name for choice in form.fields)}
    for name in given:
        if name not in allowed:
            raise ChoiceRefused(
                _("“%(name)s” is nothing that can be chosen for this file. Nothing was changed.") % {"name": name[:80]}
            )
    columns = {
        name.removeprefix(_COLUMN): _column(value, form.columns)
        for name, value in given.items()
        if name.startswith(_COLUMN)
    }
    used = {choice.name.removeprefix(_COLUMN): choice.column for choice in form.fields}
    asked = {question.name for question in form.questions}
    kept = dict(row.choices.get("columns", {}))
    kept |= {
        want: column
        for want, column in columns.items()
        if want in kept or column != used[want] or _COLUMN + want in asked
    }
    _refuse_one_column_twice(kept | columns)
    return {"columns": kept} | _scalars(given, row, asked)


def _scalars(given: Mapping[str, str], row: ArrivalRow, asked: set[str]) -> dict[str, str]:
    found = {}
    for name, value in given.items():
        if name in _SCALARS and value not in _SCALARS[name] | {""}:
            raise ChoiceRefused(_("“%(value)s” is no answer here. Nothing was changed.") % {"value": value[:80]})
        if name == "currency" and value and not re.fullmatch("[A-Za-z]{3}", value):
            raise ChoiceRefused(
                _("“%(value)s” is no currency: name it by its three letters, such as EUR. Nothing was changed.")
                % {"value": value[:80]}
            )
        if name in (*_SCALARS, "currency") and (
            name in asked or name in row.choices or value != row.preview.get(name, "")
        ):
            found[name] = value.upper() if name == "currency" else value
    return found


def _column(value: str, columns: tuple[str, ...]) -> str:
    """The column as the importer takes it; "" means that the file has no such column.

    While the columns are unknown, what a person writes (a name or a letter) is left to the importer to find or refuse.
    """
    if not value or value in columns or (not columns and len(value) <= _LONGEST):
        return value
    raise ChoiceRefused(_("The file has no column “%(column)s”. Nothing was changed.") % {"column": value[:80]})


def _refuse_one_column_twice(used: Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    for want, column in used.items():
        other = seen.setdefault(column, want)
        if column and other != want and {other, want} != {"customer", "customer_name"}:
            told = {"column": column, "first": FIELDS[other], "second": FIELDS[want]}
            raise ChoiceRefused(
                _(
                    "“%(column)s” is chosen both as %(first)s and as %(second)s: choose one of them. Nothing was changed."
                )
                % told
            )


def _asked(question: Mapping[str, Any]) -> Asked:
    option, sentence, answers = question["option"], question["sentence"], question["answers"]
    example = (re.findall("“([^”]*)”", sentence) or [""])[0]
    if option == "--map":
        return _asked_column(sentence, answers)
    shown = all(label for _answer, label in answers) and example
    if option == "--dates":
        heading = (
            _("Which day is “%(example)s”?") % {"example": example}
            if shown and len(answers) > 1
            else _("Which way round are the dates?")
        )
        return Asked(
            "dates",
            heading,
            "" if shown else sentence,
            tuple(Answer(value, label or str(ORDERS[value]), str(ORDERS[value])) for value, label in answers),
        )
    mixed = all(f"“{label}”" in sentence for _answer, label in answers)
    heading = (
        _("Does the file write a decimal point or a decimal comma?")
        if mixed
        else _("How much is “%(example)s”?") % {"example": example}
    )
    return Asked(
        "decimal",
        heading,
        sentence if mixed else "",
        tuple(Answer(value, label, str(MARKS[value])) for value, label in answers),
    )


def _asked_column(sentence: str, answers: Iterable[tuple[str, str]]) -> Asked:
    """Which of several columns is meant: the sentence names each with its letter, the answers carry the letters."""
    names = {letter: name for name, letter in re.findall(r"“([^”]*)” \(column ([A-Z]+)\)", sentence)}
    found, want = [], ""
    for option, examples in answers:
        want, _sign, letter = option.removeprefix("--map ").partition("=")
        column = names.get(letter, letter)
        found.append(Answer(column, column, examples))
    heading = _("Which column is the %(field)s?") % {"field": str(FIELDS[want]).lower()}
    return Asked(_COLUMN + want, heading, "", tuple(found))


def _cells(cells: Iterable[tuple[str, str, str]]) -> tuple[Cell, ...]:
    return tuple(Cell(text, read, read != "?", _bare(want, text) != read) for want, text, read in cells)


def _bare(want: str, text: str) -> str:
    bare = text.strip()
    return bare.rstrip("0").rstrip(".") if want in fields.NUMBERS and "." in bare else bare
