"""What an account's behaviour shows, as figures: how it answers prices, what it pays, how loyal it is, or what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from vitalfew.analytics.price.enough import ENOUGH, REASONS
from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ledger import runs
from vitalfew.ledger.visibility import let_see
from vitalfew.relationship.behaviour import prices
from vitalfew.relationship.behaviour.loyalty import (
    ENOUGH_DAYS,
    ENOUGH_ORDERS,
    FEW_CUSTOMERS,
    FEW_ORDERS,
    LEVEL,
    TOLD,
    TOO_NEW,
    WEEKS,
)
from vitalfew.relationship.behaviour.writing import VERDICTS
from vitalfew.relationship.models import Behaviour
from vitalfew.trust.models import Person

# To know what an account buys again it must have been one for a quarter before the year that is looked at.
ENOUGH_BEFORE = 365 + ENOUGH_DAYS
ENOUGH_ITEMS = 3
# The page in docs/measures that tells of each figure, and its unit.
KINDS = {
    "price_response": ("price_response", "number"),
    "common_response": ("price_response", "number"),
    "stronger": ("price_response", "share"),
    "price_realisation": ("price_realisation", "share"),
    "loyalty": ("loyalty", "share"),
    "orders_expected": ("repeat_orders", "count"),
    "chance_active": ("chance_active", "share"),
    "regularity": ("repeat_orders", "number"),
    "usual_gap": ("loyalty", "days"),
    "silence": ("loyalty", "number"),
    "known": ("loyalty", "days"),
    "range_bought": ("loyalty", "count"),
    "repeat_share": ("loyalty", "share"),
    "returned": ("loyalty", "share"),
}
NOTHING = "The shown run tells nothing of this account: it has no sales, or the ledger has to be refreshed."
NO_ORDER = "It has not ordered yet."
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AccountBehaviour:
    """What the orders of one account show in the shown run. Shares of 0 to 1; response and price as their pages say.

    `price_response` is the account's own; `common_response` that of the firm where it has none of its own, with the band
    of any account. `stronger` is the chance that it answers prices more strongly than the
    firm's middle account. `loyalty` is the chance of an order within twelve weeks, `orders_expected` how many,
    `silence` the time since the last order in gaps of its own, `usual_gap` that gap, `known` since when it orders.
    `range_bought` counts different items of twelve months, `repeat_share` those bought before, `returned` is what came
    back of what was sold. Share of wallet is not among them: no ledger holds what is bought elsewhere.
    """

    as_of: date | None
    price_response: Figure
    common_response: Figure
    stronger: Figure
    price_realisation: Figure
    loyalty: Figure
    orders_expected: Figure
    chance_active: Figure
    regularity: Figure
    usual_gap: Figure
    silence: Figure
    known: Figure
    range_bought: Figure
    repeat_share: Figure
    returned: Figure


class Said(NamedTuple):
    """What is behind a figure: from how many, a number or [value, low, high] (None: not told), and the words for either."""

    n: int
    found: float | Sequence[float] | None
    missing: str
    why: str = ""
    level: float = LEVEL


def account_behaviour(*, account: int, person: Person | None) -> AccountBehaviour:
    """The behaviour of one account. Raises Missing for one that is hidden or does not exist."""
    let_see(account, person)
    run = runs.current()
    row = Behaviour.objects.filter(run=run, account=account).first() if run else None
    as_of = run.as_of if run else None
    if row is None:
        said = dict.fromkeys(KINDS, Said(0, None, NOTHING))
    else:
        loyal = row.loyalty or {}
        said = _prices(row.price, loyal) | _loyalty(loyal) | _history(loyal) | _range(loyal)
    return AccountBehaviour(as_of, **{name: _figure(name, said[name], as_of) for name in KINDS})


def _figure(name: str, said: Said, as_of: date | None) -> Figure:
    measure, unit = KINDS[name]
    if said.found is None:
        return not_enough(measure=measure, unit=unit, as_of=as_of, n=said.n, missing=said.missing)
    if not isinstance(said.found, Sequence):
        return Figure(measure=measure, unit=unit, as_of=as_of, n=said.n, value=said.found, why=said.why)
    value, low, high = said.found
    return Figure(
        measure=measure, unit=unit, as_of=as_of, n=said.n, value=value, low=low, high=high, level=said.level, why=said.why
    )  # fmt: skip


def _prices(price: Row | None, loyal: Row) -> dict[str, Said]:
    if not price or price.get("absent"):
        none = Said(0, None, _not_reckoned(price, loyal))
        return dict.fromkeys(("price_response", "common_response", "stronger", "price_realisation"), none)
    lines, items, no_own = price["bought"][1], price["items"], _no_response(price)
    own, common = (price["response"], None) if price["own"] else (None, price["response"])
    few = f"{ENOUGH_ITEMS} items that others bought in the same months too are needed: it has {items}."
    drawn = "From its own lines, drawn towards what all accounts have in common as far as they are few."
    alike = "The mean of the firm's accounts; the band is that of any of them."
    chance = "The chance that it answers prices more strongly than the firm's middle account."
    paid = f"What it paid for {items} items beside what others paid in the same months, quantity breaks taken out."
    return {
        "price_response": Said(lines, own, no_own, drawn, prices.LEVEL),
        "common_response": Said(lines, common, "It has a response of its own, which tells more.", alike, prices.LEVEL),
        "stronger": Said(lines, price["stronger"], no_own, chance),
        "price_realisation": Said(price["lines"], price["paid"], few, paid, prices.LEVEL),
    }


def _not_reckoned(price: Row | None, loyal: Row) -> str:
    if price is None:
        return "The ledger has to hold items that several accounts bought in the same month."
    if _broad(loyal)[0]:
        return "In a ledger of this size prices are reckoned for key accounts, the heaviest and a sample of the others."
    return "It has to have bought something in the last three years."


def _no_response(price: Row) -> str:
    """Why it has no response of its own, and what that would take."""
    items, lines, moves = price["bought"]
    if price["verdict"]:
        return VERDICTS[price["verdict"]]
    if items >= ENOUGH.products and lines >= ENOUGH.lines and moves >= ENOUGH.moves:
        return REASONS[price["reason"]]
    return (
        f"{ENOUGH.products} products, {ENOUGH.lines} lines and {ENOUGH.moves} moves of their prices by {100 * ENOUGH.move:.0f} %"
        f" and more are needed: it has {items}, {lines} and {moves}."
    )


def _loyalty(loyal: Row) -> dict[str, Said]:
    orders, missing = loyal.get("orders", 0), _no_chance(loyal)
    stands = f"From the pace, evenness and silence of its {orders} orders; the interval is what these leave open."
    kinds = {
        "loyalty": ("order", f"The chance of an order within {WEEKS} weeks. {stands}"),
        "orders_expected": ("coming", f"Orders within {WEEKS} weeks; the interval holds the number that comes."),
        "chance_active": ("active", f"The chance that it has not stopped for good. {stands}"),
        "regularity": ("regularity", "1 is chance, 12 nearly a calendar; a fixed delivery day looks regular too."),
    }
    return {name: Said(orders, loyal.get(key), missing, why) for name, (key, why) in kinds.items()}


def _no_chance(loyal: Row) -> str:
    """What the chances would need; empty where they are told."""
    return {
        None: NO_ORDER,
        FEW_ORDERS: f"{ENOUGH_ORDERS} orders are needed: it has {loyal.get('orders')}.",
        TOO_NEW: f"{ENOUGH_DAYS} days as a customer are needed: its first order was {loyal.get('known')} days ago.",
        FEW_CUSTOMERS: "More customers or a longer time are needed before the ledger teaches how customers order.",
        TOLD: "",
    }[loyal.get("reason")]


def _history(loyal: Row) -> dict[str, Said]:
    """Gap, silence and since when it orders: facts, without a model."""
    orders = loyal.get("orders", 0)
    once, since = f"Two orders are needed: it has {orders}.", "Days since its first order."
    if loyal.get("at_least"):
        since += " The ledger begins too late to hold earlier ones, so it is at least so long."
    return {
        "usual_gap": Said(orders, loyal.get("gap"), once, "The mean of its gaps."),
        "silence": Said(orders, loyal.get("cycles"), once, "Days since its last order over its usual gap."),
        "known": Said(orders, loyal.get("known"), NO_ORDER, since),
    }


def _range(loyal: Row) -> dict[str, Said]:
    """What it buys and buys again in twelve months, and what came back."""
    items, before, lines, sale, back = _broad(loyal)
    known, nothing = loyal.get("known", 0), "It has to have bought goods in the last twelve months."
    early = f"{ENOUGH_BEFORE} days as a customer are needed: its first order was {known} days ago."
    again = before / items if items and known >= ENOUGH_BEFORE else None
    counted = f"Of {items} different items of the last twelve months it had bought {before} before."
    returned = -back / sale if sale > 0 else None
    return {
        "range_bought": Said(lines, items or None, nothing, "Different items in the last twelve months."),
        "repeat_share": Said(items, again, early if items else nothing, counted),
        "returned": Said(lines, returned, nothing, "What came back over what was sold, last twelve months."),
    }


def _broad(loyal: Row) -> tuple[int, int, int, int, int]:
    items, before, lines, sale, back = loyal.get("breadth", (0, 0, 0, 0, 0))
    return items, before, lines, sale, back
