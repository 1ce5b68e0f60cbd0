"""Every line of a file checked: accepted, corrected, set aside or refused, each with its reason, row and cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.ground.money import digits
from vitalfew.ledger.importing import amounts, cells, dates, kinds, numbers
from vitalfew.ledger.importing.cells import BAD, GOOD, MENDED, MISSING, Cells, Reader
from vitalfew.ledger.importing.codebook import Codebook, clean_key
from vitalfew.ledger.importing.lines import SCHEMA, Checked, Trouble
from vitalfew.ledger.importing.recognising import Reading, column_letter
from vitalfew.ledger.reading.table import Block

REASONS = {
    "no-date": "The date is missing.",
    "bad-date": "The date cannot be read.",
    "bad-quantity": "The quantity is no number.",
    "bad-unit_price": "The unit price is no number.",
    "bad-amount": "The amount is no number.",
    "bad-cost": "The cost is no number.",
    "bad-list_price": "The list price is no number.",
    "no-amount": "There is neither an amount nor a quantity with a unit price.",
    "too-large": "The amount is too large to be true.",
    "bad-currency": "The currency is no three-letter code.",
    "too-many-cells": "The line has more cells than the header.",
    "too-few-cells": "The line has fewer cells than the header.",
    "totals": "A totals row: it repeats what other lines say.",
    "header-again": "The header again.",
}
_EPOCH = date(1970, 1, 1).toordinal()
_TOTALS = re.compile(
    r"^\W*(?:grand|sub|report|overall)?\W?(?:totals?|subtotal|sum|summe|gesamt(?:summe|betrag)?|zwischensumme|endsumme|insgesamt|"
    r"totaux|somme|total general|suma|report total)\b\W*(?:\S+\W*){0,3}$",
    re.IGNORECASE,
)
_SYMBOLS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "JPY"}


class Checker:
    """Checks the blocks of one file under one reading; remembers customers, products and what was noticed."""

    def __init__(
        self,
        *,
        reading: Reading,
        columns: Sequence[str],
        from_1904: bool,
        batch: int,
        currency: str,
        customers: Codebook,
        items: Codebook,
        charges: set[int],
        digits_expected: bool,
    ) -> None:
        self.reading, self.batch, self.currency = reading, batch, currency
        self.customers, self.items, self.charges = customers, items, charges
        self._letters = {column: column_letter(place) for place, column in enumerate(columns)}
        self._digits_expected = digits_expected
        self.customer_words: dict[str, dict[int, str]] = {}
        self.item_words: dict[str, dict[int, str]] = {}
        self._judged: set[int] = set(charges)
        self._numbers = {name: Reader(self._read_number) for name in ("quantity", "unit_price", "amount", "cost", "list_price")}
        self._dates = Reader(lambda text: _read_date(text, reading, from_1904))

    def check(self, block: Block) -> Checked:
        """All rows of a block, accounted for."""
        rows = len(block.rows)
        customer, item = self._codes(self.customers, "customer", block), self._codes(self.items, "item", block)
        day = self._dates.read(self._column(block, "date"), rows)
        figures = {name: reader.read(self._column(block, name), rows) for name, reader in self._numbers.items()}
        currency, currency_bad = self._currencies(block)
        aside = self._set_aside(block, day, customer, item)
        places = digits(self.currency)
        amount, too_large, cut = self._amounts(figures, places)
        why = _first_reason(rows, day, figures, too_large, currency_bad)
        keep = (why == "") & (aside == "")
        if not keep.all():  # what is cut off by rounding is told for accepted lines only
            cut = self._amounts({name: _only(found, keep) for name, found in figures.items()}, places)[2]
        charge = self._charges(block, item.values, keep & (amount != 0))
        kind = kinds.kinds(
            amount=amount,
            quantity=np.where(figures["quantity"].present, figures["quantity"].values, 1),
            customer=customer.values,
            charge=charge,
        )
        self._learn(block, customer.values, item.values, keep, amount > 0)
        invoice, credit = self._invoices(block, customer.values, day.values)
        mended = np.zeros(rows, bool)
        for found in (customer, item, day, *figures.values()):
            mended |= found.states == MENDED
        lines = self._lines(block, keep, invoice, customer, item, day, kind, figures, amount, currency, places)
        return Checked(
            lines=lines,
            corrected=int((mended & keep).sum()),
            refused=(*self._troubles(block, np.where(aside == "", why, "")), *(Trouble(bad.row, bad.cell, bad.reason, bad.text) for bad in block.bad)),
            set_aside=self._troubles(block, aside),
            notices=_notices(keep, kind, customer.values, credit, figures),
            digests=cells.digests(block.cells, rows)[keep],
            cut=cut,
        )

    def _column(self, block: Block, field: str) -> pa.DictionaryArray | None:
        column = self.reading.columns.get(field)
        return block.cells[column] if column else None

    def _read_number(self, text: str) -> tuple[int, int]:
        value = numbers.parse(text, mark=self.reading.mark)
        return (0, BAD) if value is None else (value, GOOD)

    def _codes(self, book: Codebook, field: str, block: Block) -> Cells:
        column = self._column(block, field)
        if column is None:
            return Cells(np.zeros(len(block.rows), np.int64), np.zeros(len(block.rows), np.int8))
        cleaned = [clean_key(text) for text in column.dictionary.to_pylist()]
        places = cells.places_of(column)
        used = np.unique(places[places < len(cleaned)])
        codes = book.codes(cleaned[place][0] for place in used if cleaned[place][0])
        values = np.array([codes.get(key, 0) for key, _ in cleaned] + [0], np.int64)
        states = np.array([(MENDED if mended else GOOD) if key in codes else MISSING for key, mended in cleaned] + [MISSING], np.int8)
        return Cells(values[places], states[places])

    def _currencies(self, block: Block) -> tuple[pa.DictionaryArray, NDArray[np.bool_]]:
        rows = len(block.rows)
        column = self._column(block, "currency")
        if column is None:
            return pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [self.currency]), np.zeros(rows, bool)
        texts = [_SYMBOLS.get(text.strip(), text.strip().upper()) or self.currency for text in column.dictionary.to_pylist()]
        good = [bool(re.fullmatch("[A-Z]{3}", text)) for text in texts] + [True]
        places = cells.places_of(column)
        found = pa.DictionaryArray.from_arrays(places, [*(text[:3] for text in texts), self.currency])
        return found, ~np.array(good)[places]

    def _set_aside(self, block: Block, day: Cells, customer: Cells, item: Cells) -> NDArray[np.str_]:
        """Why a row is set aside: "header-again", "totals" or nothing."""
        rows = len(block.rows)
        again, total = np.zeros(rows, np.int16), np.zeros(rows, bool)
        for field, column in self.reading.columns.items():
            texts = block.cells[column].dictionary.to_pylist()
            places = cells.places_of(block.cells[column])
            again += np.array([text.strip() == column for text in texts] + [False])[places]
            if field not in numbers_fields:
                total |= np.array([bool(_TOTALS.match(text)) for text in texts] + [False])[places]
        nameless = ~day.present & ~customer.present & ~item.present
        total = (total & (~day.present | (~customer.present & ~item.present))) | (nameless & day.are(MISSING))
        header = again * 2 >= max(2, len(self.reading.columns))
        return np.where(header, "header-again", np.where(total, "totals", ""))

    def _amounts(self, figures: dict[str, Cells], places: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], int]:
        given, quantity, price = figures["amount"], figures["quantity"], figures["unit_price"]
        direct, cut = amounts.to_minor(np.where(given.present, given.values, 0), places)
        by_price = ~given.present & quantity.present & price.present
        worked, too_large, more = amounts.product(np.where(by_price, quantity.values, 0), np.where(by_price, price.values, 0), places)
        return direct + worked, too_large, cut + more

    def _charges(self, block: Block, item: NDArray[np.int64], telling: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which lines are charges. An item is judged once, on its first line that moves money: stock corrections are
        booked under products with words of their own."""
        column, words = self._column(block, "item"), self._column(block, "description")
        if column is None:
            return np.zeros(len(item), bool)
        codes, places = column.dictionary.to_pylist(), cells.places_of(column)
        texts = words.dictionary.to_pylist() if words is not None else []
        word_places = cells.places_of(words) if words is not None else np.zeros(len(item), np.int32)
        new, first = np.unique(np.where(telling, item, 0), return_index=True)
        for code, row in zip(new.tolist(), first.tolist(), strict=True):
            if code == 0 or code in self._judged:
                continue
            self._judged.add(code)
            said = texts[word_places[row]].strip() if word_places[row] < len(texts) else ""
            if kinds.is_charge(clean_key(codes[places[row]])[0], said, digits_expected=self._digits_expected):
                self.charges.add(code)
        return np.isin(item, list(self.charges)) if self.charges else np.zeros(len(item), bool)

    def _learn(
        self, block: Block, customer: NDArray[np.int64], item: NDArray[np.int64], keep: NDArray[np.bool_], sold: NDArray[np.bool_]
    ) -> None:
        """Keep the latest words the file has for each customer and product; a product's from lines that sold it."""
        for field in ("customer_name", "country", "parent", "salesperson"):
            _latest(self.customer_words.setdefault(field, {}), self._column(block, field), np.where(keep, customer, 0))
        for field, column in (("description", "description"), ("category", "category"), ("any_description", "description")):
            told = keep if field == "any_description" else keep & sold
            _latest(self.item_words.setdefault(field, {}), self._column(block, column), np.where(told, item, 0))

    def _invoices(
        self, block: Block, customer: NDArray[np.int64], day: NDArray[np.int64]
    ) -> tuple[pa.DictionaryArray, NDArray[np.bool_]]:
        column = self._column(block, "invoice")
        if column is None:
            return _stand_ins(customer, day), np.zeros(len(customer), bool)
        texts = [clean_key(text)[0] for text in column.dictionary.to_pylist()]
        places = cells.places_of(column)
        credit = np.array([kinds.is_credit_number(text) for text in texts] + [False])[places]
        if self.reading.invoices == "yearly":
            years = day.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
            pairs, inverse = np.unique(places.astype(np.int64) * 10_000 + years, return_inverse=True)
            texts = [f"{(texts + [''])[pair // 10_000]}/{pair % 10_000}" for pair in pairs.tolist()]
            return pa.DictionaryArray.from_arrays(inverse.astype(np.int32), texts), credit
        nameless = np.array([not text for text in texts] + [True])[places]
        if nameless.any():
            return _with_stand_ins(texts, places, nameless, customer, day), credit
        return pa.DictionaryArray.from_arrays(places, texts), credit

    def _lines(
        self, block: Block, keep: NDArray[np.bool_], invoice: pa.DictionaryArray, customer: Cells, item: Cells, day: Cells,
        kind: NDArray[np.int8], figures: dict[str, Cells], amount: NDArray[np.int64], currency: pa.DictionaryArray, places: int,
    ) -> pa.Table:  # fmt: skip
        cost = figures["cost"]
        table = pa.table(
            [
                pa.array(np.full(len(keep), self.batch, np.int32)),
                pa.array(block.rows),
                invoice,
                pa.array(customer.values.astype(np.int32)),
                pa.array(item.values.astype(np.int32)),
                pa.array(day.values.astype(np.int32)).cast(pa.date32()),
                pa.array(kind),
                *(pa.array(figures[name].values, mask=~figures[name].present) for name in ("quantity", "unit_price", "list_price")),
                pa.array(amount),
                pa.array(amounts.to_minor(cost.values, places)[0], mask=~cost.present),
                currency,
            ],
            schema=SCHEMA,
        )
        return table if keep.all() else table.filter(pa.array(keep))

    def _troubles(self, block: Block, why: NDArray[np.str_]) -> tuple[Trouble, ...]:
        found = []
        for place in np.nonzero(why != "")[0].tolist():
            reason = str(why[place])
            field = reason.removeprefix("bad-").removeprefix("no-")
            column = self.reading.columns.get("amount" if field == "too-large" else field, "")
            cell = block.cells[column][place].as_py() if column else ""
            found.append(Trouble(int(block.rows[place]), self._letters.get(column, ""), reason, (cell or "")[:200]))
        return tuple(found)


