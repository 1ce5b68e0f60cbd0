"""A1: is the likelihood right? Parameters and log likelihood of published fits, ours beside lifetimes and pymc-marketing.

Data: the CDNOW sample (2,357 customers, orders of the first 39 weeks of 1997) and the grocery ledger (1,525 customers,
2006), times in weeks. Ours and pymc-marketing (MAP) without priors, lifetimes without penalty. A log likelihood is that
of our code at whatever parameters a package found, so that all are measured with one rule.
Run: python -m benchmarks.repeat_likelihood
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.repeat_ledgers import ledger, since_epoch
from benchmarks.tables import Peer, Row, Table, keep
from vitalfew.analytics.repeat import Orders, Regular, fit_orders
from vitalfew.analytics.repeat.origin import orders_at

NAMES = ("r", "alpha", "a", "b")
# Case: ledger, last day known, k, whether the first order may be the last, published parameters and log likelihood.
CASES = {
    "BG/NBD CDNOW": ("cdnow", "1997-09-30", 1, False, (0.2425945, 4.4136019, 0.7929199, 2.4258881), -9582.429),
    "MBG/NBD CDNOW": ("cdnow", "1997-09-30", 1, True, (0.5248, 6.183, 0.8914, 1.614), -9582.1),
    "MBG/CNBD-k grocery": ("grocery", "2006-12-31", None, True, (1.330, 5.627, 0.425, 0.790), -14978.2),
}
PARAMETERS_WITHIN = 0.003
# Log likelihoods that differ by less are the same top.
SAME = 1e-3
# The published log likelihoods of the last two are rounded to one decimal.
HEIGHT_WITHIN = {"BG/NBD CDNOW": 0.01, "MBG/NBD CDNOW": 0.05, "MBG/CNBD-k grocery": 0.05}


def main() -> None:
    rows, paths = [], []
    for case, (name, day, k, first, published, height) in CASES.items():
        found = ledger(name)
        if found is None:
            print(f"{case}: the ledger {name} is not here.")
            continue
        orders = orders_at(days=found.days, day=since_epoch(day)[0])[1]
        fitted = fit_orders(orders=orders, k=k, first_may_stop=first, prior=None)
        others = peers(orders, first) if k == 1 else {}
        rows += compared(case, orders, model=fitted.model, others=others, published=published, height=height)
        if k is None:
            rows.append(Row(case, "k", fitted.model.k, "near", 2))
        paths.append(found.path)
    if rows:
        about = (
            "Parameters within .3 % of the published, log likelihood no worse than published by more than its rounding."
        )
        table = Table("repeat_likelihood", "A1 Likelihood of repeat orders", about, rows)
        keep(table, data=sorted(set(paths)), packages=("lifetimes", "pymc-marketing"))


def compared(
    case: str,
    orders: Orders,
    *,
    model: Regular,
    others: Mapping[str, Regular],
    published: tuple[float, ...],
    height: float,
) -> list[Row]:
    rows = []
    for name, value in zip(NAMES, published, strict=True):
        theirs = {peer: Peer(getattr(other, name)) for peer, other in others.items()}
        ours = getattr(model, name)
        rows.append(Row(case, name, ours, "near", value, slack=PARAMETERS_WITHIN * value, peers=theirs))
    theirs = {peer: Peer(float(other.log_likelihood(orders).sum()), SAME) for peer, other in others.items()}
    ours = float(model.log_likelihood(orders).sum())
    slack, note = HEIGHT_WITHIN[case], f"{ours:.4f}"
    rows.append(Row(case, "log likelihood", ours, "high", height, slack=slack, peers=theirs, note=note))
    return rows


def peers(orders: Orders, first_may_stop: bool) -> dict[str, Regular]:
    """The same model as other packages fit it."""
    found = {}
    for name, fit in (("lifetimes", by_lifetimes), ("pymc-marketing", by_pymc)):
        try:
            values = fit(orders, first_may_stop)
        except ImportError as absent:
            print(f"{name} is left out: {absent}.")
            continue
        found[name] = Regular(1, *(float(values[one]) for one in NAMES), first_may_stop=first_may_stop)
    return found


def by_lifetimes(orders: Orders, first_may_stop: bool) -> Mapping[str, float]:
    from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter  # a peer

    fitter = ModifiedBetaGeoFitter() if first_may_stop else BetaGeoFitter()
    return fitter.fit(orders.repeats, orders.last, orders.age).params_


def by_pymc(orders: Orders, first_may_stop: bool) -> Mapping[str, float]:
    import pandas as pd  # a peer
    from pymc_extras.prior import Prior  # a peer
    from pymc_marketing.clv import BetaGeoModel, ModifiedBetaGeoModel  # a peer

    frame = pd.DataFrame(
        {
            "customer_id": np.arange(orders.age.size),
            "frequency": orders.repeats.astype(int),
            "recency": orders.last,
            "T": orders.age,
        }
    )
    model = (ModifiedBetaGeoModel if first_may_stop else BetaGeoModel)(
        model_config={name: Prior("HalfFlat") for name in NAMES}
    )
    model.fit(frame, method="map", progressbar=False)
    return model.fit_summary()


if __name__ == "__main__":
    main()
