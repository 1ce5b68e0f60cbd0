"""Which column carries which field, from names and contents; where two readings fit, a question instead of a guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vitalfew.ground.errors import Ambiguity, Refusal
from vitalfew.ledger.importing import dates, fields, numbers
from vitalfew.ledger.importing.dates import Order
from vitalfew.ledger.importing.numbers import Mark


class NotALedger(Refusal):
    """The file has no columns from which sales lines, customers or rates could be read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: its columns by field, the order of its dates, its decimal mark, its currency.

    `invoices` is "number" where an invoice number is never used twice, "yearly" where numbering restarts each year.
    `unproven` names what neither the file nor a person has settled ("dates", "decimal"), so that it is not remembered.
    """

    kind: str
    columns: Mapping[str, str]
    order: Order = "ymd"
    mark: Mark = "point"
    currency: str = ""
    invoices: str = "number"
    unproven: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Two readings fit: what is asked, the option that answers it, and the answers with an example each."""

    option: str
    sentence: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who hands the file over says about it; empty where they say nothing."""

    columns: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    mark: str = ""
    currency: str = ""
    invoices: str = ""


Sample = Mapping[str, Sequence[str]]  # distinct non-empty values of each column


def recognise(
    *, name: str, columns: Sequence[str], sample: Sample, wishes: Wishes, letters: Sequence[str] = ()
) -> tuple[Reading, tuple[Question, ...]]:
    """The most natural reading of a file, with the questions that must be answered before it may be trusted.

    `letters` are the columns' letters in the file where the table does not begin in A.
    Raises NotALedger when no reading is possible, naming what is missing and the option that helps.
    """
    by_letter = dict(zip(letters or map(column_letter, range(len(columns))), columns, strict=True))
    named = _wished(name, by_letter, wishes.columns)
    kind = _kind(columns, named)
    wanted = {"sales": fields.SALES, "customers": fields.CUSTOMERS, "rates": fields.RATES}[kind]
    chosen, questions = _choose(by_letter, wanted, named, sample)
    _bare_number(chosen, columns, "customer" if kind == "customers" else "item", named)
    if "customer" not in {*chosen, *named} and "customer_name" in chosen:
        chosen["customer"] = chosen["customer_name"]  # a file that knows its customers by name only
    _require(name, kind, chosen, columns)
    reading = Reading(kind=kind, columns=chosen, currency=wishes.currency.upper(), invoices=wishes.invoices or "number")
    return reading, tuple(questions)


def settle(
    reading: Reading, wishes: Wishes, *, days: dates.Evidence, marks: numbers.Evidence, remembered: Wishes | None = None
) -> tuple[Reading, tuple[Question, ...]]:
    """The reading with its date order and decimal mark, and the questions that the values leave open.

    What was said of such a file before (`remembered`) answers a question, but never goes before what the values prove.
    """
    before = remembered or Wishes()
    order, day_question = _order(wishes.order, days)
    mark, mark_question = _mark(wishes.mark, marks)
    unproven = []
    if _may_answer(before.order, day_question, days.only or wishes.order):
        order, day_question = _order(before.order, days)
    elif not (days.only or wishes.order):
        unproven.append("dates")
    if _may_answer(before.mark, mark_question, marks.point or marks.comma or wishes.mark):
        mark, mark_question = _mark(before.mark, marks)
    elif not (marks.point or marks.comma or wishes.mark):
        unproven.append("decimal")
    open_questions = tuple(question for question in (day_question, mark_question) if question)
    return replace(reading, order=order, mark=mark, unproven=tuple(unproven)), open_questions


def _may_answer(word: str, question: Question | None, proof: object) -> bool:
    """Whether a remembered word settles what is open: one of the answers, or where the values prove nothing at all."""
    if question:
        return word in {answer for answer, _ in question.answers}
    return bool(word) and not proof


def ask(questions: Iterable[Question]) -> None:
    """Raise the first open question as an Ambiguity that names the option which settles it."""
    for question in questions:
        ways = " or ".join(
            f"`{question.option} {answer}`" if not answer.startswith("--") else f"`{answer}`"
            for answer, _ in question.answers
        )
        raise Ambiguity(f"{question.sentence} Say {ways}.", option=question.option)


def _wished(name: str, by_letter: Mapping[str, str], wishes: Mapping[str, str]) -> dict[str, str]:
    known, columns = {*fields.SALES, *fields.CUSTOMERS, *fields.RATES}, tuple(by_letter.values())
    found = {}
    for wish, column in wishes.items():
        if wish not in known:
            raise NotALedger(f"--map {wish}=…: there is no field “{wish}”. Fields: {', '.join(fields.SALES)}.")
        exact = column if column in columns else by_letter.get(column.upper(), "")
        if column and not exact:
            raise NotALedger(
                f"{name} has no column “{column}”. Its columns: {', '.join(by_letter.values())}. Nothing was imported."
            )
        found[wish] = exact
    return found


def _kind(columns: Sequence[str], named: Mapping[str, str]) -> str:
    has = {match.field for match in fields.matches(columns, (*fields.SALES, *fields.CUSTOMERS, *fields.RATES))} | set(
        named
    )
    if {"rate", "from", "to", "date"} <= has and not has & {"customer", "quantity", "invoice"}:
        return "rates"
    firm = {"town", "industry", "size", "kind", "parent", "alias", "customer_name"} & has
    worth = {"amount", "unit_price", "quantity"} & has
    if (
        "date" not in has
        and firm
        and ("customer" in has or "customer_name" in has)
        and not {"invoice", "quantity", "item"} & has
    ):
        return "customers"
    if not worth and "date" not in has and "customer" in has and firm:
        return "customers"
    return "sales"


def _choose(
    by_letter: Mapping[str, str], wanted: Sequence[str], named: Mapping[str, str], sample: Sample
) -> tuple[dict[str, str], list[Question]]:
    columns = tuple(by_letter.values())
    chosen = {wish: column for wish, column in named.items() if column}
    questions = []
    found = fields.matches(columns, wanted)
    order = ("customer", "date", "quantity", "amount", "unit_price", "invoice", "item", "customer_name")
    for want in sorted(wanted, key=lambda want: order.index(want) if want in order else len(order)):
        if want in named:
            continue
        free = [match for match in found if match.field == want and match.column not in chosen.values()]
        # Mostly dates or numbers, or else a few: a column of mistakes is better reported by line than not seen at all.
        free = [match for match in free if _fitting(want, sample.get(match.column, ())) >= 0.5] or [
            match for match in free if _fitting(want, sample.get(match.column, ())) > 0
        ]
        if not free:
            continue
        chosen[want] = free[0].column
        rivals = [match.column for match in free if match.rank == free[0].rank]
        if len(rivals) > 1:
            questions.append(_which_column(want, rivals, by_letter, sample))
    _second_customer_column(chosen, columns)
    if "date" in wanted and "date" not in chosen and "date" not in named:
        by_content = [
            column for column in columns if column not in chosen.values() and _all_dates(sample.get(column, ()))
        ]
        if len(by_content) == 1:
            chosen["date"] = by_content[0]
    return chosen, questions


def _second_customer_column(chosen: dict[str, str], columns: Sequence[str]) -> None:
    """Beside a column of customer numbers, one that is just called Customer holds the names."""
    if "customer" not in chosen or "customer_name" in chosen:
        return
    for column in columns:
        if (
            fields.plain(column) in {"customer", "client", "kunde", "cliente", "account"}
            and column not in chosen.values()
        ):
            chosen["customer_name"] = column
            return


def _bare_number(chosen: dict[str, str], columns: Sequence[str], field: str, named: Mapping[str, str]) -> None:
    """A column just called No. holds what the file is a list of: customers, or in sales lines the items."""
    free = [column for column in columns if fields.plain(column) in {"no", "nr"} and column not in chosen.values()]
    if free and field not in {*chosen, *named}:
        chosen[field] = free[0]


def _which_column(want: str, rivals: Sequence[str], by_letter: Mapping[str, str], sample: Sample) -> Question:
    found = {letter: column for letter, column in by_letter.items() if column in rivals}
    places = " and ".join(f"“{column}” (column {letter})" for letter, column in found.items())
    answers = tuple(
        (f"--map {want}={letter}", ", ".join(list(sample.get(column, ()))[:3])) for letter, column in found.items()
    )
    return Question("--map", f"{places} can each be the {want.replace('_', ' ')}.", answers)


def _fitting(want: str, values: Sequence[str]) -> float:
    """The share of a column's values that can be read as what is wanted."""
    if values and want == "date":
        return _share(values, lambda value: any(dates.parse(value, order=order) for order in dates.ORDERS))
    if values and want in fields.NUMBERS:
        return _share(
            values, lambda value: any(numbers.parse(value, mark=mark) is not None for mark in ("point", "comma"))
        )
    return 1.0


