"""When each customer orders next, and what is due (table A4).

Data: the two-year ledger of a gift wholesaler at 2010-12-31, 2011-03-25, 2011-06-24 and 2011-09-16, 12 weeks after each.
Protocol: only days up to the origin are seen, half-life and season included. Times are restricted: whoever does not
order within 12 weeks counts as 12. The rule most people use is the last order plus the customer's own median gap, at
once where that day is past; whoever ordered only once has no gap and gets no date, which counts as 12. Ours is the median of the distribution, its
80 % band the one printed. Where many do not order, a restricted band must hold their lump at 12 weeks as a whole and
so holds more than 80 %; "part of a lump" counts of it what the band claims. Among those who ordered the band is that given an order within the 12 weeks. A chance of an
order is judged by Brier score and by AUC; LightGBM learns it from the windows of three earlier origins. Due items are
all pairs of customer and item, items whose codes begin with five digits. The bootstrap draws customers, with all their
origins together.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import rankdata

from benchmarks.repeat_holdout import Asked, earlier, last_year, of_lifetimes, windows
from benchmarks.repeat_ledgers import ledger, since_epoch
from benchmarks.tables import Peer, Row, Table, keep
from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.frames import Floats
from vitalfew.analytics.repeat.due import estimate_due
from vitalfew.analytics.repeat.forecast import Forecast, estimate_orders
from vitalfew.analytics.repeat.item_orders import item_orders
from vitalfew.analytics.repeat.next_order import time_until
from vitalfew.analytics.repeat.origin import origin
from vitalfew.analytics.repeat.season import Season

CUTS = ("2010-12-31", "2011-03-25", "2011-06-24", "2011-09-16")
WEEKS = 12.0
LEVEL = 0.8
DRAWS = 200
ITEM_LINES = """SELECT CAST(CustomerID AS BIGINT) AS account, StockCode AS item, Quantity AS quantity,
  CAST(CAST(InvoiceDate AS TIMESTAMP) AS DATE) AS day, Quantity * UnitPrice AS amount FROM read_parquet('{path}')
  WHERE CustomerID IS NOT NULL AND NOT starts_with(InvoiceNo, 'C') AND Quantity > 0 AND UnitPrice > 0
  AND regexp_matches(StockCode, '^[0-9]{{5}}')"""

Bools = NDArray[np.bool_]
# A figure at one origin under weights of shape (draws, rows).
Figure = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Found:
    """One origin: when each customer ordered next (restricted, weeks), whether at all, and what ours told."""

    asked: Asked
    came: Floats
    ordered: Bools
    told: Forecast

    def quantile(self, part: float, *, given: bool = False) -> Floats:
        """By when an order has come with this chance, or with this chance of those that come; restricted, weeks."""
        ever = self.told.chance
        target = part * ever if given else np.full(ever.size, part)
        weeks, rows = np.full(ever.size, WEEKS), np.flatnonzero(target < ever)
        soon = time_until(model=self.told.model, orders=self.told.orders.at(rows), chance=target[rows])
        # A season runs the firm's clock faster or slower.
        weeks[rows] = np.minimum(soon / self.told.season.factor, WEEKS)
        return weeks

    def transform(self) -> Floats:
        """The chance told for an order by the moment it came, or by the end of the 12 weeks."""
        return self.told.model.chance_of_order(self.told.orders, self.came * self.told.season.factor)


def found(days: OrderDays, day: int) -> Found:
    asked = Asked(days, origin(days=days, day=day, weeks=WEEKS))
    came = _came(days, day)[asked.past.rows]
    return Found(asked, np.minimum(came, WEEKS), came <= WEEKS, estimate_orders(days=days, day=day, weeks=WEEKS))


def _came(days: OrderDays, day: int) -> Floats:
    """Weeks from a day to each account's next order, infinite without one."""
    soon = np.full(days.start.size - 1, np.inf)
    later = days.day > day
    np.minimum.at(soon, days.account[later], (days.day[later] - day) / 7)
    return soon


def rule(one: Found) -> Floats:
    """The last order plus the median gap of whoever has one."""
    days, past = one.asked.days, one.asked.past
    known = days.day <= past.day
    gap = np.diff(days.day, prepend=days.day[0]).astype(np.float64) / 7
    gap[days.start[:-1]] = np.nan
    gap[~known] = np.nan
    usual = np.array([np.nanmedian(gap[a:b]) for a, b in zip(days.start[:-1], days.start[1:], strict=True)])[past.rows]
    due = np.clip(usual - (past.orders.age - past.orders.last), 0, WEEKS)
    return np.where(np.isnan(due), WEEKS, due)


def _mean(loss: Floats, among: Bools | None = None) -> Figure:
    some = np.ones(loss.size) if among is None else among.astype(np.float64)
    return lambda weight: weight @ (loss * some) / (weight @ some)