numbers_fields = frozenset(("quantity", "unit_price", "amount", "cost", "list_price"))


def _read_date(text: str, reading: Reading, from_1904: bool) -> tuple[int, int]:
    day = dates.parse(text, order=reading.order, from_1904=from_1904)
    if day is None:
        return 0, BAD
    return day.toordinal() - _EPOCH, MENDED if dates.is_serial(text) else GOOD


def _first_reason(
    rows: int, day: Cells, figures: dict[str, Cells], too_large: NDArray[np.bool_], currency_bad: NDArray[np.bool_]
) -> NDArray[np.str_]:
    """The first reason for which each row is refused, "" where there is none."""
    amount, quantity, price = figures["amount"], figures["quantity"], figures["unit_price"]
    unknown = ~amount.present & ~(quantity.present & price.present)
    reasons = [(day.are(MISSING), "no-date"), (day.are(BAD), "bad-date")]
    reasons += [(found.are(BAD), f"bad-{name}") for name, found in figures.items()]
    reasons += [(unknown, "no-amount"), (too_large, "too-large"), (currency_bad, "bad-currency")]
    return np.select([mask for mask, _ in reasons], [word for _, word in reasons], default="")


def _only(found: Cells, keep: NDArray[np.bool_]) -> Cells:
    return Cells(found.values, np.where(keep, found.states, MISSING).astype(np.int8))