def _all_dates(values: Sequence[str]) -> bool:
    return (
        len(values) > 2
        and _share(
            values,
            lambda value: not dates.is_serial(value) and any(dates.parse(value, order=order) for order in dates.ORDERS),
        )
        >= 0.95
    )


def _share(values: Sequence[str], fits: object) -> float:
    looked = values[:200]
    return sum(bool(fits(value)) for value in looked) / len(looked)  # type: ignore[operator]


def _require(name: str, kind: str, chosen: Mapping[str, str], columns: Sequence[str]) -> None:
    told = f"The columns of {name} are: {', '.join(columns[:40])}."
    if kind == "rates":
        lacking = [word for word in fields.RATES if word not in chosen]
        if lacking:
            raise NotALedger(
                f"{name} has no column from which {' and '.join(lacking)} can be read. {told} Say which it is: --map {lacking[0]}=COLUMN. Nothing was imported."
            )
        return
    if "customer" not in chosen:
        raise NotALedger(
            f"{name} has no column that names the customer. {told} Say which it is: --map customer=COLUMN. Nothing was imported."
        )
    if kind != "sales":
        return
    if "date" not in chosen:
        raise NotALedger(
            f"{name} has no column with the date of the invoice. {told} Say which it is: --map date=COLUMN. Nothing was imported."
        )
    if "amount" not in chosen and not {"quantity", "unit_price"} <= chosen.keys():
        raise NotALedger(
            f"{name} has neither an amount nor a quantity with a unit price. {told} "
            "Say which they are: --map amount=COLUMN, or --map quantity=COLUMN --map unit_price=COLUMN. Nothing was imported."
        )


