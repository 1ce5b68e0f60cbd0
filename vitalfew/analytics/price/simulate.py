"""Books of known truth: rows of log price and volume, and panels with zeros, drawn from the models that are fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics.price.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SimulatedRows:
    """Simulated rows: codes and logs of shape (rows,); `truth` shape (accounts,) the elasticities behind them.

    `market` is the log list price, `log_price` what the account paid.
    """

    account: Ints
    item: Ints
    month: Ints
    log_price: Floats
    log_volume: Floats
    market: Floats
    truth: Floats


def simulate_response(
    *,
    seed: int,
    accounts: int = 5000,
    items: int = 300,
    months: int = 36,
    mean: float = -1.5,
    spread: float = 0.8,
    endogeneity: float = 0.0,
    price_moves: float = 0.07,
    price_noise: float = 0.05,
    demand_noise: float = 0.78,
    typical_rows: float = 38.0,
) -> SimulatedRows:
    """A book in which each account answers its price by its own elasticity, normal around `mean` with sd `spread`.

    List prices are walks, a step of sd `price_moves` in one month of three; the price paid is the list price, a level
    of the account and item, noise, and minus `endogeneity` times the shock of demand: big orders get a better price.
    Log volume has levels of account and item, of month, the answer to the price paid and a shock of sd `demand_noise`.
    """
    rng = np.random.default_rng(seed)
    truth = rng.normal(mean, spread, accounts)
    count = np.maximum(rng.lognormal(np.log(typical_rows), 1.03, accounts), 8).astype(np.int64)
    account = np.repeat(np.arange(accounts), count)
    reach = np.clip(count // 5, 1, items)
    item = (account * 7919 + (rng.random(account.size) * reach[account]).astype(np.int64) * 104729) % items
    month = rng.integers(0, months, account.size)
    steps = rng.normal(0.0, price_moves, (items, months)) * (rng.random((items, months)) < 1 / 3)
    walk = np.cumsum(steps, axis=1)
    market = walk[item, month]
    shock = rng.normal(0.0, demand_noise, account.size)
    cell = account * items + item
    level = rng.normal(0.0, 0.3, accounts * items)[cell]
    paid = market + 0.2 * level + rng.normal(0.0, price_noise, account.size) - endogeneity * shock
    volume = 3.0 + level + rng.normal(0.0, 0.2, months)[month] + truth[account] * paid + shock
    return SimulatedRows(account, item, month, paid, volume, market, truth)


@dataclass(frozen=True, slots=True)
class SimulatedPanel:
    """A simulated panel and the truths behind it, shape (accounts,): the answer of ordering and of the size of orders."""

    panel: Panel
    orders: Floats
    size: Floats

    @property
    def truth(self) -> Floats:
        return self.orders + self.size


def simulate_panel(
    *,
    seed: int,
    accounts: int = 500,
    items: int = 120,
    months: int = 36,
    orders: tuple[float, float] = (-0.4, 0.3),
    size: tuple[float, float] = (-0.8, 0.5),
    price_moves: float = 0.05,
    busyness: float = 0.5,
    growth: float = 0.15,
    noise: float = 0.5,
) -> SimulatedPanel:
    """A book of monthly orders and quantities; `orders` and `size` are mean and sd of the two answers to price.

    The list price of an item moves in one month of six by a step of sd `price_moves`. Orders of an item in a month are
    Poisson around the account's interest in it, its busyness that month (log sd `busyness`), its growth (log a year, sd
    `growth`) and its answer; the size of an order is lognormal with log sd `noise` around the account's usual size, its
    growth again and its answer.
    """
    rng = np.random.default_rng(seed)
    truths = [rng.normal(mean, spread, accounts) for mean, spread in (orders, size)]
    account, item = np.nonzero(rng.random((accounts, items)) < 0.25)
    interest = np.exp(rng.normal(-1.6, 0.8, account.size))
    years = (np.arange(months) - months / 2) / 12
    grown = rng.normal(0.0, growth, (accounts, 1)) * years
    busy = np.exp(rng.normal(0.0, busyness, (accounts, months)) + grown)
    steps = rng.normal(price_moves / 5, price_moves, (items, months)) * (rng.random((items, months)) < 1 / 6)
    price = np.cumsum(steps, axis=1)
    rate = interest[:, np.newaxis] * busy[account] * np.exp(truths[0][account, np.newaxis] * price[item])
    ordered = rng.poisson(rate)
    bought = ordered.any(axis=1)
    account, item = account[bought], item[bought]
    count, log_price = ordered[bought].ravel().astype(np.float64), price[item].ravel()
    usual = np.exp(rng.normal(1.0, 0.8, account.size)).repeat(months)
    account, item = account.repeat(months), item.repeat(months)
    slip = noise / np.sqrt(np.maximum(count, 1))
    shock = np.exp(rng.normal(0.0, 1.0, count.size) * slip - slip**2 / 2)
    month = np.tile(np.arange(months), account.size // months)
    quantity = count * usual * np.exp(truths[1][account] * log_price + grown[account, month]) * shock
    discount = rng.normal(-0.05, 0.03, accounts)[account]
    panel = Panel(
        account=account,
        item=item,
        month=month,
        quantity=quantity,
        orders=count,
        price=log_price,
        paid=np.where(count > 0, log_price + discount + rng.normal(0.0, 0.01, count.size), 0.0),
        accounts=pa.array([f"A{code}" for code in range(accounts)]),
        items=pa.array([f"P{code}" for code in range(items)]),
    )
    return SimulatedPanel(panel, *truths)


@dataclass(frozen=True, slots=True)
class SimulatedPrices:
    """Simulated sales lines as a frame and the log discount each account has on all it buys, in the order they appear."""

    frame: pa.Table
    discount: Floats


def simulate_prices(
    *,
    seed: int,
    accounts: int = 150,
    items: int = 60,
    months: int = 12,
    lines: int = 12_000,
    discount: tuple[float, float] = (-0.04, 0.03),
    break_at: float = 10.0,
    break_saves: float = 0.06,
    haggling: float = 0.01,
) -> SimulatedPrices:
    """A ledger with list prices that move, quantity breaks, and a discount of each account's own.

    Columns account, item, day, quantity, price. From `break_at` pieces on a line costs `break_saves` less (a share);
    `discount` is the mean and sd of the log discounts, `haggling` the log sd of a single line's price. Accounts with
    large discounts buy larger lines, as they do.
    """
    rng = np.random.default_rng(seed)
    log_discount = rng.normal(*discount, accounts)
    who = rng.choice(accounts, lines, p=_shares(rng.lognormal(0.0, 0.8, accounts)))
    item = rng.choice(items, lines, p=_shares(rng.lognormal(0.0, 0.8, items)))
    day = rng.integers(0, months * 30, lines)
    quantity = np.ceil(rng.lognormal(1.2 - 15 * (log_discount[who] - discount[0]), 0.9))
    moves = rng.normal(0.01, 0.04, (items, months)) * (rng.random((items, months)) < 1 / 6)
    listed = rng.normal(2.0, 0.7, items)[item] + np.cumsum(moves, axis=1)[item, day // 30]
    log_price = listed + log_discount[who] + rng.normal(0.0, haggling, lines)
    price = np.exp(log_price) * np.where(quantity >= break_at, 1 - break_saves, 1.0)
    start = np.datetime64("2024-01-01")
    frame = pa.table(
        {
            "account": pa.array(np.char.add("A", who.astype(str))),
            "item": pa.array(np.char.add("P", item.astype(str))),
            "day": pa.array(start + day),
            "quantity": pa.array(quantity),
            "price": pa.array(np.round(price, 4)),
        }
    )
    names = [int(name[1:]) for name in dict.fromkeys(frame["account"].to_pylist())]
    return SimulatedPrices(frame, log_discount[names])


def _shares(weight: Floats) -> Floats:
    return np.asarray(weight / weight.sum())
