"""How many orders each customer places after the cut, foretold from what was known before it (table A3).

Data: CDNOW sample (cut 1997-09-30, 39 weeks after), grocery (2006-12-31, 52), apparel (2006-12-31, 104; simulated), and
the two-year ledger of a gift wholesaler at four origins of 12 weeks (2010-12-31, 2011-03-25, 2011-06-24, 2011-09-16)
and four of 26 (2010-09-10, 2010-12-10, 2011-03-11, 2011-06-10). An order is a customer on a day with something sold.
Protocol: every method sees only days up to the cut, half-life and season included. Ours is the mean of the
mixture over k and the Pareto/NBD with the half-life of old orders (rolling origin) and the seasonal factor, as a user
would run it; its parts stand beside it.
Mean absolute error, root mean squared error, Poisson deviance (a forecast counts as 0.001 at least) and bias of the sum.
The bootstrap draws customers, with all their origins together. LightGBM learns from up to three earlier origins; where
a ledger is shorter than twice the weeks, from its halves, scaled up.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from benchmarks.repeat_ledgers import FILES, Ledger, ledger, since_epoch
from benchmarks.tables import Peer, Row, Table, keep
from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.repeat.combined import fit_combined
from vitalfew.analytics.repeat.fitting import fit_orders
from vitalfew.analytics.repeat.forecast import estimate_orders
from vitalfew.analytics.repeat.forgetting import fit_forgetting
from vitalfew.analytics.repeat.mixture_fitting import fit_mixture
from vitalfew.analytics.repeat.orders import Orders
from vitalfew.analytics.repeat.origin import Origin, orders_at, origin
from vitalfew.analytics.repeat.pareto_fitting import fit_pareto
from vitalfew.analytics.repeat.season import estimate_season

Floats = NDArray[np.float64]

OURS = "ours"
DRAWS = 200
SMALLEST = 1e-3
METRICS = ("MAE", "RMSE", "deviance", "bias")


@dataclass(frozen=True, slots=True)
class Case:
    """Origins of one ledger whose figures are averaged; `lines` are the pass lines of the metrics that have one."""

    name: str
    ledger: str
    cuts: tuple[str, ...]
    weeks: int
    lines: Mapping[str, float]


CASES = (
    Case("CDNOW, 39 weeks", "cdnow", ("1997-09-30",), 39, {"MAE": 0.765}),
    Case("grocery, 52 weeks", "grocery", ("2006-12-31",), 52, {"MAE": 1.40}),
    Case("apparel, 104 weeks", "apparel", ("2006-12-31",), 104, {}),
    Case("wholesaler, 12 weeks, 2011-09-16", "retail", ("2011-09-16",), 12, {"RMSE": 1.09}),
    Case("wholesaler, 12 weeks, mean of 4", "retail", ("2010-12-31", "2011-03-25", "2011-06-24", "2011-09-16"), 12, {}),
    Case("wholesaler, 26 weeks, mean of 4", "retail", ("2010-09-10", "2010-12-10", "2011-03-11", "2011-06-10"), 26, {}),
)
SPEED = CASES[3]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the order days, which of them are known, and what is wanted."""

    days: OrderDays
    past: Origin

    @property
    def day(self) -> int:
        return self.past.day

    @property
    def weeks(self) -> float:
        return float(self.past.weeks)

    @property
    def orders(self) -> Orders:
        return self.past.orders

    @property
    def known(self) -> float:
        """Weeks of ledger up to the cut."""
        return float(self.day - int(self.days.day.min()) + 1) / 7

    def ordered(self, after: int, until: int) -> Floats:
        """Orders of each customer after one day up to and with another."""
        return self.days.total((self.days.day > after) & (self.days.day <= until))[self.past.rows]


Method = Callable[[Asked], Floats | None]


def single(asked: Asked) -> Floats:
    return fit_orders(orders=asked.orders).model.expected_orders(asked.orders, asked.weeks)


def mixture(asked: Asked) -> Floats:
    return fit_mixture(orders=asked.orders).expected_orders(asked.orders, asked.weeks)


def pareto(asked: Asked) -> Floats:
    return fit_pareto(orders=asked.orders).model.expected_orders(asked.orders, asked.weeks)


def combined(asked: Asked) -> Floats:
    return fit_combined(orders=asked.orders).expected_orders(asked.orders, asked.weeks)


