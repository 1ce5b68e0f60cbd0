"""The demo firm's elasticities and discounts once more, found through the product: files imported, measures of its ledger run."""

import numpy as np
import pyarrow as pa
import pytest

from tests.ledger.ledgers import NOW, take
from tests.reference.test_demo_price import LARGE, SMALL, discounts, firm, realisation, response
from vitalfew.demo.files import write_files
from vitalfew.ledger import batches, operations
from vitalfew.ledger.measuring import session
from vitalfew.ledger.models import Customer
from vitalfew.relationship.behaviour.prices import Prices, prices
from vitalfew.trust.actors import operator

SIZES = [SMALL, pytest.param(LARGE, marks=pytest.mark.slow)]
FOUND: dict[int, tuple[Prices, list[str]]] = {}

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(request, home, tmp_path):
    """What the product finds in a demo firm of so many customers, and the key of each account; made once a size."""
    if request.param not in FOUND:
        _import(request.param, tmp_path)
        FOUND[request.param] = _asked()
    return request.param, *FOUND[request.param]


def _import(customers, folder):
    files = write_files(firm=firm(customers), folder=folder)
    for path in (*files.sales, files.customers):
        take(path)
    for row in firm(customers).truth.tables["doubles"].to_pylist():
        operations.merge_customers(
            duplicate=row["customer"], into=row["same_as"], reason="The same firm", by=operator(), at=NOW
        )


def _asked():
    last = batches.last_day()
    with session(batches.scope(as_of=last)) as opened:
        told = prices(opened, as_of=last, first=())
    key = dict(Customer.objects.values_list("pk", "key"))
    return told, [key[account] for account in told.account.tolist()]


def true(customers, keys, column):
    table = firm(customers).truth.tables["accounts"]
    known = dict(zip(table["customer"].to_pylist(), table[column].to_pylist(), strict=True))
    return np.array([known[key] for key in keys], dtype=np.float64)


@pytest.mark.parametrize("found", SIZES, indirect=True)
def test_elasticities_lie_in_their_bands(found):
    customers, told, keys = found
    elasticity = true(customers, keys, "elasticity")
    inside = (told.response_low <= elasticity) & (elasticity <= told.response_high)
    assert told.verdict == "" and told.listed and told.own.sum() > 0.2 * elasticity.size
    assert inside[told.own].mean() >= 0.86 and inside.mean() >= 0.86
    assert np.corrcoef(told.response[told.own], elasticity[told.own])[0, 1] > 0.4
    assert told.firm.centre == pytest.approx(response(customers).firm.centre, abs=0.03)


@pytest.mark.parametrize("found", SIZES, indirect=True)
def test_what_the_orders_say_alone_errs_as_much_as_it_says(found):
    customers, told, keys = found
    known = np.isfinite(told.own_variance)
    error = (told.own_response - true(customers, keys, "elasticity"))[known] / np.sqrt(told.own_variance[known])
    assert known.mean() > 0.85 and np.mean(np.abs(error) < 1.645) == pytest.approx(0.9, abs=0.04)


@pytest.mark.parametrize(
    ("found", "error"), [(SMALL, 0.007), pytest.param(LARGE, 0.004, marks=pytest.mark.slow)], indirect=["found"]
)
def test_discounts_are_found_beside_quantity_breaks(found, error):
    customers, told, keys = found
    given = discounts(customers, pa.array(keys))
    given = given - np.median((given - told.centre)[told.told])
    off = (told.centre - given)[told.told]
    assert np.sqrt(np.mean(off**2)) < error
    assert np.corrcoef(told.centre[told.told], given[told.told])[0, 1] > 0.96
    assert 0.80 <= np.mean(((told.low <= given) & (given <= told.high))[told.told]) <= 0.95


@pytest.mark.parametrize("found", SIZES, indirect=True)
def test_the_ledger_says_of_prices_paid_what_a_frame_of_the_lines_says(found):
    """To the rounding of amounts to whole pence: the frame holds prices of a piece."""
    customers, told, keys = found
    frame = realisation(customers)
    place = [frame.accounts.to_pylist().index(key) for key in keys]
    assert len(keys) == len(frame.accounts)
    assert told.lines.tolist() == frame.lines[place].tolist() and told.items.tolist() == frame.items[place].tolist()
    assert told.index == pytest.approx(frame.index[place], abs=6e-4)
    assert told.centre == pytest.approx(frame.centre[place], abs=6e-4)