def _latest(words: dict[int, str], column: pa.DictionaryArray | None, codes: NDArray[np.int64]) -> None:
    if column is None:
        return
    places = cells.places_of(column).astype(np.int64)
    seen = (codes > 0) & (places < len(column.dictionary))
    pairs, last = np.unique((codes * (len(column.dictionary) + 1) + places)[seen][::-1], return_index=True)
    texts = column.dictionary.to_pylist()
    for pair in pairs[np.argsort(-last)].tolist():
        code, place = divmod(pair, len(texts) + 1)
        text = " ".join(texts[place].split())
        if text:
            words[code] = text[:200]


def _stand_ins(customer: NDArray[np.int64], day: NDArray[np.int64]) -> pa.DictionaryArray:
    """Customer and day stand for the invoice where a file has no invoice number."""
    pairs, inverse = np.unique(customer * 100_000 + day, return_inverse=True)
    texts = [f"customer {pair // 100_000} day {pair % 100_000}" for pair in pairs.tolist()]
    return pa.DictionaryArray.from_arrays(inverse.astype(np.int32), texts)


def _with_stand_ins(
    texts: list[str], places: NDArray[np.int32], nameless: NDArray[np.bool_], customer: NDArray[np.int64], day: NDArray[np.int64]
) -> pa.DictionaryArray:
    stand_in = _stand_ins(customer[nameless], day[nameless])
    indices = places.copy()
    indices[nameless] = stand_in.indices.to_numpy() + len(texts)
    return pa.DictionaryArray.from_arrays(indices, [*texts, *stand_in.dictionary.to_pylist()])


def _notices(
    keep: NDArray[np.bool_], kind: NDArray[np.int8], customer: NDArray[np.int64], credit: NDArray[np.bool_], figures: dict[str, Cells]
) -> dict[str, int]:
    """Lines by what was recognised in them; a line may count in several."""
    price = figures["unit_price"]
    found = {
        "no-customer": customer == 0,
        "credit-note": credit,
        "zero-price": price.present & (price.values == 0),
        "negative-quantity": figures["quantity"].present & (figures["quantity"].values < 0),
        **{word: kind == number for number, word in kinds.WORDS.items()},
    }
    return {word: count for word, mask in found.items() if (count := int((mask & keep).sum()))}