def _auc(chance: Floats, ordered: Bools) -> Figure:
    """The share of pairs of one who ordered and one who did not that the chances put in order."""
    order = np.argsort(chance, kind="stable")
    rank = rankdata(chance[order], method="dense") - 1
    starts = np.searchsorted(rank, np.arange(rank[-1] + 1))
    yes = ordered[order].astype(np.float64)

    def figure(weight: Floats) -> Floats:
        mine = weight[:, order]
        won, lost = (np.add.reduceat(mine * part, starts, axis=1) for part in (yes, 1 - yes))
        below = np.cumsum(lost, axis=1) - lost / 2
        return (won * below).sum(axis=1) / (won.sum(axis=1) * lost.sum(axis=1))

    return figure


def _pinball(came: Floats, quantiles: Mapping[float, Floats]) -> Figure:
    losses = [np.maximum(part * (came - told), (part - 1) * (came - told)) for part, told in quantiles.items()]
    return _mean(np.mean(losses, axis=0))


def dates(one: Found) -> dict[str, dict[str, Figure]]:
    """Figures of the date: by metric, then by method."""
    came, ordered, plain = one.came, one.ordered, rule(one)
    parts = (0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2)
    early, middle, late = (one.quantile(part) for part in parts)
    given = [one.quantile(part, given=True) for part in parts]
    inside = ((early <= came) & (came <= late)).astype(np.float64)
    inside_given = ((given[0] <= came) & (came <= given[2])).astype(np.float64)
    return {
        "date, weeks off": {"ours": _mean(np.abs(middle - came)), "last + median gap": _mean(np.abs(plain - came))},
        "date, weeks off, of those who ordered": {
            "ours": _mean(np.abs(given[1] - came), ordered),
            "last + median gap": _mean(np.abs(plain - came), ordered),
        },
        "80 % band holds": {"ours": _mean(inside)},
        "80 % band holds, part of a lump": {"ours": _mean(_inside(one, parts[0], parts[2]))},
        "80 % band holds, of those who ordered": {"ours": _mean(inside_given, ordered)},
        "pinball at .1 .5 .9": {
            "ours": _pinball(came, dict(zip(parts, (early, middle, late), strict=True))),
            "last + median gap": _pinball(came, dict.fromkeys(parts, plain)),
        },
    }


def _inside(one: Found, low: float, high: float) -> Floats:
    """How much of each customer's own probability transform lies in the band.

    Whoever does not order within the 12 weeks stands for all of the distribution beyond them, so that a band of 80 %
    which reaches into that lump holds as much of it as it should, and not the whole.
    """
    upto = one.transform()
    beyond = np.clip(high - np.maximum(upto, low), 0, None) / np.maximum(1 - upto, 1e-12)
    return np.where(one.ordered, (low <= upto) & (upto <= high), beyond)


def chances(one: Found) -> dict[str, dict[str, Figure]]:
    """Figures of the chance of an order within 12 weeks."""
    ordered = one.ordered
    told = {"ours": one.told.chance, "last 12 months": -np.expm1(-last_year(one.asked))}
    if find_spec("lifetimes"):
        told["lifetimes BG/NBD"] = -np.expm1(-np.asarray(of_lifetimes("BetaGeoFitter")(one.asked)))
    if find_spec("lightgbm"):
        told["LightGBM"] = _lightgbm(one.asked)
    return {
        "chance of an order, Brier": {name: _mean((chance - ordered) ** 2) for name, chance in told.items()},
        "chance of an order, AUC": {name: _auc(chance, ordered) for name, chance in told.items()},
        "chance told less share that ordered": {name: _mean(chance - ordered) for name, chance in told.items()},
    }


def _lightgbm(asked: Asked) -> Floats:
    import lightgbm as trees  # a peer

    learned = list(earlier(asked, WEEKS))
    model = trees.LGBMClassifier(
        n_estimators=150, learning_rate=0.05, num_leaves=15, min_child_samples=40, verbose=-1, random_state=0, n_jobs=1
    )
    ordered = np.concatenate([one.past.coming > 0 for one in learned])
    model.fit(np.concatenate([windows(one) for one in learned]), ordered)
    return np.asarray(model.predict_proba(windows(asked)))[:, 1]


LINES: dict[str, tuple[str, float | None, float]] = {
    "80 % band holds": ("near", 0.83, 0.05),
    "80 % band holds, part of a lump": ("near", 0.83, 0.05),
    "80 % band holds, of those who ordered": ("near", 0.83, 0.05),
    "chance of an order, AUC": ("high", None, 0.0),
    "chance told less share that ordered": ("near", None, 0.0),
}


