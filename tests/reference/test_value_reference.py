"""Values of orders and customers on real ledgers: published fits, and what past dates promised against what came."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from tests.analytics.pages import table
from tests.reference.data import folder
from tests.reference.test_features_reference import LAST_DAY, retail
from vitalfew.analytics.features import AccountFeatures, measure_features
from vitalfew.analytics.repeat import Orders, fit_orders
from vitalfew.analytics.value import OrderWorth, estimate_value, fit_gamma_gamma, fit_order_value

pytestmark = pytest.mark.data

EPOCH = np.datetime64("1970-01-01")


@cache
def cdnow(sample: bool = False) -> pa.Table:
    """Purchases of the CD shop in cents: the whole set, or the tenth of it that the literature fits."""
    found = folder("cdnow")
    if found is None:
        pytest.skip("the reference ledger cdnow is not here: set VITALFEW_DATA to the folder that holds it")
    name, columns, skipped = ("CDNOW_sample.txt", (0, 2, 4), 0) if sample else ("CDNOW_master.txt", (0, 1, 3), 1)
    rows = np.loadtxt(found / name, usecols=columns, skiprows=skipped)
    text = rows[:, 1].astype(np.int64).astype(str)
    day = np.array([f"{one[:4]}-{one[4:6]}-{one[6:]}" for one in text], dtype="datetime64[D]")
    amount = np.rint(rows[:, 2] * 100)
    return pa.table({"account": rows[:, 0].astype(np.int64), "day": (day - EPOCH).astype(np.int64), "amount": amount})


def sample() -> AccountFeatures:
    """The sample at the end of its first 39 weeks."""
    return measure_features(frame=cdnow(sample=True), as_of=int((np.datetime64("1997-09-30") - EPOCH).astype(int)))


def repeaters() -> tuple[np.ndarray, np.ndarray]:
    """Count and mean value, in dollars, of the orders after the first, of those who have one."""
    found = sample()
    rows = np.flatnonzero(found.repeats > 0)
    return found.repeats[rows], (found.sale - found.first_value)[rows] / found.repeats[rows] / 100


def test_fader_and_hardie_2013_gamma_gamma_of_the_cdnow_sample():
    count, mean = repeaters()
    found = fit_gamma_gamma(count=count, mean=mean)
    assert count.size == 946
    assert found.log_likelihood == pytest.approx(-4055.918, abs=0.01)
    assert (found.model.p, found.model.q, found.model.v) == pytest.approx((6.25, 3.74, 15.44), rel=0.003)
    assert np.corrcoef(count, mean)[0, 1] == pytest.approx(0.1139, abs=5e-4)


def test_the_cdnow_sample_breaks_the_assumption_of_its_own_model():
    found = fit_gamma_gamma(**dict(zip(("count", "mean"), repeaters(), strict=True)))
    assert found.correlation == pytest.approx(0.206, abs=5e-4)
    assert found.depends


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What was known of the buyers on a past day, and what came in the weeks after it; arrays (buyers,)."""

    known: AccountFeatures
    rows: np.ndarray
    orders: np.ndarray
    sale: np.ndarray
    net: np.ndarray

    def of(self, name: str) -> np.ndarray:
        return getattr(self.known, name)[self.rows].astype(float)


LEDGERS = {"retail": (retail, int(LAST_DAY), "kind"), "cdnow": (cdnow, None, None)}


@cache
def tried(ledger: str, back: int, weeks: int) -> Trial:
    """The trial that ends `weeks` after a day `back` days before the ledger's last one."""
    make, last, kind = LEDGERS[ledger]
    frame = make()
    last = last or int(np.max(frame["day"].to_numpy()))
    as_of, until = last - back, last - back + 7 * weeks
    known = measure_features(frame=frame, as_of=as_of, kind=kind)
    later = measure_features(frame=frame, as_of=until, kind=kind)
    place = np.searchsorted(np.array(later.account), np.array(known.account))
    rows = known.buyers
    came = {name: getattr(later, name)[place][rows] - getattr(known, name)[rows] for name in ("orders", "sale", "net")}
    return Trial(known, rows, **came)


