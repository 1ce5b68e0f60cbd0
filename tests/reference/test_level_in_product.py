"""Levels found by the product itself: in the demo firm against its truth, and in a real ledger where nobody was ever asked."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from tests.ledger.ledgers import take
from tests.reference.test_online_retail_import import ledger_file
from vitalfew.analytics.level import VERDICTS, measure_agreement
from vitalfew.demo import portfolio
from vitalfew.demo.firm import make_firm
from vitalfew.ledger import runs
from vitalfew.relationship.models import LevelFound, LevelRun
from vitalfew.rounds.refresh import refresh
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIZES = [300, pytest.param(2000, marks=pytest.mark.slow)]


def found(customers):
    """Chances, true levels and who answered, of the demo firm built and refreshed by its own verbs."""
    portfolio.build(by=operator(), at=AT, progress=lambda stage, done: None, customers=customers)
    told = make_firm(customers=customers, until=AT.date()).truth.tables["accounts"]
    true = dict(zip(told["customer"].to_pylist(), told["level"].to_pylist(), strict=True))
    rows = LevelFound.objects.filter(run=runs.current(), superseded_at=None, account__key__in=true)
    rows = list(rows.select_related("account"))
    chance = np.array([row.chance for row in rows])
    heard = np.array([row.newest_answer is not None for row in rows])
    named = np.array([row.told is not None for row in rows])
    return chance / chance.sum(axis=1, keepdims=True), np.array([true[row.account.key] for row in rows]), heard, named


@pytest.mark.parametrize("customers", SIZES)
def test_demo_firms_levels_are_told_by_the_product(home, customers):
    """A third were heard; of the others their orders speak alone, and the lines hold over all together."""
    chance, level, heard, named = found(customers)
    assert 0.25 < heard.mean() < 0.45
    spoke = measure_agreement(chance=chance[heard], level=level[heard])
    assert spoke.kappa >= 0.80 and spoke.within_one >= 0.98
    everybody = measure_agreement(chance=chance, level=level)
    assert everybody.calibration_error <= (0.05 if customers == 2000 else 0.1)
    assert everybody.cover >= 0.88 and spoke.cover >= 0.88
    assert everybody.kappa >= (0.74 if customers == 2000 else 0.65)
    right = measure_agreement(chance=chance[named], level=level[named])
    assert not (named & ~heard).any()
    assert right.accuracy > 0.7 and right.within_one > 0.97


@pytest.mark.data
def test_ledger_where_nobody_was_asked_names_no_level_and_leaves_nobody_out(home):
    """One year of Online Retail: every customer gets an answer, only ranges or "not enough evidence"."""
    take(ledger_file("online_retail", "online_retail.csv.gz"))
    report = refresh(by=operator(), at=AT)
    rows = LevelFound.objects.filter(run=report.run, superseded_at=None)
    assert rows.count() == report.accounts == 4_372
    assert not rows.exclude(told=None).exists() and not rows.exclude(newest_answer=None).exists()
    said = {VERDICTS[verdict] for verdict in rows.values_list("verdict", flat=True)}
    assert said <= {"not enough evidence", "behaves like", "mixed"}
    assert max(max(chance) for chance in rows.values_list("chance", flat=True)) <= 0.8501
    learnt = LevelRun.objects.get(run=report.run).model
    assert set(learnt["indicators"]) == {"price paid", "price response", "silence", "rhythm", "range", "returns"}
