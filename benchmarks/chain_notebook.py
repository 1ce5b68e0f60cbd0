"""What an analyst would write today: pandas, lifetimes, implicit and scikit-learn from a ledger's lines to every score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

DAYS, YEAR_MONTHS, TOP = 84, 12, 10


def run(lines: Path, results: Path) -> None:
    """Read the lines and write one Parquet file for each result."""
    import pandas as pd  # a peer

    frame = pd.read_parquet(lines).dropna(subset=["account"])
    sold = frame[(frame["quantity"] > 0) & (frame["amount"] > 0)]
    value = customers(sold)
    value.to_parquet(results / "accounts.parquet")
    due, new = baskets(sold)
    due.to_parquet(results / "due.parquet")
    new.to_parquet(results / "new.parquet")
    elasticity(sold).to_parquet(results / "elasticity.parquet")
    alike(value).to_parquet(results / "alike.parquet")


def customers(sold: Any) -> Any:
    """Chance to be active, orders of the next 12 weeks and value of the next year of each account."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter  # a peer
    from lifetimes.utils import summary_data_from_transaction_data  # a peer

    rfm = summary_data_from_transaction_data(sold, "account", "day", monetary_value_col="amount", freq="D")
    rfm["frequency"], weeks = rfm["frequency"].astype(float), rfm[["recency", "T"]] / 7
    rfm[["recency", "T"]] = weeks
    orders = BetaGeoFitter(penalizer_coef=0.001)
    orders.fit(rfm["frequency"], rfm["recency"], rfm["T"])
    rfm["active"] = orders.conditional_probability_alive(rfm["frequency"], rfm["recency"], rfm["T"])
    rfm["orders"] = orders.conditional_expected_number_of_purchases_up_to_time(
        DAYS / 7, rfm["frequency"], rfm["recency"], rfm["T"]
    )
    repeat = rfm["frequency"] > 0
    spend = GammaGammaFitter(penalizer_coef=0.001)
    scale = rfm.loc[repeat, "monetary_value"].mean()
    spend.fit(rfm.loc[repeat, "frequency"], rfm.loc[repeat, "monetary_value"] / scale)
    rfm["order_value"] = scale * spend.conditional_expected_average_profit(
        rfm["frequency"], rfm["monetary_value"] / scale
    )
    rfm["value"] = scale * spend.customer_lifetime_value(
        orders,
        rfm["frequency"],
        rfm["recency"],
        rfm["T"],
        rfm["monetary_value"] / scale,
        time=YEAR_MONTHS,
        freq="W",
        discount_rate=0.008,
    )
    rfm["lines"] = sold.groupby("account").size()
    rfm["sale"] = sold.groupby("account")["amount"].sum()
    rfm["items"] = sold.groupby("account")["item"].nunique()
    return rfm


def baskets(sold: Any) -> tuple[Any, Any]:
    """The ten items each account bought on most days, and ten new ones by alternating least squares."""
    import numpy as np
    import pandas as pd  # a peer
    from implicit.als import AlternatingLeastSquares  # a peer
    from scipy.sparse import csr_matrix

    counts = (
        sold.drop_duplicates(["account", "item", "day"]).groupby(["account", "item"]).size().reset_index(name="days")
    )
    due = counts.sort_values(["account", "days"], ascending=[True, False]).groupby("account").head(TOP)
    accounts, items = counts["account"].astype("category"), counts["item"].astype("category")
    matrix = csr_matrix((counts["days"].astype("float32"), (accounts.cat.codes, items.cat.codes)))
    model = AlternatingLeastSquares(factors=64, iterations=15, random_state=0)
    model.fit(matrix, show_progress=False)
    found, score = model.recommend(np.arange(matrix.shape[0]), matrix, N=TOP, filter_already_liked_items=True)
    names = np.asarray(accounts.cat.categories)
    new = pd.DataFrame(
        {
            "account": np.repeat(names, TOP),
            "item": np.asarray(items.cat.categories)[found.ravel()],
            "score": score.ravel(),
        }
    )
    return due, new


def elasticity(sold: Any) -> Any:
    """Least squares of log pieces on log price within account and item, month by month, for each account."""
    import numpy as np

    month = sold["day"].dt.to_period("M") if sold["day"].dtype.kind == "M" else _month(sold["day"])
    panel = sold.assign(month=month).groupby(["account", "item", "month"])[["quantity", "amount"]].sum().reset_index()
    panel["volume"], panel["price"] = np.log(panel["quantity"]), np.log(panel["amount"] / panel["quantity"])
    within = panel[["volume", "price"]] - panel.groupby(["account", "item"])[["volume", "price"]].transform("mean")
    within["account"] = panel["account"]
    within["cross"], within["square"] = within["volume"] * within["price"], within["price"] ** 2
    sums = within.groupby("account")[["cross", "square"]].sum()
    return (sums["cross"] / sums["square"]).rename("elasticity").to_frame()


def _month(day: Any) -> Any:
    import pandas as pd  # a peer

    return pd.to_datetime(day).dt.to_period("M")


def alike(value: Any) -> Any:
    """The ten accounts of the best fifth that each account is most like."""
    import numpy as np
    import pandas as pd  # a peer
    from sklearn.neighbors import NearestNeighbors  # a peer
    from sklearn.preprocessing import StandardScaler  # a peer

    features = StandardScaler().fit_transform(np.log1p(value[["frequency", "sale", "items", "lines", "T"]]))
    best = value["value"] >= value["value"].quantile(0.8)
    far, near = NearestNeighbors(n_neighbors=TOP).fit(features[best]).kneighbors(features)
    names = np.asarray(value.index[best])
    return pd.DataFrame(
        {
            "account": np.repeat(np.asarray(value.index), TOP),
            "like": names[near.ravel()],
            "distance": far.ravel(),
        }
    )
