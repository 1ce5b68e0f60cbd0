"""Firms that do not buy yet: their firmographics, and what they would truly be worth in a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitalfew.demo.cast.accounts import Accounts, draw_accounts
from vitalfew.demo.cast.customers import Customers
from vitalfew.demo.scene import names
from vitalfew.demo.scene.columns import texts
from vitalfew.demo.scene.segments import COUNTRIES, COUNTRY_SHARES, INDUSTRIES, SIZES, column
from vitalfew.demo.scene.streams import Floats, Ints, pick, pick_by_row, stream
from vitalfew.demo.scene.window import Window

SHARE = 0.15
SOURCES = ("trade fair", "web enquiry", "directory", "referral", "sales visit")


@dataclass(frozen=True, slots=True)
class Prospects:
    """One entry for each prospect; `accounts` is what it would be like as a customer."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    town: tuple[str, ...]
    country: Ints
    source: Ints
    accounts: Accounts


def make_prospects(*, seed: int, customers: Customers, window: Window) -> Prospects:
    """About 15 prospects for every hundred buyers, in the same towns, drawn from the same world as the customers."""
    rng = stream(seed=seed, topic="prospects")
    count = round(SHARE * customers.buyers)
    industry = pick(rng=rng, shares=column("share"), size=count)
    size = pick_by_row(rng=rng, shares=column("sizes"), rows=industry)
    known_towns = sorted(set(customers.town))
    town = tuple(known_towns[code] for code in rng.integers(len(known_towns), size=count).tolist())
    industries = [INDUSTRIES[code] for code in industry.tolist()]
    return Prospects(
        ids=tuple(f"P{number}" for number in range(1001, 1001 + count)),
        names=tuple(names.company_names(rng=rng, industries=industries, towns=town, taken=customers.names)),
        town=town,
        country=pick(rng=rng, shares=COUNTRY_SHARES, size=count),
        source=rng.integers(len(SOURCES), size=count),
        accounts=draw_accounts(seed=seed, topic="prospect accounts", industry=industry, size=size, window=window),
    )


def prospect_table(*, prospects: Prospects) -> pa.Table:
    """The prospects as a list would hold them: id, name, country, town, industry, size, source."""
    return pa.table(
        {
            "id": pa.array(prospects.ids),
            "name": pa.array(prospects.names),
            "country": texts(words=COUNTRIES, index=prospects.country),
            "town": pa.array(prospects.town),
            "industry": texts(words=INDUSTRIES, index=prospects.accounts.industry),
            "size": texts(words=SIZES, index=prospects.accounts.size),
            "source": texts(words=SOURCES, index=prospects.source),
        }
    )


def pull(accounts: Accounts) -> Floats:
    """What an account's yearly revenue is proportional to: lines a year × mean quantity × price after discount."""
    return accounts.rate * accounts.lines * np.exp(accounts.spend) * (1.0 - accounts.discount / 1000.0)


def expected_yearly_revenue(*, prospects: Prospects, accounts: Accounts, net: Floats, years_alive: Floats) -> Floats:
    """Pounds a year that each prospect would bring: its pull × what customers of its industry brought for their pull.

    `net` is each customer's net product sales in pounds and `years_alive` the years it was buying; an industry
    without enough customers takes the whole firm's ratio.
    """
    firm = net.sum() / (pull(accounts) * years_alive).sum()
    ratios = np.full(len(INDUSTRIES), firm)
    for industry in range(len(INDUSTRIES)):
        members = accounts.industry == industry
        if members.sum() >= 20:
            ratios[industry] = net[members].sum() / (pull(accounts) * years_alive)[members].sum()
    return ratios[prospects.accounts.industry] * pull(prospects.accounts)
