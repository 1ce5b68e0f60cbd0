"""Price response by account: against least squares and a mixed model, on simulated books, cheese and the two-year ledger.

Simulated: 5,000 accounts, about 315,000 lines, elasticities normal around -1.5 with sd .8; the price paid reacts to the
shock of demand by 0, .05, .10 or .20 (big orders get a better price). Peers get the same swept columns. Two-year
ledger: the first half of the months foretells each account's response in the second. Standard errors by bootstrap over
accounts.
"""

from __future__ import annotations

import csv
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import Peer, Row, Table, keep
from tests.reference.data import folder
from vitalfew.analytics.price import (
    BUSINESS,
    Panel,
    fit_response,
    fit_slopes,
    market_price,
    measure_panel,
    measure_realisation,
    simulate_panel,
    simulate_response,
)
from vitalfew.analytics.price.effects import effect, swept
from vitalfew.analytics.price.margins import margins
from vitalfew.analytics.price.simulate import SimulatedRows
from vitalfew.analytics.price.sums import summed

Floats = NDArray[np.float64]

SEED = 1
BAND = 1.6448536269514722
# What the reduced form over the pooled first stage came to when the method was chosen.
LINES = {0.0: 0.76, 0.05: 0.76, 0.10: 0.77, 0.20: 0.80}


@dataclass(frozen=True, slots=True)
class Told:
    """One method's answer: centres and standard deviations of each account, its mean, and CPU seconds."""

    centre: Floats
    sd: Floats
    mean: float
    seconds: float


def timed(work: Callable[[], Told]) -> Told:
    start = time.process_time()
    found = work()
    return Told(found.centre, found.sd, found.mean, time.process_time() - start)


def ours(rows: SimulatedRows, *, by_others: bool) -> Told:
    def work() -> Told:
        market, kept = None, np.ones(rows.account.size, dtype=np.bool_)
        if by_others:
            market, others = market_price(
                account=rows.account, item=rows.item, month=rows.month, log_price=rows.log_price
            )
            kept = others > 0
        cell = rows.account * (int(rows.item.max()) + 1) + rows.item
        found = fit_slopes(
            account=rows.account[kept],
            log_price=rows.log_price[kept],
            log_volume=rows.log_volume[kept],
            effects=[cell[kept], rows.month[kept]],
            market=None if market is None else market[kept],
        )
        return Told(found.centre, (found.high - found.centre) / BAND, found.common.mean, 0.0)

    return timed(work)


def swept_columns(rows: SimulatedRows) -> tuple[Floats, Floats]:
    effects = [effect(rows.account * (int(rows.item.max()) + 1) + rows.item), effect(rows.month)]
    return swept(rows.log_price, effects), swept(rows.log_volume, effects)


def least_squares(rows: SimulatedRows) -> Told:
    def work() -> Told:
        price, volume = swept_columns(rows)
        squares = np.bincount(rows.account, price**2)
        slope = np.bincount(rows.account, price * volume) / squares
        left = np.bincount(rows.account, (volume - slope[rows.account] * price) ** 2)
        cells = np.unique(rows.account * 1000 + rows.item) // 1000
        freedom = np.maximum(np.bincount(rows.account) - np.bincount(cells) - 1.5, 1)
        return Told(slope, np.sqrt(left / freedom / squares), float(slope.mean()), 0.0)

    return timed(work)


def mixed_model(rows: SimulatedRows) -> Told | None:
    try:
        from statsmodels.regression.mixed_linear_model import MixedLM  # a peer
    except ImportError:
        print("statsmodels is not installed: its mixed model is left out.")
        return None

    def work() -> Told:
        price, volume = swept_columns(rows)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = MixedLM(volume, price[:, None], groups=rows.account, exog_re=price[:, None]).fit(reml=True)
        off, noise = fit.random_effects, fit.random_effects_cov
        mean, accounts = float(fit.params[0]), range(rows.truth.size)
        centre = mean + np.array([float(np.ravel(off[one])[0]) for one in accounts])
        return Told(centre, np.sqrt([float(np.ravel(noise[one])[0]) for one in accounts]), mean, 0.0)

    return timed(work)


def root(error: Floats) -> float:
    return float(np.sqrt(np.mean(error**2)))


def bootstrap(figure: Callable[[NDArray[np.int64]], float], accounts: int, draws: int = 200) -> float:
    rng = np.random.default_rng(SEED)
    return float(np.std([figure(rng.integers(0, accounts, accounts)) for _ in range(draws)]))