def _order(wish: str, days: dates.Evidence) -> tuple[Order, Question | None]:
    if wish in dates.ORDERS:
        return wish, None
    only = dict(days.only)
    ours: list[Order] = [order for order in dates.ORDERS if order != "ymd" and order in only]
    if len(ours) == 2:
        sentence = f"“{only['dmy']}” can only be day/month and “{only['mdy']}” only month/day: the file mixes both."
        return "dmy", _date_question(sentence, only["dmy"])
    if ours or not days.either:
        return (ours or list(only) or ["ymd"])[0], None
    fits, example = days.either[0]
    return fits[0], _date_question(f"The dates can be read in {len(fits)} ways: “{example}”.", example, fits)


def _date_question(sentence: str, example: str, orders: Sequence[Order] = ("dmy", "mdy")) -> Question:
    answers = tuple((order, f"{day:%-d %B %Y}") for order in orders if (day := dates.parse(example, order=order)))
    told = ", ".join(f"{order} reads it as {shown}" for order, shown in answers)
    return Question(
        "--dates",
        f"{sentence} {told}." if len(answers) > 1 else sentence,
        answers if len(answers) > 1 else tuple((order, "") for order in orders),
    )


def _mark(wish: str, marks: numbers.Evidence) -> tuple[Mark, Question | None]:
    if wish in ("point", "comma"):
        return ("point" if wish == "point" else "comma"), None
    if marks.point and marks.comma:
        sentence = f"“{marks.point}” has a decimal point and “{marks.comma}” a decimal comma: the file mixes both."
        return "point", Question("--decimal", sentence, (("point", marks.point), ("comma", marks.comma)))
    if marks.comma:
        return "comma", None
    if marks.either and not marks.point:
        value, _ = numbers.bare(marks.either)
        whole = value.replace(",", "").replace(".", "")
        part = value.replace(",", ".")
        point, comma = (part, whole) if "." in value else (whole, part)
        sentence = f"The numbers can be read in two ways: “{marks.either}” is {point} with a decimal point and {comma} with a decimal comma."
        return "point", Question("--decimal", sentence, (("point", point), ("comma", comma)))
    return "point", None


def column_letter(index: int) -> str:
    """A column's letters as a spreadsheet shows them: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
