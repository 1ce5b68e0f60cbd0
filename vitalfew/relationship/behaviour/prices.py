"""What each account pays beside others and how its volume answers a price, reckoned from the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics.price import (
    Cells,
    Common,
    PriceResponse,
    Realisation,
    fit_response,
    measure_panel_of,
    measure_realisation_of,
)
from vitalfew.analytics.price.enough import REASONS
from vitalfew.analytics.refusals import NothingThere, TooFew
from vitalfew.ground.period import last_months
from vitalfew.ledger.measuring import Session, measured
from vitalfew.ledger.models import Product
from vitalfew.relationship.behaviour.choosing import chosen

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MONTHS = 36  # that prices are read over: long enough for a list to move, short enough to be about today
LEVEL = 0.9
# The list is the market's price where at least this part of the lines says what it was.
LISTED = 0.5
_E6 = float(np.log(1e6))


@dataclass(frozen=True, slots=True)
class Prices:
    """What prices say of accounts, aligned to `account` codes, rising; arrays of shape (accounts,). A larger ledger has others.

    What it pays: `index` is the log of the price paid over what others paid (−.05: 5 % less) and `error` its standard
    error, infinite where nothing could be compared; `centre`, `low`, `high` what is believed of the account; `items`,
    `lines` and `spend` (minor units) what was compared. Where `told` is false too little was, and `centre` is that of
    any account.

    How it answers: `response` is by how many per cent volume changes when a price rises by one, with `response_low` and
    `response_high`; the account's own where `own` is true, else that of the firm (`why`).
    `more_sensitive` is the chance that it answers more strongly than the firm's middle account. `own_response` is what
    its orders say alone, nothing drawn in, and `own_variance` the square of its error, infinite where they say nothing.
    `bought_items`, `bought_lines` and `moves` are what the response stands on.

    Bands hold with a chance of `level`. `firm` is the mean response of all; `verdict` says why no account has a number
    of its own and is empty where some have; the reliabilities are those of differences between accounts, of the index
    None with too few accounts. `listed` tells whether the market's price is the list's. All is of `since` to `as_of`
    and of `asked` of the `accounts_known` accounts that bought.
    """

    account: Ints
    index: Floats
    error: Floats
    centre: Floats
    low: Floats
    high: Floats
    items: Ints
    lines: Ints
    spend: Floats
    told: Bools
    response: Floats
    response_low: Floats
    response_high: Floats
    own: Bools
    reason: Ints
    more_sensitive: Floats
    own_response: Floats
    own_variance: Floats
    bought_items: Ints
    bought_lines: Ints
    moves: Ints
    firm: Common
    verdict: str
    reliability: float
    index_reliability: float | None
    listed: bool
    level: float
    since: date
    as_of: date
    asked: int
    accounts_known: int

    def why(self, row: int) -> str:
        """Why the account in this row has no response of its own, empty where it has one."""
        return self.verdict or REASONS[int(self.reason[row])]


@dataclass(frozen=True, slots=True)
class Breadth:
    """How broadly accounts bought in twelve months, aligned to `account` codes, rising; arrays of shape (accounts,).

    Different goods (`items`), how many of them it had bought before (`items_known`), sale lines of goods, what they
    came to (`sale`) and what came back (`returned`, below zero), both in minor units. Of the time as long before: goods
    (`items_before`), those of them bought in the twelve months too (`items_both`), `lines_before`. `credit_days` are days
    with something credited, `credit_days_before` those before. `all_items` and `all_lines` are of the whole time,
    `first_day` and `last_day` the first and last of a sale or a credit.
    """

    account: Ints
    items: Ints
    items_known: Ints
    lines: Ints
    sale: Ints
    returned: Ints
    items_before: Ints
    items_both: Ints
    lines_before: Ints
    credit_days: Ints
    credit_days_before: Ints
    all_items: Ints
    all_lines: Ints
    first_day: NDArray[np.datetime64]
    last_day: NDArray[np.datetime64]


def breadth(opened: Session, *, as_of: date) -> Breadth:
    """Ask the ledger how broadly each account bought in the twelve months to `as_of`."""
    rows = measured(opened, "account_breadth", as_of=as_of, since=last_months(as_of, 12).first).sort_by("account")
    column = {name: rows[name].to_numpy() for name in rows.column_names}
    return Breadth(**column | {"account": column["account"].astype(np.int64)})


def prices(opened: Session, *, as_of: date, first: Iterable[int], bought: Breadth | None = None) -> Prices | None:
    """What the ledger's last three years say of prices; None where nothing can be compared.

    Where the ledger is larger than this work may be, it is done for the accounts of `first` (codes), the heaviest and
    a sample of the others, the same ones every time. `bought` saves asking for the breadth again.
    """
    since = last_months(as_of, MONTHS).first.replace(day=1)
    bought = bought or breadth(opened, as_of=as_of)
    here = (bought.all_lines > 0) & (bought.last_day >= np.datetime64(since))
    begins = np.maximum(bought.first_day[here], np.datetime64(since))
    asked = chosen(
        account=bought.account[here],
        lines=bought.all_lines[here],
        rows=bought.all_items[here] * _months(begins, bought.last_day[here]),
        first=first,
    )
    try:
        # What is not named is freed at once: the largest of these take hundreds of megabytes.
        cells = _cells(measured(opened, "account_item_months", accounts=asked, as_of=as_of, since=since))
        paid = measure_realisation_of(cells=cells, level=LEVEL)
        answered = fit_response(panel=measure_panel_of(cells=cells), level=LEVEL)
    except (NothingThere, TooFew):
        return None
    return _prices(paid, answered, listed=cells.listed is not None, since=since, as_of=as_of, known=int(here.sum()))


def _months(begins: NDArray[np.datetime64], ends: NDArray[np.datetime64]) -> Ints:
    """Calendar months from the one to the other day, both counted."""
    first, last = (days.astype("datetime64[M]").astype(np.int64) for days in (begins, ends))
    return np.asarray(last - first + 1)


def _cells(rows: pa.Table) -> Cells:
    """The measure's rows as prices are reckoned from; months since 1970, the price of a piece in minor units."""
    column = {name: rows[name].to_numpy() for name in rows.column_names}
    accounts, account = np.unique(column["account"], return_inverse=True)
    items, item = np.unique(column["item"], return_inverse=True)
    lines, listed = column["lines"], column["listed"]
    mean = column["sum_log"] / lines
    scatter = np.maximum(column["sum_log_squared"] - column["sum_log"] * mean, 0.0)
    of_list = np.where(listed > 0, column["sum_log_list"] / np.maximum(listed, 1), np.nan)
    return Cells(
        account=account,
        item=item,
        month=column["month"] - 1970 * 12,
        size=column["size"].astype(np.int64),
        lines=lines,
        orders=column["orders"],
        quantity=column["quantity_e6"] / 1e6,
        spend=column["amount"].astype(np.float64),
        log_price=mean + _E6,
        scatter=scatter,
        accounts=pa.array(accounts),
        items=pa.array(items),
        listed=of_list if listed.sum() >= LISTED * lines.sum() else None,
        group=_categories(items),
    )