@cache
def worths(trial: Trial) -> dict[str, OrderWorth]:
    """Each model of order values, of all orders."""
    orders = orders_of(trial)
    model = fit_orders(orders=orders).model
    sums = {name: trial.of(name) for name in ("sum_log", "sum_log_squared", "sale", "net")}
    known = {"count": trial.of("orders"), "log_rate": np.log(model.pace(orders)), **sums}
    own = fit_order_value(**known, sum_log_late=trial.of("sum_log_late"))
    gamma = fit_gamma_gamma(count=trial.of("orders"), mean=trial.of("sale") / trial.of("orders")).model
    return {
        "own spread": own,
        "one spread": fit_order_value(**known, own_spread=False),
        "Gamma-Gamma": gamma.worth(trial.of("orders"), trial.of("sale") / trial.of("orders"), own.kept),
    }


def orders_of(trial: Trial) -> Orders:
    return Orders(trial.of("repeats"), trial.of("last"), trial.of("age"), trial.of("log_gaps"))


def errors(trial: Trial, mean: np.ndarray) -> tuple[float, float]:
    """Promised over actual sum of the orders that came, and the mean absolute error of each buyer's, as a share."""
    promised = trial.orders * mean
    return float(promised.sum() / trial.sale.sum()), float(np.abs(promised - trial.sale).sum() / trial.sale.sum())


def bands(trial: Trial, worth: OrderWorth) -> tuple[float, float]:
    """How often the 80 % band of a buyer's coming orders held, their number known; and for buyers with many."""
    rows = np.flatnonzero(trial.orders > 0)
    count = np.repeat(trial.orders[:, np.newaxis], 300, axis=1)
    drawn = worth.draw(count, np.random.default_rng(0)) / np.maximum(worth.kept, 1e-12)[:, np.newaxis]
    low, high = np.quantile(drawn[rows], (0.1, 0.9), axis=1)
    inside = (trial.sale[rows] >= low) & (trial.sale[rows] <= high)
    return float(inside.mean()), float(inside[trial.orders[rows] > 5].mean())


@pytest.mark.parametrize(
    "row", table("order_value", "How good it is"), ids=lambda row: f"{row['ledger']}-{row['back']}-{row['model']}"
)
def test_page_prints_how_right_order_values_were(row):
    trial = tried(row["ledger"], int(row["back"]), int(row["weeks"]))
    worth = worths(trial)[row["model"]]
    found = errors(trial, worth.mean / np.maximum(worth.kept, 1e-12))
    assert (float(row["promised ÷ came"]), float(row["error"])) == pytest.approx(found, abs=0.002)
    assert (float(row["held"]), float(row["held for many"])) == pytest.approx(bands(trial, worth), abs=0.012)


@pytest.mark.parametrize(
    "row", table("customer_value", "How good it is"), ids=lambda row: f"{row['ledger']}-{row['back']}"
)
def test_page_prints_how_often_the_bands_held(row):
    assert [float(row[name]) for name in HELD] == pytest.approx(held(row), abs=0.012)


HELD = ("held", "held for the top fifth", "below", "came ÷ promised", "rank correlation")


def held(row: dict[str, str]) -> list[float]:
    """What the page prints of a trial."""
    trial = tried(row["ledger"], int(row["back"]), int(row["weeks"]))
    orders = orders_of(trial)
    model = fit_orders(orders=orders).model
    found = estimate_value(
        model=model, orders=orders, worth=worths(trial)["own spread"], weeks=int(row["weeks"]), yearly_discount=0.0
    )
    came = np.maximum(trial.net, 0)
    inside, top = (came >= found.low) & (came <= found.high), np.argsort(-trial.of("net_recent"))[: came.size // 5]
    ranks = [np.argsort(np.argsort(one)) for one in (found.value, came)]
    return [
        float(inside.mean()),
        float(inside[top].mean()),
        float((came < found.low).mean()),
        float(came.sum() / found.total.value),
        float(np.corrcoef(ranks)[0, 1]),
    ]