def rmse(
    case: str, truth: Floats, told: Told, peers: dict[str, Told], *, line: float | None = None, note: str = ""
) -> Row:
    error = told.centre - truth

    def beside(other: Told) -> Peer:
        theirs = other.centre - truth
        return Peer(root(theirs), bootstrap(lambda at: root(error[at]) - root(theirs[at]), truth.size))

    spread = bootstrap(lambda at: root(error[at]), truth.size)
    return Row(
        case, "RMSE", root(error), "low", line, spread, peers={n: beside(o) for n, o in peers.items()}, note=note
    )


def cover(case: str, truth: Floats, told: Told, peers: dict[str, Told]) -> Row:
    def share(one: Told) -> Floats:
        return (np.abs(one.centre - truth) <= BAND * one.sd).astype(np.float64)

    inside = share(told)
    spread = float(inside.std() / np.sqrt(inside.size))
    beside = {name: Peer(float(share(one).mean())) for name, one in peers.items()}
    return Row(case, "held by 90 % bands", float(inside.mean()), "near", 0.885, spread, slack=0.035, peers=beside)


def simulated() -> Iterator[Row]:
    for level, line in LINES.items():
        rows = simulate_response(seed=SEED, endogeneity=level)
        paid, others = ours(rows, by_others=False), ours(rows, by_others=True)
        peers = {"least squares": least_squares(rows)}
        model = mixed_model(rows)
        peers |= {} if model is None else {"statsmodels MixedLM": model}
        if level == 0:
            case = "simulated, price paid moves alone"
            yield rmse(case, rows.truth, paid, peers, line=0.667, note=f"{rows.account.size:,} lines")
            yield cover(case, rows.truth, paid, peers)
            wrong = {name: Peer(float(np.mean(one.centre > 0))) for name, one in peers.items()}
            yield Row(case, "wrong sign, share", float(np.mean(paid.centre > 0)), "low", 0.005, peers=wrong)
            times = {name: Peer(one.seconds) for name, one in peers.items()}
            yield Row(case, "CPU seconds", paid.seconds, "low", peers=times)
        case = f"simulated, endogeneity {level:.2f}"
        peers = {"same, on the price paid": paid, **peers}
        yield rmse(
            case, rows.truth, others, peers, line=line, note="ours on the price others paid, peers on the price paid"
        )
        yield cover(case, rows.truth, others, peers)
        means = {name: Peer(one.mean) for name, one in peers.items()}
        yield Row(case, "mean elasticity", others.mean, "near", -1.5, slack=0.15, peers=means)


def cheese() -> Iterator[Row]:
    found = folder("cheese")
    if found is None:
        print("The cheese data are not here: set VITALFEW_DATA to the folder that holds them.")
        return
    with (found / "cheese.csv").open(encoding="utf-8") as lines:
        table = list(csv.DictReader(lines))
    account = np.unique([row["RETAILER"] for row in table], return_inverse=True)[1]
    price, volume, shown = (np.array([float(row[name]) for row in table]) for name in ("PRICE", "VOLUME", "DISP"))
    told = {"account": account, "log_price": np.log(price), "log_volume": np.log(volume), "covariates": [shown]}
    own, drawn = fit_slopes(**told, moderate=False), fit_slopes(**told)
    yield Row("cheese, 88 accounts", "mean of own slopes", float(own.slope.mean()), "near", -2.266, slack=0.007)
    yield Row("cheese, 88 accounts", "mean elasticity", own.common.mean, "near", -2.139, slack=0.0064)
    yield Row("cheese, 88 accounts", "sd between accounts", own.common.spread, "near", 0.843, slack=0.0025)
    try:
        from statsmodels.regression.mixed_linear_model import MixedLM  # a peer
    except ImportError:
        return
    columns = np.column_stack((np.ones(price.size), np.log(price), shown))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = MixedLM(np.log(volume), columns, groups=account, exog_re=columns).fit(reml=True)
    blup = np.array([float(np.ravel(fit.random_effects[one])[1]) for one in range(88)])
    note = f"MixedLM mean {fit.params[1]:.3f}, sd {float(np.asarray(fit.cov_re)[1, 1]) ** 0.5:.3f}"
    alike = float(np.corrcoef(drawn.centre, blup)[0, 1])
    yield Row("cheese, 88 accounts", "correlation with MixedLM", alike, "high", 0.97, note=note)


