"""Behaviour as evidence: begun, kept, ended by the runs of key accounts, and never against what is known since."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.cast import AS_OF, MORNING, as_alice, key, portfolio
from vitalfew.ledger import choices
from vitalfew.ledger.models import AccountTotals, Batch, Run
from vitalfew.relationship.behaviour.told_by_orders import tell_signs
from vitalfew.relationship.evidence import bell
from vitalfew.relationship.evidence.recording import withdraw_evidence
from vitalfew.relationship.models import Behaviour, Evidence, PriceEvent
from vitalfew.selection import operations as selection
from vitalfew.trust.actors import clock_actor
from vitalfew.trust.models import AuditEntry, StoredFile

pytestmark = pytest.mark.django_db
STEADY = {"regularity": [3.4, 2.0, 4.0], "gap": 14.3, "cycles": 0.49}
WIDER = {"breadth": [34, 20, 300, 1, 0], "before": [21, 20, 290, 2, 9]}
LATER = AS_OF + timedelta(days=91)


def behaves(run, account=1, orders=12, **loyal):
    AccountTotals.objects.filter(run=run, account=account).update(orders_12_months=orders)
    Behaviour.objects.update_or_create(run=run, account_id=account, defaults={"loyalty": loyal or None})


def again(as_of, **more):
    """A run of another day, shown last, in which accounts 1 to 6 stand as in the first."""
    at = datetime.combine(as_of, MORNING.timetz())
    latest = Run.objects.exclude(shown_at=None).order_by("-shown_at").first()
    run = Run.objects.create(
        as_of=as_of, began_at=at, shown_at=max(at, latest.shown_at + timedelta(hours=1)), totals=latest.totals
    )
    first = AccountTotals.objects.filter(run=Run.objects.order_by("number").first())
    AccountTotals.objects.bulk_create(_copied(row, run) for row in first)
    behaves(run, **more)
    return run


def _copied(row, run):
    row.pk, row.run = None, run
    return row


def tell(at=MORNING):
    return tell_signs(by=clock_actor(), at=at)


def told(**wanted):
    rows = Evidence.objects.filter(withdrawn_at=None, **{"account": 1} | wanted).order_by("kind", "holds_from", "pk")
    return [(row.kind, row.holds_from, row.holds_until) for row in rows]


def since(*kinds, on=AS_OF):
    return [(kind, on, None) for kind in sorted(kinds)]


@pytest.fixture
def run():
    found = portfolio()
    key(1)
    AccountTotals.objects.update(first_day=date(2023, 1, 2))
    file = StoredFile.objects.create(digest="d", name="sales.csv", size=1, stored_at=MORNING)
    Batch.objects.create(
        number=1, kind="sales", file=file, file_name="sales.csv", accepted_at=MORNING, accepted_by="A",
        first_day=date(2023, 1, 2), last_day=LATER,
    )  # fmt: skip
    return found


def test_what_a_run_shows_of_a_key_account_is_behaviour_without_an_end(run):
    behaves(run, orders=5, **STEADY, **WIDER)
    entries = AuditEntry.objects.count()
    assert tell() == 4
    assert told() == since("breadth_grows", "cadence_steady", "credit_notes_fall", "orders_repeat")
    row = Evidence.objects.get(kind="orders_repeat")
    assert (row.side, row.source, row.words, row.value, row.recorded_by, row.recorded_at) == (
        "behaviour", "behaviour:1", "5 orders in twelve months", {"orders": 5}, "clock", MORNING,
    )  # fmt: skip
    assert AuditEntry.objects.count() == entries  # a refresh is one entry, its own


def test_accounts_that_are_not_key_are_left_alone(run):
    behaves(run, account=2)
    tell()
    assert told(account=2) == []


def test_what_is_still_shown_stays_as_it_was_told_first(run):
    behaves(run, orders=5)
    tell()
    first = list(Evidence.objects.values())
    again(LATER, orders=7)
    assert (tell(), list(Evidence.objects.values())) == (0, first)


def test_what_is_shown_no_longer_ends_on_the_day_of_the_run_and_may_begin_anew(run):
    behaves(run, **STEADY)
    tell()
    middle = AS_OF + timedelta(days=30)
    again(middle, **STEADY | {"cycles": 1.6})
    assert tell() == 1
    again(LATER, **STEADY)
    tell()
    assert told(kind="cadence_steady") == [("cadence_steady", AS_OF, middle), ("cadence_steady", LATER, None)]
    assert told(kind="orders_repeat") == since("orders_repeat")


def test_a_run_of_an_earlier_day_rewrites_nothing_that_is_known_since(run):
    behaves(run, **STEADY)
    tell()
    before = list(Evidence.objects.values())
    again(AS_OF - timedelta(days=91), orders=0)
    assert (tell(), list(Evidence.objects.values())) == (0, before)


def test_quarters_found_one_after_the_other_tell_since_when(run):
    Run.objects.update(as_of=AS_OF - timedelta(days=180))
    behaves(run, orders=1)
    tell()
    again(AS_OF - timedelta(days=90), orders=2)
    tell()
    again(AS_OF, orders=3)
    tell()
    assert told() == since("orders_repeat", on=AS_OF - timedelta(days=90))


def test_a_later_run_of_lines_that_were_undone_does_not_silence_the_house(run):
    behaves(run, **STEADY)
    tell()
    Batch.objects.update(last_day=AS_OF - timedelta(days=1))
    again(AS_OF - timedelta(days=1), orders=0)
    assert tell() == 2
    assert told() == [("cadence_steady", AS_OF, AS_OF), ("orders_repeat", AS_OF, AS_OF)]  # held on no day


def test_the_same_day_found_again_with_other_lines_leaves_one_state(run):
    behaves(run)
    tell()
    again(AS_OF, orders=0)
    tell()
    again(AS_OF)
    tell()
    assert told() == since("orders_repeat")
    replaced = Evidence.objects.exclude(withdrawn_at=None).get()
    assert (replaced.holds_until, replaced.withdrawn_by) == (AS_OF, "clock")


def test_what_one_of_us_withdrew_is_not_told_again_while_it_is_still_shown(run):
    behaves(run)
    tell()
    number = Evidence.objects.get().pk
    withdraw_evidence(number=number, reason="Orders of their sister firm", by=as_alice(), at=MORNING)
    again(AS_OF + timedelta(days=1))
    assert (tell(), told()) == (0, [])
    again(AS_OF + timedelta(days=30), orders=0)
    tell()
    again(LATER)
    tell()
    assert told() == since("orders_repeat", on=LATER)


def test_an_account_that_is_no_longer_key_ends_its_states(run):
    behaves(run)
    tell()
    selection.release(account=1, reason="Sold", by=as_alice(), at=MORNING)
    again(LATER)
    tell()
    assert told() == [("orders_repeat", AS_OF, LATER)]


def test_evidence_of_others_is_never_touched(run):
    kept = {"account_id": 1, "holds_from": AS_OF, "recorded_at": MORNING, "recorded_by": "Alice"}
    Evidence.objects.create(kind="orders_repeat", side="ours", source="Alice's word", **kept)
    Evidence.objects.create(kind="price_move_accepted", side="behaviour", source="a file", **kept)
    behaves(run, orders=0)
    assert (tell(), len(told())) == (0, 2)


def test_a_year_before_which_it_was_no_customer_is_not_compared(run):
    behaves(run, orders=0, **WIDER)
    AccountTotals.objects.update(first_day=date(2024, 8, 2))
    assert tell() == 0
    AccountTotals.objects.update(first_day=date(2024, 8, 1))
    tell()
    assert told() == since("breadth_grows", "credit_notes_fall")


def test_numbers_stored_before_the_year_before_was_asked_for_tell_no_growth(run):
    behaves(run, orders=0, breadth=WIDER["breadth"])
    assert tell() == 0


@pytest.mark.parametrize(
    ("thousandths", "after", "shown"),
    [(20, 10, ["price_move_accepted", "volume_kept"]), (20, 3, []), (-20, 10, []), (200, 10, [])],
)
def test_a_noted_rise_is_told_by_the_volume_after_it(run, thousandths, after, shown):
    AccountTotals.objects.filter(account=1).update(months=[9_700, 10_300] * 9 + [after * 970, after * 1_030] * 3)
    AccountTotals.objects.exclude(account=1).update(months=[1_000] * 24)
    told_at = {"noted_at": MORNING, "noted_by": "Alice"}
    PriceEvent.objects.create(account_id=1, on=date(2026, 1, 1), thousandths=thousandths, words="The list", **told_at)
    PriceEvent.objects.create(
        account_id=1, on=date(2025, 2, 1), thousandths=10, words="Wrong", withdrawn_at=MORNING, **told_at
    )
    behaves(run, orders=0)
    tell()
    assert [kind for kind, _from, _until in told()] == shown


def test_a_chosen_threshold_decides(run):
    choices.choose(name="behaviour_orders", value=20, by=as_alice(), at=MORNING)
    behaves(run, orders=19)
    assert tell() == 0


def test_nothing_is_told_before_the_first_run(db):
    assert tell() == 0


def test_many_accounts_take_no_more_queries_than_one(run, django_assert_max_num_queries):
    for account in range(2, 7):
        key(account)
    for account in range(1, 7):
        behaves(run, account=account, **STEADY, **WIDER)
    with django_assert_max_num_queries(14):
        assert tell() == 24


def test_no_bell_rings_for_what_judges_nothing(run, django_capture_on_commit_callbacks):
    behaves(run)
    with django_capture_on_commit_callbacks() as waiting:
        tell()
    assert [one for one in waiting if isinstance(one, bell._Rung)] == []
