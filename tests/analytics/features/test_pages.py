import datetime as dt

import pytest

from tests.analytics.pages import column, table
from vitalfew.analytics.features import measure_features

PAGE = "account_features"
FEATURES = {
    "orders": "orders",
    "first age": "first_age",
    "last age": "last_age",
    "sum of log gaps": "sum_log_gap",
    "sale": "sale",
    "largest": "largest",
    "net": "net",
    "credits": "credits",
    "first touch": "first_touch",
    "last touch": "last_touch",
}


@pytest.mark.parametrize("name", FEATURES)
def test_worked_features_come_out_as_printed(name):
    lines, wanted = table(PAGE, "Worked table"), table(PAGE, "What comes of it")
    frame = {
        "account": [line["account"] for line in lines],
        "day": [dt.date.fromisoformat(line["day"]) for line in lines],
        "kind": [line["kind"] for line in lines],
        "amount": column(lines, "amount"),
    }
    found = measure_features(frame=frame, kind="kind", as_of=dt.date(2024, 3, 11))
    assert found.account.to_pylist() == [row["account"] for row in wanted]
    assert getattr(found, FEATURES[name]).tolist() == pytest.approx(column(wanted, name), abs=5e-4)