def ledger() -> Iterator[Row]:
    path = retail()
    if path is None:
        print("The two-year ledger is not here: set VITALFEW_DATA to the folder that holds it.")
        return
    frame = retail_frame(path)
    start = time.process_time()
    panel = measure_panel(frame=frame, price="price", product="product")
    built = time.process_time() - start
    whole = fit_response(panel=panel)
    case, rows = "two-year ledger", f"{panel.month.size:,} months of accounts and items, panel in {built:.1f} s CPU"
    yield Row(case, "firm's response", whole.firm.centre, note=f"{whole.firm.low:.2f} to {whole.firm.high:.2f}; {rows}")
    yield Row(case, "reliability", whole.reliability, "high", note=whole.verdict)
    yield from foretold(panel)
    told = measure_realisation(frame=frame, price="price", product="product", least_items=10)
    note = f"price realisation, {int(told.told.sum()):,} accounts of 10 items and more"
    yield Row(case, "halves of items agree", told.reliability or 0.0, "high", 0.70, note=note)


def foretold(panel: Panel) -> Iterator[Row]:
    """Each account's response in the later half of the orders, as the earlier half foretells it."""
    orders = np.cumsum(np.bincount(panel.month, panel.orders))
    cut = int(np.searchsorted(orders, orders[-1] / 2)) + 1
    first, later = panel.where(panel.month < cut), panel.where(panel.month >= cut)
    found, after, before = fit_response(panel=first), margins(later, own_months=True), margins(first, own_months=True)
    through = after.through or 1.0
    seen = (after.orders.slope + after.size.slope) / through
    noise = (after.orders.variance + after.size.variance) / through**2
    weight = np.where(np.isfinite(noise), 1 / (noise + 1.0), 0.0)
    share = before.through or 1.0
    loose = summed(before.orders.over(share), before.size.over(share), None, BUSINESS).centre

    def off(told: Floats | float, at: NDArray[np.int64]) -> float:
        return float(np.sqrt(np.average((seen - told)[at] ** 2, weights=weight[at])))

    every = np.arange(seen.size)
    pooled = off(found.firm.centre, every)
    for name, told, line in (("as told", found.centre, 1.01), ("without the gate", loose, None)):
        spread = bootstrap(lambda at, told=told: off(told, at) / off(found.firm.centre, at), seen.size)
        note = found.verdict if line else ""
        yield Row(
            "two-year ledger",
            f"next period RMSE / pooled, {name}",
            off(told, every) / pooled,
            "low",
            line,
            spread,
            note=note,
        )


def retail() -> Path | None:
    found = folder("online_retail_two_years")
    return None if found is None else found / "online_retail_2009_2011.parquet"


def retail_frame(path: Path) -> object:
    import duckdb  # reads the file only

    return duckdb.sql(
        f"""SELECT CAST(CustomerID AS BIGINT) AS account, StockCode AS item, CAST(InvoiceDate AS TIMESTAMP) AS day,
        Quantity AS quantity, UnitPrice AS price, regexp_matches(StockCode, '^[0-9]{{5}}') AS product
        FROM read_parquet('{path}')"""
    ).to_arrow_table()


def panels() -> Iterator[Row]:
    drawn = simulate_panel(seed=SEED, accounts=3770)
    seconds = []
    for _ in range(3):
        start = time.process_time()
        found = fit_response(panel=drawn.panel)
        seconds.append(time.process_time() - start)
    case = "simulated panel with zeros"
    note = f"{drawn.panel.month.size:,} rows, best of three"
    yield Row(case, "CPU seconds", min(seconds), "low", 2.0, note=note)
    months = fit_response(panel=drawn.panel, own_months=False)
    told = Told(found.centre, (found.high - found.centre) / BAND, found.firm.centre, 0.0)
    firm = Told(np.full_like(found.centre, found.firm.centre), told.sd, found.firm.centre, 0.0)
    plain = Told(months.centre, (months.high - months.centre) / BAND, months.firm.centre, 0.0)
    peers = {"the firm's number for all": firm, "same, months of the book": plain}
    yield rmse(case, drawn.truth, told, peers)
    yield cover(case, drawn.truth, told, {"same, months of the book": plain})


def main() -> None:
    rows = [*simulated(), *cheese(), *ledger(), *panels()]
    about = (
        "Elasticity of each account: simulated books whose truth is known, the cheese accounts of Boatwright, McCulloch "
        "and Rossi, and the two-year ledger, its earlier half foretelling the later."
    )
    data = [path for path in (retail(), folder("cheese") and folder("cheese") / "cheese.csv") if path]
    keep(
        Table("price_response", "Price response by account (A8)", about, rows),
        data=data,
        packages=["statsmodels"],
        seed=SEED,
    )


if __name__ == "__main__":
    main()