def forgetting(asked: Asked) -> Floats:
    half_life = fit_forgetting(days=asked.days, day=asked.day, weeks=asked.weeks).half_life
    told = orders_at(days=asked.days, day=asked.day, half_life=half_life)[1]
    return fit_combined(orders=asked.orders).expected_orders(told, asked.weeks)


def seasonal(asked: Asked) -> Floats:
    return combined(asked) * estimate_season(days=asked.days, day=asked.day, weeks=asked.weeks).factor


def ours(asked: Asked) -> Floats:
    """All parts together."""
    return estimate_orders(days=asked.days, day=asked.day, weeks=asked.weeks).expected


def last_year(asked: Asked) -> Floats:
    """The rate of the last twelve months, or of all where the ledger is shorter."""
    return asked.ordered(asked.day - 364, asked.day) * asked.weeks / min(52.0, asked.known)


def same_weeks(asked: Asked) -> Floats | None:
    """As many as in the same weeks a year ago."""
    begin = asked.day - 364
    whole = begin >= asked.days.day.min() and asked.weeks <= 52
    return asked.ordered(begin, begin + round(7 * asked.weeks)) if whole else None


def lifetime(asked: Asked) -> Floats:
    """Repeat orders a week since the first order."""
    return asked.orders.repeats / np.maximum(asked.orders.age, 1 / 7) * asked.weeks


def of_lifetimes(name: str) -> Method:
    def told(asked: Asked) -> Floats | None:
        import lifetimes  # a peer

        fitter = getattr(lifetimes, name)()
        orders = asked.orders
        fitter.fit(orders.repeats, orders.last, orders.age)
        ask = fitter.conditional_expected_number_of_purchases_up_to_time
        found = np.asarray(ask(asked.weeks, orders.repeats, orders.last, orders.age), dtype=np.float64)
        return found if np.isfinite(found).all() else None

    return told


def lightgbm(asked: Asked) -> Floats | None:
    """Trees with a Poisson loss on counts in windows, recency, rhythm and the same weeks a year ago."""
    import lightgbm as trees  # a peer

    step = min(asked.weeks, asked.known / 2)
    learned = list(earlier(asked, step))
    if not learned:
        return None
    model = trees.LGBMRegressor(
        objective="poisson", n_estimators=150, learning_rate=0.05, num_leaves=15, min_child_samples=40,
        verbose=-1, random_state=0, n_jobs=1,
    )  # fmt: skip
    model.fit(np.concatenate([windows(one) for one in learned]), np.concatenate([one.past.coming for one in learned]))
    return np.asarray(model.predict(windows(asked))) * asked.weeks / step


def earlier(asked: Asked, step: float) -> Iterator[Asked]:
    for back in (1, 2, 3):
        then = asked.day - round(7 * back * step)
        if then - int(asked.days.day.min()) + 1 >= 91:
            yield Asked(asked.days, origin(days=asked.days, day=then, weeks=step))


def windows(asked: Asked) -> Floats:
    orders, day = asked.orders, asked.day
    repeats = np.maximum(orders.repeats, 1)
    told = [orders.repeats, orders.age, orders.age - orders.last, orders.last / repeats, orders.log_gaps / repeats]
    told += [asked.ordered(day - 7 * weeks, day) for weeks in (2, 4, 8, 13, 26, 39, 52, 104)]
    told += [asked.ordered(day - 364, day - 364 + 7 * weeks) for weeks in (12, 26)]
    return np.column_stack(told)


PARTS: dict[str, Method] = {
    "our CNBD-k": single,
    "our mixture": mixture,
    "our Pareto/NBD": pareto,
    "our mean of both": combined,
    "mean, half-life": forgetting,
    "mean, season": seasonal,
}
NAIVE: dict[str, Method] = {"last 12 months": last_year, "same weeks last year": same_weeks, "lifetime rate": lifetime}
PEERS: dict[str, tuple[str, Method]] = {
    "lifetimes BG/NBD": ("lifetimes", of_lifetimes("BetaGeoFitter")),
    "lifetimes Pareto/NBD": ("lifetimes", of_lifetimes("ParetoNBDFitter")),
    "LightGBM Poisson": ("lightgbm", lightgbm),
}


