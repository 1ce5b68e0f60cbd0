"""The truth beside the demo firm: what was put in, and what the ledger must come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitalfew.demo.cast.accounts import LEVEL_CUTS, levels
from vitalfew.demo.cast.customers import Customers
from vitalfew.demo.cast.prospects import Prospects, expected_yearly_revenue
from vitalfew.demo.cast.questions import GRADED, ROLE_SHIFT, ROLES
from vitalfew.demo.cast.stories import Story
from vitalfew.demo.cast.survey import RESPONDENT_SPREAD, Asked
from vitalfew.demo.scene.columns import dates, rounded, texts
from vitalfew.demo.scene.segments import SEGMENTS, STAGES
from vitalfew.demo.scene.streams import Floats, Ints
from vitalfew.demo.scene.wares import CATEGORIES
from vitalfew.demo.scene.window import YEAR, Window
from vitalfew.demo.trade.demand import Market
from vitalfew.demo.trade.ledger import CREDIT, KINDS, SALE, Lines
from vitalfew.demo.trade.orders import Orders
from vitalfew.demo.trade.treatment import LIFT, LIFT_SPREAD

Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Truth:
    """`tables` by name (see docs of each function here) and `facts`, a dictionary that goes into JSON as it is.

    `truth["stories"]` reads a fact; facts hold numbers, texts, lists and dictionaries only, money in pence.
    """

    tables: Mapping[str, pa.Table]
    facts: Facts

    def __getitem__(self, fact: str) -> object:
        return self.facts[fact]


def account_table(*, market: Market, customers: Customers, orders: Orders, lines: Lines) -> pa.Table:
    """One row for each buying customer that is entered once or first; `net` adds up its later entry too, in pence.

    k and orders_per_week (λ) of its rhythm, quit_chance after an order, first and last order, dropout_date (null while
    it still buys), elasticity, growth_per_year (log), discount (share) and its date, level now, mean trait.
    """
    accounts, first = market.accounts, market.window.first
    rows = np.flatnonzero(customers.twin_of[: accounts.count] < 0)
    seen, begins, ends = _spans(orders=orders, count=accounts.count)
    never = (seen == 0)[rows]
    return pa.table(
        {
            "customer": texts(words=customers.ids, index=rows),
            "k": pa.array(accounts.stages[rows]),
            "orders_per_week": rounded(values=accounts.rate[rows]),
            "lines_per_order": rounded(values=accounts.lines[rows]),
            "quit_chance": rounded(values=accounts.quit_chance[rows], places=9),
            "known_before": pa.array(accounts.known_before[rows] == 1),
            "first_order": dates(days=begins[rows], first=first, missing=never),
            "last_order": dates(days=ends[rows], first=first, missing=never),
            "dropout_date": dates(days=ends[rows], first=first, missing=~orders.stopped[rows] | never),
            "orders": pa.array(seen[rows]),
            "elasticity": rounded(values=accounts.elasticity[rows]),
            "growth_per_year": rounded(values=accounts.growth[rows]),
            "discount": rounded(values=accounts.discount[rows] / 1000.0),
            "discount_from": dates(
                days=accounts.discount_from[rows], first=first, missing=accounts.discount[rows] == 0
            ),
            "return_chance": rounded(values=accounts.returned[rows]),
            "trait": rounded(values=accounts.trait[rows].mean(axis=1)),
            "level": pa.array(levels(trait=accounts.trait[rows, -1])),
            "net": pa.array(_net_by_account(customers=customers, lines=lines)[rows]),
        }
    )


def _spans(*, orders: Orders, count: int) -> tuple[Ints, Ints, Ints]:
    """Orders of each buyer, the day of its first and of its last (-1 without any)."""
    seen = np.bincount(orders.buyer, minlength=count)
    begins, ends = np.full(count, np.iinfo(np.int32).max), np.full(count, -1)
    np.minimum.at(begins, orders.buyer, orders.day)
    np.maximum.at(ends, orders.buyer, orders.day)
    return seen, np.where(seen > 0, begins, -1), ends


def _net_by_account(*, customers: Customers, lines: Lines) -> Ints:
    named = lines.where(lines.buyer >= 0)
    owner = np.where(customers.twin_of[named.buyer] >= 0, customers.twin_of[named.buyer], named.buyer)
    net = np.zeros(customers.buyers, dtype=np.int64)
    np.add.at(net, owner, named.net)
    return net


def level_table(*, market: Market, customers: Customers) -> pa.Table:
    """The perceived level of each account quarter by quarter: customer, quarter (its first day), trait, level."""
    trait, window = market.accounts.trait, market.window
    rows = np.flatnonzero(customers.twin_of[: len(trait)] < 0)
    quarters = np.array([window.day(window.month_start(3 * index)) for index in range(trait.shape[1])])
    return pa.table(
        {
            "customer": texts(words=customers.ids, index=np.repeat(rows, trait.shape[1])),
            "quarter": dates(days=np.tile(quarters, len(rows)), first=window.first),
            "trait": rounded(values=trait[rows].ravel()),
            "level": pa.array(levels(trait=trait[rows].ravel())),
        }
    )


def treated_table(*, market: Market, customers: Customers) -> pa.Table:
    """The treated group: customer, start, lift (share of volume from the start on)."""
    treated = market.treated
    return pa.table(
        {
            "customer": texts(words=customers.ids, index=treated.rows),
            "start": dates(days=treated.starts, first=market.window.first),
            "lift": rounded(values=treated.lifts),
        }
    )


def worth_table(
    *, market: Market, prospects: Prospects, orders: Orders, lines: Lines, customers: Customers
) -> pa.Table:
    """What each prospect would bring: prospect, expected_yearly_revenue (pounds), orders_per_week, trait, level."""
    accounts = market.accounts
    sold = lines.where((lines.kind == SALE) | (lines.kind == CREDIT))
    _, begins, ends = _spans(orders=orders, count=accounts.count)
    buying = np.where(
        orders.stopped, ends - begins + 3.5 / accounts.rate, market.window.days - np.maximum(accounts.starts, 0.0)
    )
    years = np.where(begins >= 0, np.maximum(buying, 1.0), 0.0) / YEAR
    net = _net_by_account(customers=customers, lines=sold) / 100.0
    worth = expected_yearly_revenue(prospects=prospects, accounts=accounts, net=net, years_alive=years)
    trait = prospects.accounts.trait.mean(axis=1)
    return pa.table(
        {
            "prospect": pa.array(prospects.ids),
            "expected_yearly_revenue": rounded(values=worth, places=2),
            "orders_per_week": rounded(values=prospects.accounts.rate),
            "trait": rounded(values=trait),
            "level": pa.array(levels(trait=trait)),
        }
    )


def double_table(*, customers: Customers, renumbered: Ints, window: Window) -> pa.Table:
    """Customers that stand in the list twice: customer (later entry), same_as (first entry), since (first day of the later)."""
    later = np.flatnonzero(customers.twin_of >= 0)
    return pa.table(
        {
            "customer": texts(words=customers.ids, index=later),
            "same_as": texts(words=customers.ids, index=customers.twin_of[later]),
            "since": dates(days=renumbered[customers.twin_of[later]], first=window.first),
        }
    )


def answer_table(*, asked: Asked, customers: Customers) -> pa.Table:
    """The trait behind each row of the survey, row by row: customer, respondent, trait as this respondent sees it."""
    return pa.table(
        {
            "customer": texts(words=customers.ids, index=asked.account),
            "respondent": pa.array(asked.who),
            "trait": rounded(values=asked.trait),
        }
    )


def ledger_facts(*, lines: Lines) -> Facts:
    """What an import of all lines must come to: lines and net (pence) altogether and by kind, and the concentration.

    `concentration` counts customers as they are numbered, with positive net only: their number, the share of the top
    20 % (number rounded half to even) and the share of them that makes 80 %.
    """
    nets = np.zeros(len(KINDS), dtype=np.int64)
    np.add.at(nets, lines.kind, lines.net)
    counts = np.bincount(lines.kind, minlength=len(KINDS))
    by_buyer = np.zeros(int(lines.buyer.max()) + 1, dtype=np.int64)
    named = lines.where(lines.buyer >= 0)
    np.add.at(by_buyer, named.buyer, named.net)
    return {
        "lines": len(lines),
        "net": int(lines.net.sum()),
        "lines_by_kind": dict(zip(KINDS, counts.tolist(), strict=True)),
        "net_by_kind": dict(zip(KINDS, nets.tolist(), strict=True)),
        "customers": len(np.unique(named.buyer)),
        "concentration": _concentration(by_buyer=by_buyer),
    }


def _concentration(*, by_buyer: Ints) -> Facts:
    ranked = np.sort(by_buyer[by_buyer > 0])[::-1]
    share = np.cumsum(ranked) / ranked.sum()
    top = max(1, round(0.2 * len(ranked)))
    needed = int(np.searchsorted(share, 0.8)) + 1
    return {
        "positive": len(ranked),
        "top_20_share": round(float(share[top - 1]), 6),
        "share_for_80": round(needed / len(ranked), 6),
    }


def model_facts() -> Facts:
    """The parameters of the world that do not depend on the seed."""
    return {
        "level_cuts": LEVEL_CUTS.tolist(),
        "stages_by_industry": {one.industry: dict(zip(map(str, STAGES), one.stages, strict=True)) for one in SEGMENTS},
        "season_by_category": {one.name: list(one.months) for one in CATEGORIES},
        "lift_mean": LIFT,
        "lift_spread": LIFT_SPREAD,
        "respondent_spread": RESPONDENT_SPREAD,
        "role_shift": dict(zip(ROLES, ROLE_SHIFT.tolist(), strict=True)),
        "questions": {one.column: {"slope": one.slope, "thresholds": list(one.thresholds)} for one in GRADED},
    }


def story_facts(*, stories: tuple[Story, ...], customers: Customers) -> Facts:
    """Each story by its name: what it is about, its customers, and the head office above them where there is one."""
    found: Facts = {}
    for story in stories:
        buyers = [row for row in story.customers if row < customers.buyers]
        above = [row for row in story.customers if row >= customers.buyers]
        found[story.name] = {
            "words": story.words,
            "customers": [customers.ids[row] for row in buyers],
            "names": [customers.names[row] for row in buyers],
            "group": customers.ids[above[0]] if above else None,
        }
    return found


def change_of_hands(*, customers: Customers, window: Window, draws: Floats) -> tuple[Ints, Ints]:
    """For each buyer its later entry (or -1) and the day from which that one is used, in the window's second third."""
    twin = np.full(customers.buyers, -1, dtype=np.int64)
    since = np.full(customers.buyers, window.days, dtype=np.int64)
    later = np.flatnonzero(customers.twin_of[: customers.buyers] >= 0)
    first = customers.twin_of[later]
    twin[first] = later
    since[first] = (window.days * (0.35 + 0.3 * draws)).astype(np.int64)
    return twin, since
