"""The demo firm, a wholesaler of catering and hospitality supplies made from a seed, with its truth beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from vitalfew.demo.cast.accounts import make_accounts
from vitalfew.demo.cast.customers import Customers, customer_table, make_customers
from vitalfew.demo.cast.products import make_products
from vitalfew.demo.cast.prospects import make_prospects, prospect_table
from vitalfew.demo.cast.stories import Story, cast_stories
from vitalfew.demo.cast.survey import make_survey
from vitalfew.demo.papers import truth as telling
from vitalfew.demo.papers.export import line_table
from vitalfew.demo.papers.truth import Truth
from vitalfew.demo.scene.streams import Ints, stream
from vitalfew.demo.scene.window import Window, window_before
from vitalfew.demo.trade.baskets import make_baskets
from vitalfew.demo.trade.demand import Market, make_sales
from vitalfew.demo.trade.ledger import Lines, entered_twice, in_order, joined
from vitalfew.demo.trade.orders import Orders, make_orders
from vitalfew.demo.trade.prices import make_prices, price_table
from vitalfew.demo.trade.sidelines import charges, counter_sales, credit_notes, samples
from vitalfew.demo.trade.treatment import choose_treated
from vitalfew.ground.errors import Refusal

FEWEST, MOST = 100, 200_000


class UnmakeableFirm(Refusal):
    """The demo firm needs 100 to 200,000 customers and 2 to 10 years: ask for numbers inside these bounds."""


@dataclass(frozen=True, slots=True)
class Firm:
    """All that the demo firm hands over, as Arrow tables, and the truth nobody in it knows.

    `lines` is the ledger as an ERP would export it, after the one correction that `files.write_files` plays through.
    """

    window: Window
    lines: pa.Table
    customers: pa.Table
    prospects: pa.Table
    survey: pa.Table
    price_list: pa.Table
    truth: Truth


@dataclass(frozen=True, slots=True)
class World:
    """The firm before it is written down: who there is, what they pay, who orders when."""

    customers: Customers
    market: Market
    orders: Orders
    stories: tuple[Story, ...]


def make_firm(*, seed: int = 2026, customers: int = 2000, years: int = 3, until: date) -> Firm:
    """The firm of `seed`, with `customers` that may buy, over `years` that end with the month before `until`.

    The same arguments give the same tables, byte for byte. Raises UnmakeableFirm outside the bounds it names.
    """
    if not (FEWEST <= customers <= MOST and 2 <= years <= 10 and seed >= 0):
        raise UnmakeableFirm(UnmakeableFirm.__doc__)
    world = make_world(seed=seed, customers=customers, window=window_before(until=until, years=years))
    market, window = world.market, world.market.window
    twin, since = telling.change_of_hands(
        customers=world.customers,
        window=window,
        draws=stream(seed=seed, topic="twins").random(int((world.customers.twin_of >= 0).sum())),
    )
    lines = entered_twice(make_lines(seed=seed, world=world), twin=twin, renumbered=since)
    lines = in_order(lines)
    prospects = make_prospects(seed=seed, customers=world.customers, window=window)
    survey, asked = make_survey(
        seed=seed, accounts=market.accounts, customers=world.customers, prospects=prospects, window=window
    )
    tables = {
        "accounts": telling.account_table(market=market, customers=world.customers, orders=world.orders, lines=lines),
        "levels": telling.level_table(market=market, customers=world.customers),
        "treated": telling.treated_table(market=market, customers=world.customers),
        "prospects": telling.worth_table(
            market=market, prospects=prospects, orders=world.orders, lines=lines, customers=world.customers
        ),
        "doubles": telling.double_table(customers=world.customers, renumbered=since, window=window),
        "answers": telling.answer_table(asked=asked, customers=world.customers),
    }
    return Firm(
        window=window,
        lines=line_table(seed=seed, lines=lines, customers=world.customers, products=market.products, window=window),
        customers=customer_table(customers=world.customers),
        prospects=prospect_table(prospects=prospects),
        survey=survey,
        price_list=price_table(prices=market.prices, products=market.products, window=window),
        truth=Truth(tables=tables, facts=_facts(seed=seed, world=world, lines=lines)),
    )


def make_world(*, seed: int, customers: int, window: Window) -> World:
    """Customers with their truth, catalogue and prices, orders and the treated group."""
    listed = make_customers(seed=seed, buyers=customers)
    drawn = make_accounts(seed=seed, customers=listed, window=window)
    accounts, stories = cast_stories(accounts=drawn, customers=listed, window=window)
    products = make_products(seed=seed, window=window)
    orders = make_orders(seed=seed, accounts=accounts, customers=listed, window=window)
    played: Ints = np.array([row for story in stories for row in story.customers if row < customers])
    market = Market(
        accounts=accounts,
        products=products,
        prices=make_prices(seed=seed, products=products, window=window),
        treated=choose_treated(
            seed=seed, accounts=accounts, orders=orders, customers=listed, left_out=played, window=window
        ),
        window=window,
    )
    return World(customers=listed, market=market, orders=orders, stories=stories)


def make_lines(*, seed: int, world: World) -> Lines:
    """Lines of every kind, under the customers' first numbers and in no order yet."""
    market = world.market
    baskets = make_baskets(seed=seed, accounts=market.accounts, orders=world.orders, products=market.products)
    sales = make_sales(seed=seed, market=market, orders=world.orders, baskets=baskets)
    return joined(
        sales,
        counter_sales(seed=seed, market=market, lines=len(sales)),
        credit_notes(seed=seed, market=market, sales=sales),
        samples(seed=seed, market=market, sales=sales),
        charges(seed=seed, market=market, sales=sales),
    )


def _facts(*, seed: int, world: World, lines: Lines) -> telling.Facts:
    window, listed = world.market.window, world.customers
    kinds: Ints = np.bincount(listed.kind, minlength=3)
    return {
        "seed": seed,
        "first_day": window.first.isoformat(),
        "last_day": window.last.isoformat(),
        "currency": "GBP",
        "buyers": listed.buyers,
        "customers_by_kind": dict(zip(("group", "firm", "site"), kinds.tolist(), strict=True)),
        "ledger": telling.ledger_facts(lines=lines),
        "model": telling.model_facts(),
        "stories": telling.story_facts(stories=world.stories, customers=listed),
    }