def methods() -> dict[str, Method]:
    """Ours, its parts, the naive ones, and the peers that are installed."""
    found = {OURS: ours, **PARTS, **NAIVE}
    for name, (package, method) in PEERS.items():
        if find_spec(package):
            found[name] = method
        else:
            print(f"{name} is left out: {package} is not installed.")
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What one method foretold at one origin, and what came; `account` places the customers in the ledger."""

    account: NDArray[np.int64]
    came: Floats
    told: Floats

    def losses(self) -> Floats:
        """Sums from which every metric is made, shape (5, customers): absolute, squared, deviance, told, came."""
        off, told = self.told - self.came, np.maximum(self.told, SMALLEST)
        deviance = 2 * (xlogy(self.came, self.came) - xlogy(self.came, told) - self.came + told)
        return np.stack((np.abs(off), off**2, deviance, self.told, self.came))


def figures(told: Sequence[Told], weight: Floats) -> Floats:
    """The four metrics as means over the origins, shape (draws, 4), for weights of shape (draws, accounts)."""
    found = []
    for one in told:
        mine = weight[:, one.account]
        customers = mine.sum(axis=1)
        absolute, squared, deviance, sum_told, sum_came = one.losses() @ mine.T
        parts = (absolute / customers, np.sqrt(squared / customers), deviance / customers, sum_told / sum_came - 1)
        found.append(np.stack(parts, axis=1))
    return np.mean(found, axis=0)


def measured(case: Case, days: OrderDays, asked: Mapping[str, Method]) -> tuple[list[Row], dict[str, float]]:
    """The rows of one case, and the CPU seconds of each method."""
    questions = [Asked(days, origin(days=days, day=day, weeks=case.weeks)) for day in since_epoch(*case.cuts)]
    told, seconds = {}, {}
    for name, method in asked.items():
        begun = time.process_time()
        answers = [method(one) for one in questions]
        seconds[name] = time.process_time() - begun
        if all(answer is not None for answer in answers):
            told[name] = [_told(one, answer) for one, answer in zip(questions, answers, strict=True)]
    return _rows(case, told, days.start.size - 1), seconds


def _told(asked: Asked, answer: Floats | None) -> Told:
    assert answer is not None
    return Told(asked.past.rows, asked.past.coming.astype(np.float64), answer)


def _rows(case: Case, told: Mapping[str, Sequence[Told]], accounts: int) -> list[Row]:
    rng = np.random.default_rng(3)
    drawn = rng.multinomial(accounts, np.full(accounts, 1 / accounts), DRAWS).astype(np.float64)
    whole = {name: figures(one, np.ones((1, accounts)))[0] for name, one in told.items()}
    spread = {name: figures(one, drawn) for name, one in told.items()}
    ahead = {name: (spread[OURS] - one).std(axis=0) for name, one in spread.items() if name != OURS}
    notes = _by_origin(told[OURS], accounts)
    return [
        Row(
            case=case.name,
            metric=metric,
            ours=float(whole[OURS][place]),
            better="near" if metric == "bias" else "low",
            line=case.lines.get(metric),
            se=float(spread[OURS][:, place].std()),
            peers={name: Peer(float(whole[name][place]), float(se[place])) for name, se in ahead.items()},
            note=notes[place],
        )
        for place, metric in enumerate(METRICS)
    ]


def _by_origin(told: Sequence[Told], accounts: int) -> list[str]:
    if len(told) == 1:
        return [""] * len(METRICS)
    each = np.stack([figures([one], np.ones((1, accounts)))[0] for one in told], axis=1)
    return ["ours by origin: " + ", ".join(f"{value:.3f}" for value in row) for row in each]


def _speed(seconds: Mapping[str, float]) -> Row:
    peers = {name: Peer(value) for name, value in seconds.items() if name not in NAIVE and name != OURS}
    return Row(SPEED.name, "CPU seconds, fit and forecast", seconds[OURS], peers=peers)


def main() -> None:
    warnings.filterwarnings("ignore")
    ledgers: dict[str, Ledger | None] = {name: ledger(name) for name in FILES}
    asked, rows = methods(), []
    for case in CASES:
        held = ledgers[case.ledger]
        if held is None:
            print(f"{case.name} is left out: its data folder is absent.")
            continue
        found, seconds = measured(case, held.days, asked)
        rows += found
        if case is SPEED:
            rows.append(_speed(seconds))
    about = " ".join((__doc__ or "").split("\n\n", 1)[1].split())
    table = Table("repeat_holdout", "Orders foretold and orders placed (A3)", about, rows)
    data = [held.path for held in ledgers.values() if held is not None]
    keep(table, data=data, packages=("lifetimes", "lightgbm"), seed=3)


if __name__ == "__main__":
    main()
