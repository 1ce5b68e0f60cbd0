"""Every line of a file checked: accepted, corrected, set aside or refused, each with its reason, row and cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.ledger.importing import amounts, cells, currencies, dates, kinds, numbers
from vitalfew.ledger.importing.cells import BAD, GOOD, MENDED, MISSING, Cells, Reader
from vitalfew.ledger.importing.codebook import Codebook, clean_key
from vitalfew.ledger.importing.currencies import Currencies
from vitalfew.ledger.importing.lines import SCHEMA, Checked, Trouble
from vitalfew.ledger.importing.recognising import Reading
from vitalfew.ledger.importing.words import Words, last_rows
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
    "unclosed-quote": "A quotation mark that is never closed has taken in the lines below.",
    "totals": "A totals row: it repeats what other lines say.",
    "header-again": "The header again.",
}
_EPOCH = date(1970, 1, 1).toordinal()
_TOTALS = re.compile(
    r"^\W*(?:grand|sub|report|overall)?\W?(?:totals?|subtotal|sum|summe|gesamt(?:summe|betrag)?|zwischensumme|endsumme|insgesamt|"
    r"totaux|somme|total general|suma|report total)\b\W*(?:\S+\W*){0,3}$",
    re.IGNORECASE,
)


class Checker:
    """Checks the blocks of one file under one reading; remembers customers, products and what was noticed."""

    def __init__(
        self,
        *,
        reading: Reading,
        letters: Mapping[str, str],
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
        self._letters = letters
        self._sold_to: set[int] = set()
        self._sold: set[int] = set()
        self._digits_expected = digits_expected
        self._customer_words = {field: Words() for field in ("customer_name", "country", "parent", "salesperson")}
        self._item_words = {field: Words() for field in ("description", "category", "any_description")}
        self._judged: set[int] = set(charges)
        self._numbers = {
            name: Reader(self._read_number) for name in ("quantity", "unit_price", "amount", "cost", "list_price")
        }
        self._totals = Reader(lambda text: (int(not text[0].isdigit() and bool(_TOTALS.match(text))), GOOD))
        self._dates = Reader(lambda text: _read_date(text, reading, from_1904))

    def check(self, block: Block) -> Checked:
        """All rows of a block, accounted for."""
        rows = len(block.rows)
        customer, item = self._codes(self.customers, "customer", block), self._codes(self.items, "item", block)
        day = self._dates.read(self._column(block, "date"), rows)
        figures = {name: reader.read(self._column(block, name), rows) for name, reader in self._numbers.items()}
        currency = currencies.read(self._column(block, "currency"), own=self.currency, rows=rows)
        aside = self._set_aside(block, day, customer, item)
        amount, too_large, cut = _amounts(figures, currency.places)
        why = _first_reason(rows, day, figures, too_large, currency.bad)
        keep = (why == "") & (aside == "")
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
        lines = self._lines(
            block, keep, invoice=invoice, customer=customer, item=item, day=day, kind=kind, figures=figures, amount=amount, currency=currency
        )  # fmt: skip
        return Checked(
            lines=lines,
            corrected=int((mended & keep).sum()),
            refused=(
                *self._troubles(block, np.where(aside == "", why, "")),
                *(Trouble(bad.row, bad.cell, bad.reason, bad.text) for bad in block.bad),
            ),
            set_aside=self._troubles(block, aside),
            notices=_notices(keep, kind, customer.values, credit, figures),
            digests=cells.digests(block.cells, rows)[keep],
            cuts={self.currency: cut}
            if keep.all() and currency.single and currency.column.dictionary[0].as_py() == self.currency
            else _cuts(figures, currency, keep),
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
        places = cells.places_of(column)
        texts = column.dictionary.to_pylist()
        if len(texts) != len(used := np.unique(places[places < len(texts)])):
            texts = [text if place in set(used.tolist()) else "" for place, text in enumerate(texts)]
        found = book.read(texts)
        values = np.array([code for code, _ in found] + [0], np.int64)
        states = np.array(
            [MENDED if mended else GOOD if code else MISSING for code, mended in found] + [MISSING], np.int8
        )
        return Cells(values[places], states[places])

    def _set_aside(self, block: Block, day: Cells, customer: Cells, item: Cells) -> NDArray[np.str_]:
        """Why a row is set aside: "header-again", "totals" or nothing."""
        rows = len(block.rows)
        again, total = np.zeros(rows, np.int16), np.zeros(rows, bool)
        for field, column in self.reading.columns.items():
            cell = block.cells[column]
            headers = [
                place
                for place, text in enumerate(cell.dictionary.to_pylist())
                if text == column or text.strip() == column
            ]
            if headers:
                again += np.isin(cells.places_of(cell), headers)
            if field not in NUMBER_FIELDS:
                total |= self._totals.read(cell, rows).values == 1
        nameless = ~day.present & ~customer.present & ~item.present
        total = (total & (~day.present | (~customer.present & ~item.present))) | (nameless & day.are(MISSING))
        header = again * 2 >= max(2, len(self.reading.columns))
        return np.where(header, "header-again", np.where(total, "totals", ""))

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
            if code == 0 or code in self._judged or not self.items.is_new(code):
                continue  # a product of earlier files stays what it was judged to be
            self._judged.add(code)
            said = texts[word_places[row]].strip() if word_places[row] < len(texts) else ""
            if kinds.is_charge(clean_key(codes[places[row]])[0], said, digits_expected=self._digits_expected):
                self.charges.add(code)
        return np.isin(item, list(self.charges)) if self.charges else np.zeros(len(item), bool)

    def _learn(
        self,
        block: Block,
        customer: NDArray[np.int64],
        item: NDArray[np.int64],
        keep: NDArray[np.bool_],
        sold: NDArray[np.bool_],
    ) -> None:
        """Keep the latest words the file has for each customer and product; a product's from lines that sold it."""
        customer, item = np.where(keep, customer, 0), np.where(keep, item, 0)
        sold_item = np.where(sold, item, 0)
        buyers, sellers, any_line = last_rows(customer), last_rows(sold_item), last_rows(item)
        self._sold_to.update(buyers[0].tolist())
        for field in ("customer_name", "country", "parent", "salesperson"):
            self._customer_words[field].learn(self._column(block, field), *buyers, customer)
        self._sold.update(any_line[0].tolist())
        self._item_words["description"].learn(self._column(block, "description"), *sellers, sold_item)
        self._item_words["category"].learn(self._column(block, "category"), *sellers, sold_item)
        self._item_words["any_description"].learn(self._column(block, "description"), *any_line, item)

    @property
    def new_customers(self) -> dict[str, int]:
        """The customers that only this file names, by key; one that stands in refused lines alone is none."""
        return {key: code for key, code in self.customers.new.items() if code in self._sold_to}

    @property
    def new_items(self) -> dict[str, int]:
        """The products that only this file names, by key."""
        return {key: code for key, code in self.items.new.items() if code in self._sold}

    @property
    def customer_words(self) -> dict[str, dict[int, str]]:
        """What the file says of customers, by field and code."""
        return {field: words.by_code() for field, words in self._customer_words.items()}

    @property
    def item_words(self) -> dict[str, dict[int, str]]:
        """What the file says of products, by field and code; `any_description` also from lines that sold nothing."""
        return {field: words.by_code() for field, words in self._item_words.items()}

    def _invoices(
        self, block: Block, customer: NDArray[np.int64], day: NDArray[np.int64]
    ) -> tuple[pa.DictionaryArray, NDArray[np.bool_]]:
        column = self._column(block, "invoice")
        if column is None:
            return _stand_ins(customer, day), np.zeros(len(customer), bool)
        texts = [clean_key(text)[0] for text in column.dictionary.to_pylist()]
        places = cells.places_of(column)
        credit = np.array([kinds.is_credit_number(text) for text in texts] + [False])[places]
        nameless = np.array([not text for text in texts] + [True])[places]
        if self.reading.invoices == "yearly":
            years = day.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
            pairs, inverse = np.unique(places.astype(np.int64) * 10_000 + years, return_inverse=True)
            texts = [f"{[*texts, ''][pair // 10_000]}/{pair % 10_000}" for pair in pairs.tolist()]
            places = inverse.astype(np.int32)
        if nameless.any():
            return _with_stand_ins(texts, places, nameless, customer, day), credit
        return pa.DictionaryArray.from_arrays(places, texts), credit

    def _lines(
        self, block: Block, keep: NDArray[np.bool_], *, invoice: pa.DictionaryArray, customer: Cells, item: Cells, day: Cells,
        kind: NDArray[np.int8], figures: dict[str, Cells], amount: NDArray[np.int64], currency: Currencies,
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
                *(
                    pa.array(figures[name].values, mask=~figures[name].present)
                    for name in ("quantity", "unit_price", "list_price")
                ),
                pa.array(amount),
                pa.array(_to_minor(cost.values, currency.places)[0], mask=~cost.present),
                currency.column,
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


NUMBER_FIELDS = frozenset(("quantity", "unit_price", "amount", "cost", "list_price"))


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


def _to_minor(values: NDArray[np.int64], places: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """`amounts.to_minor` where each row has decimals of its own."""
    minor, cut = np.zeros_like(values), 0
    for digits in np.unique(places).tolist():
        rows = places == digits
        minor[rows], more = amounts.to_minor(values[rows], digits)
        cut += more
    return minor, cut


def _amounts(figures: dict[str, Cells], places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_], int]:
    """Each row's amount in minor units of its currency, which are too large, and the sum cut off in 10⁻¹²."""
    given, quantity, price = figures["amount"], figures["quantity"], figures["unit_price"]
    minor, cut = _to_minor(np.where(given.present, given.values, 0), places)
    too_large = np.zeros(len(minor), bool)
    by_price = ~given.present & quantity.present & price.present
    for digits in np.unique(places[by_price]).tolist():
        rows = by_price & (places == digits)
        minor[rows], too_large[rows], more = amounts.product(quantity.values[rows], price.values[rows], digits)
        cut += more
    return minor, too_large, cut


def _cuts(figures: dict[str, Cells], currency: Currencies, keep: NDArray[np.bool_]) -> dict[str, int]:
    """By currency what rounding cut off the accepted lines."""
    return {
        name: _amounts({field: _only(found, rows) for field, found in figures.items()}, currency.places)[2]
        for name, rows in currency.each(keep)
    }


def _only(found: Cells, keep: NDArray[np.bool_]) -> Cells:
    return Cells(found.values, np.where(keep, found.states, MISSING).astype(np.int8))


def _stand_ins(customer: NDArray[np.int64], day: NDArray[np.int64]) -> pa.DictionaryArray:
    """Customer and day stand for the invoice where a file has no invoice number."""
    pairs, inverse = np.unique(customer * 100_000 + day, return_inverse=True)
    texts = [f"customer {pair // 100_000} day {pair % 100_000}" for pair in pairs.tolist()]
    return pa.DictionaryArray.from_arrays(inverse.astype(np.int32), texts)


def _with_stand_ins(
    texts: list[str],
    places: NDArray[np.int32],
    nameless: NDArray[np.bool_],
    customer: NDArray[np.int64],
    day: NDArray[np.int64],
) -> pa.DictionaryArray:
    stand_in = _stand_ins(customer[nameless], day[nameless])
    indices = places.copy()
    indices[nameless] = stand_in.indices.to_numpy() + len(texts)
    return pa.DictionaryArray.from_arrays(indices, [*texts, *stand_in.dictionary.to_pylist()])


def _notices(
    keep: NDArray[np.bool_],
    kind: NDArray[np.int8],
    customer: NDArray[np.int64],
    credit: NDArray[np.bool_],
    figures: dict[str, Cells],
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