def rows_of(case: str, origins: Sequence[Found], drawn: Floats) -> list[Row]:
    """Rows of the figures averaged over origins; `drawn` are bootstrap weights of all accounts, (draws, accounts)."""
    told = [dates(one) | chances(one) for one in origins]
    places = [one.asked.past.rows for one in origins]
    rows = []
    for metric in told[0]:
        whole, spread = {}, {}
        for name in told[0][metric]:
            figures = [one[metric][name] for one in told]
            whole[name] = float(np.mean([f(np.ones((1, p.size)))[0] for f, p in zip(figures, places, strict=True)]))
            spread[name] = np.mean([f(drawn[:, p]) for f, p in zip(figures, places, strict=True)], axis=0)
        better, line, slack = LINES.get(metric, ("low", None, 0.0))
        peers = {n: Peer(v, float((spread["ours"] - spread[n]).std())) for n, v in whole.items() if n != "ours"}
        rows.append(Row(case, metric, whole["ours"], better, line, float(spread["ours"].std()), slack, peers))
    return rows


def due_rows(lines: pa.Table, seasons: Mapping[int, Season]) -> list[Row]:
    """How good the chances of due items are at each origin, and what the list costs."""
    told: dict[str, list[tuple[Floats, Bools, NDArray[np.int64]]]] = {
        "ours": [],
        "calendar alone": [],
        "share of all": [],
    }
    begun, seconds = time.process_time(), 0.0
    for day, season in seasons.items():
        begun = time.process_time()
        due = estimate_due(frame=lines, quantity="quantity", as_of=day, weeks=WEEKS, season=season.factor)
        seconds += time.process_time() - begun
        later = item_orders(frame=lines, as_of=day + round(7 * WEEKS))
        came = (later.days.total(later.days.day > day) > 0)[later.days.day[later.days.start[:-1]] <= day]
        calendar = _calendar(lines, due.model, day, WEEKS * season.factor)
        for name, chance in (
            ("ours", due.chance),
            ("calendar alone", calendar),
            ("share of all", np.full(came.size, came.mean())),
        ):
            told[name].append((chance, came, due.account))
    accounts = 1 + max(int(of.max()) for _, _, of in told["ours"])
    drawn = np.random.default_rng(3).multinomial(accounts, np.full(accounts, 1 / accounts), DRAWS).astype(np.float64)
    case = f"due items, mean of {len(seasons)}"
    rows = [_due_row(case, "Brier", told, drawn, lambda p, y: (p - y) ** 2)]
    chance, came = (np.concatenate([one[place] for one in told["ours"]]) for place in (0, 1))
    for low, high in ((0.3, 0.5), (0.5, 0.7), (0.7, 1.0)):
        some = (chance >= low) & (chance < high)
        share, mean, note = float(came[some].mean()), float(chance[some].mean()), f"{int(some.sum()):,} pairs"
        metric = f"came, of those told {low:g}–{high:g}"
        rows.append(Row(case, metric, share, "near", peers={"told": Peer(mean)}, note=note))
    note = f"{told['ours'][-1][0].size:,} pairs at the last origin"
    return [*rows, Row(case, "CPU seconds a list", seconds / len(seasons), note=note)]


def _calendar(lines: pa.Table, model: object, day: int, weeks: float) -> Floats:
    from vitalfew.analytics.repeat import clocks

    pairs = item_orders(frame=lines, as_of=day)
    clock = clocks.calendar(pairs, weeks)
    orders = clock.orders(pairs.days)
    return clock.chance(clocks.learned(orders), orders)


def _due_row(case: str, metric: str, told: Mapping[str, list], drawn: Floats, loss: Callable[..., Floats]) -> Row:
    whole, spread = {}, {}
    for name, origins in told.items():
        values, draws = [], []
        for chance, came, of in origins:
            lost = np.bincount(of, loss(chance, came), minlength=drawn.shape[1])
            size = np.bincount(of, minlength=drawn.shape[1])
            values.append(lost.sum() / size.sum())
            draws.append(drawn @ lost / (drawn @ size))
        whole[name], spread[name] = float(np.mean(values)), np.mean(draws, axis=0)
    peers = {name: Peer(whole[name], float((spread["ours"] - spread[name]).std())) for name in told if name != "ours"}
    return Row(case, metric, whole["ours"], se=float(spread["ours"].std()), peers=peers)


def main() -> None:
    warnings.filterwarnings("ignore")
    held = ledger("retail")
    if held is None:
        print("Next orders are left out: the data folder is absent.")
        return
    origins = [found(held.days, day) for day in since_epoch(*CUTS)]
    accounts = held.days.start.size - 1
    drawn = np.random.default_rng(3).multinomial(accounts, np.full(accounts, 1 / accounts), DRAWS).astype(np.float64)
    rows = rows_of("2011-09-16", origins[-1:], drawn) + rows_of("mean of 4 origins", origins, drawn)
    with duckdb.connect() as connection:
        lines = connection.sql(ITEM_LINES.format(path=held.path)).to_arrow_table()
    rows += due_rows(lines, {one.asked.day: one.told.season for one in origins})
    about = " ".join((__doc__ or "").split("\n\n", 1)[1].split())
    keep(
        Table("next_order", "The next order, and what is due (A4)", about, rows),
        data=[held.path],
        packages=("lifetimes", "lightgbm"),
        seed=3,
    )


if __name__ == "__main__":
    main()