def _categories(items: Ints) -> Ints | None:
    """A code of the category of each item, None where the ledger tells but one."""
    known = dict(Product.objects.exclude(category="").values_list("pk", "category"))
    names, code = np.unique([known.get(item, "") for item in items.tolist()], return_inverse=True)
    return code if names.size > 1 else None


def _prices(
    paid: Realisation, answered: PriceResponse, *, listed: bool, since: date, as_of: date, known: int
) -> Prices:
    return Prices(
        account=paid.accounts.to_numpy().astype(np.int64),
        index=paid.index,
        error=paid.error,
        centre=paid.centre,
        low=paid.low,
        high=paid.high,
        items=paid.items,
        lines=paid.lines,
        spend=paid.spend,
        told=paid.told,
        response=answered.centre,
        response_low=answered.low,
        response_high=answered.high,
        own=answered.own,
        reason=answered.reason,
        more_sensitive=answered.more_sensitive,
        own_response=answered.slope,
        own_variance=answered.error**2,
        bought_items=answered.items,
        bought_lines=answered.lines,
        moves=answered.moves,
        firm=answered.firm,
        verdict=answered.verdict,
        reliability=answered.reliability,
        index_reliability=paid.reliability,
        listed=listed,
        level=LEVEL,
        since=since,
        as_of=as_of,
        asked=len(paid.accounts),
        accounts_known=known,
    )
