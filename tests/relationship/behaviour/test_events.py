"""Prices that moved: noted and withdrawn with their evidence, and the volume before and after told or not, honestly."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from tests.analytics.pages import MEASURES, table
from tests.cast import AS_OF, MORNING, as_alice, ben, customers, let_in, person, portfolio
from vitalfew.ground.errors import Missing
from vitalfew.ledger.models import AccountTotals, Batch, Merge, Run
from vitalfew.relationship.behaviour import volume
from vitalfew.relationship.behaviour.events import (
    PriceEventRefused,
    note_price_event,
    price_events,
    withdraw_price_event,
)
from vitalfew.relationship.models import Evidence, PriceEvent
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import AuditEntry, StoredFile
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db
TODAY, NEW_YEAR = MORNING.date(), date(2026, 1, 1)
SEASON = [3, 1, 2, 4, 5, 6] * 4


def ledger(first="2022-01-03"):
    """A ledger that begins on a day, without a line in it."""
    file = StoredFile.objects.create(digest="d", name="sales.csv", size=1, stored_at=MORNING)
    Batch.objects.create(
        number=1, kind="sales", file=file, file_name="sales.csv", accepted_at=MORNING, accepted_by="A", first_day=first
    )


def noted(account=1, **more):
    asked = {
        "account": account,
        "on": NEW_YEAR,
        "thousandths": 50,
        "words": "The whole list",
        "by": as_alice(),
        "at": MORNING,
    }
    return note_price_event(**asked | more)


def sold(months, others=None):
    """A shown run in which customer 1 bought these months and customers 2 to 6 the others' between them."""
    run = portfolio()
    AccountTotals.objects.filter(account=1).update(months=months)
    AccountTotals.objects.exclude(account=1).update(months=[share * 1_000 for share in others or [1] * 24])
    return run


def shown(**more):
    return price_events(**{"account": 1, "person": None, "today": TODAY} | more)


@pytest.fixture
def opened():
    customers()
    ledger()


def test_a_price_that_moved_is_kept_with_its_evidence_and_told_to_the_trail(opened):
    made = noted(words="  The whole\nlist ")
    assert (made.words, made.noted_by, made.thousandths) == ("The whole list", "Alice Head", 50)
    (row,) = Evidence.objects.all()
    assert (row.kind, row.side, row.value, row.holds_from, row.source) == (
        "price_moved", "ours", {"thousandths": 50}, NEW_YEAR, f"price_event:{made.pk}",
    )  # fmt: skip
    (entry,) = AuditEntry.objects.all()
    assert (entry.verb, entry.target, entry.after["words"]) == (
        "relationship.note_price_event", "customer:1", "The whole list",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"thousandths": 0}, "not by nothing"),
        ({"thousandths": -901}, "90 %"),
        ({"thousandths": 5001}, "500 %"),
        ({"words": " \n"}, "which price"),
        ({"on": date(2022, 1, 2)}, "2022-01-03"),
        ({"on": TODAY + timedelta(days=367)}, "one year"),
    ],
)
def test_an_unsound_price_is_refused_in_a_sentence_and_nothing_is_kept(opened, wrong, word):
    with pytest.raises(PriceEventRefused, match=f"{word}.*Nothing was noted"):
        noted(**wrong)
    assert not (PriceEvent.objects.exists() or Evidence.objects.exists() or AuditEntry.objects.exists())


def test_the_ends_of_what_is_sound_are_kept(opened):
    for on, thousandths in ((date(2022, 1, 3), -900), (TODAY + timedelta(days=366), 5000)):
        noted(on=on, thousandths=thousandths)
    assert PriceEvent.objects.count() == 2


def test_an_empty_ledger_has_no_prices():
    customers()
    with pytest.raises(PriceEventRefused, match="ledger is empty"):
        noted()


def test_the_same_price_is_noted_once_and_once_more_after_it_was_withdrawn(opened):
    first = noted()
    with pytest.raises(PriceEventRefused, match="Alice Head noted this price already"):
        noted()
    withdraw_price_event(number=first.pk, reason="Slip", by=as_alice(), at=MORNING)
    assert noted().pk != first.pk


def test_a_withdrawn_price_takes_its_evidence_back_and_stays_with_who_and_why(opened):
    made = noted()
    withdraw_price_event(number=made.pk, reason=" Wrong\naccount ", by=as_alice(), at=MORNING)
    made.refresh_from_db()
    assert (made.withdrawn_by, made.withdrawn_because, shown()) == ("Alice Head", "Wrong account", ())
    assert list(Evidence.objects.values_list("withdrawn_because", flat=True)) == ["Wrong account"]
    assert AuditEntry.objects.order_by("-pk").first().verb == "relationship.withdraw_price_event"
    with pytest.raises(PriceEventRefused, match="Alice Head withdrew"):
        withdraw_price_event(number=made.pk, reason="again", by=as_alice(), at=MORNING)


def test_a_withdrawal_needs_a_reason(opened):
    with pytest.raises(PriceEventRefused, match="Say why"):
        withdraw_price_event(number=noted().pk, reason=" ", by=as_alice(), at=MORNING)


def test_a_hidden_account_answers_like_one_that_does_not_exist(opened):
    made, stranger = noted(), let_in(ben(), 2)
    by, told = person_actor(stranger, door="web"), set()
    for call in (
        lambda: noted(by=by), lambda: noted(99), lambda: shown(person=stranger), lambda: shown(account=99),
    ):  # fmt: skip
        with pytest.raises(Missing) as refused:
            call()
        told.add(str(refused.value))
    assert len(told) == 1
    words = set()
    for number in (made.pk, made.pk + 1):
        with pytest.raises(Missing) as refused:
            withdraw_price_event(number=number, reason="x", by=by, at=MORNING)
        words.add(str(refused.value))
    assert len(words) == 1 and PriceEvent.objects.get().withdrawn_at is None


def test_a_merged_duplicate_is_no_account(opened):
    Merge.objects.create(duplicate_id=1, into_id=2, reason="same", merged_at=MORNING, merged_by="A")
    with pytest.raises(Missing):
        shown()


def test_whoever_only_reads_notes_nothing(opened):
    reader = let_in(person(Role.VIEWER), None)
    with pytest.raises(Denied):
        noted(by=person_actor(reader, door="web"))
    assert not PriceEvent.objects.exists()


def test_the_volume_left_is_what_was_sold_without_the_price_beside_all_others():
    sold([1_000 * share for share in SEASON[:18]] + [840 * share for share in SEASON[18:]], SEASON)
    ledger()
    noted()
    (one,) = shown()
    figure = one.volume
    assert (figure.value, figure.n, figure.as_of, figure.level, figure.measure) == (
        pytest.approx(0.8), 12, AS_OF, 0.8, "price_event",
    )  # fmt: skip
    assert figure.low == pytest.approx(figure.high) == pytest.approx(figure.value)


def test_uneven_months_widen_the_interval():
    sold([1_000] * 12 + [900, 1_100] * 6)
    ledger()
    noted()
    (one,) = shown()
    assert one.volume.value == pytest.approx(1 / 1.05) and one.volume.low < 0.9 and one.volume.high > 1.0


def test_a_month_in_which_the_price_moved_counts_on_neither_side():
    sold([1_000] * 17 + [7_000] + [1_000] * 6)
    ledger()
    noted(on=date(2025, 12, 17))
    (one,) = shown()
    assert (one.volume.n, one.volume.value) == (12, pytest.approx(1 / 1.05))


def test_a_month_the_run_has_not_seen_whole_does_not_count():
    run = sold([1_000] * 24)
    ledger()
    noted()
    Run.objects.filter(pk=run.pk).update(as_of=date(2026, 6, 29))
    assert shown()[0].volume.n == 11


def test_three_whole_months_on_either_side_are_needed_and_it_says_by_when():
    sold([1_000] * 24)
    ledger()
    noted(on=date(2026, 4, 2))
    (one,) = shown()
    assert not one.volume.known and one.volume.n == 8
    assert "there are 6 and 2" in one.volume.missing and "2026-07-31" in one.volume.missing
    noted(on=date(2024, 9, 1), words="Then")
    assert shown()[1].volume.missing.endswith("needed: there are 2 and 6.")


def test_months_that_another_price_touches_do_not_count():
    sold([1_000] * 24)
    ledger()
    noted()
    noted(on=date(2025, 9, 15), words="Spring goods")
    noted(on=date(2026, 5, 20), words="Freight")
    freight, list_, spring = shown()
    assert [one.volume.n for one in (freight, list_, spring)] == [4 + 1, 3 + 4, 6 + 3]
    assert not freight.volume.known and "another price" in freight.volume.missing
    assert list_.volume.value == spring.volume.value == pytest.approx(1 / 1.05)


def test_two_prices_of_one_day_cannot_be_told_apart():
    sold([1_000] * 24)
    ledger()
    noted()
    noted(thousandths=-20)
    assert {one.volume.missing for one in shown()} == {"Two prices moved that day: what each did cannot be told apart."}


def test_months_before_it_was_a_customer_are_no_lost_volume():
    sold([0] * 13 + [1_000] * 11)
    ledger()
    AccountTotals.objects.filter(account=1).update(first_day=date(2025, 8, 12))
    noted()
    (one,) = shown()
    assert (one.volume.n, one.volume.value) == (4 + 6, pytest.approx(1 / 1.05))


def test_who_bought_nothing_since_has_nought_left_and_a_bound():
    sold([1_000] * 18 + [0] * 6)
    ledger()
    noted()
    (one,) = shown()
    assert (one.volume.value, one.volume.low) == (0, 0)
    assert one.volume.high == pytest.approx(1 - 0.2 ** (1 / 6)) and "nothing since" in one.volume.why


def test_nothing_bought_before_or_nobody_else_is_no_evidence():
    sold([0] * 18 + [1_000] * 6)
    ledger()
    noted()
    assert "before it" in shown()[0].volume.missing
    AccountTotals.objects.filter(account=1).update(months=[1_000] * 24)
    AccountTotals.objects.exclude(account=1).delete()
    Run.objects.update(totals={"currency": "GBP", "months": [1_000] * 24})
    assert not shown()[0].volume.known


def test_without_a_run_there_is_no_volume_and_what_lies_ahead_says_so(opened):
    noted(on=TODAY + timedelta(days=30))
    (one,) = shown()
    assert one.ahead and one.volume.missing == "The account has no sales in the shown run."


def test_a_price_older_than_the_months_kept_says_so():
    sold([1_000] * 24)
    ledger()
    noted(on=date(2024, 6, 1))
    assert "two years" in shown()[0].volume.missing


def test_the_firms_months_are_read_from_the_run_where_it_tells_them(django_assert_max_num_queries):
    run = sold([1_000] * 18 + [800] * 6)
    ledger()
    noted(thousandths=1)
    added = shown()[0].volume
    Run.objects.filter(pk=run.pk).update(totals=run.totals | {"months": [6_000] * 18 + [5_800] * 6})
    with django_assert_max_num_queries(5):
        assert shown()[0].volume == added


def test_the_interval_holds_the_truth_as_often_as_it_claims():
    rng = np.random.default_rng(4)
    held, season = [], np.array([7, 8, 10, 12, 13, 10] * 4)
    for _ in range(1_500):
        own, others = rng.gamma(6, 1 / 6, 24) * season, season * rng.normal(100, 2, 24)
        made = volume.Bought(own, others, first := 24_000, first, first + 24, AS_OF)
        found = volume.left(made, date(2001, 1, 1), 1, ())
        held.append(found.low <= 1 / 1.001 <= found.high)
    assert np.mean(held) == pytest.approx(volume.LEVEL, abs=0.035)


def test_the_page_has_the_parts_a_reader_needs():
    headings = [line[3:] for line in (MEASURES / "price_event.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


@pytest.mark.parametrize("row", table("price_event", "Worked table"), ids=lambda row: row["account"])
def test_worked_volume_comes_out_as_printed(row):
    own = [[float(cell) for cell in row[side].split(" · ")] for side in ("net before", "net after")]
    others = [[float(cell) for cell in row[f"others {side}"].split(" · ")] for side in ("before", "after")]
    first = 24_309 - len(own[0])  # its after begins in October 2025
    months = [np.concatenate(side) for side in (own, others)]
    made = volume.Bought(*months, first, first, first + months[0].size, AS_OF)
    found = volume.left(made, date(2025, 10, 1), int(10 * float(row["price"].strip("+ %"))), ())
    printed = [float(row[name]) for name in ("left", "low", "high")]
    assert printed == pytest.approx([found.value, found.low, found.high], abs=6e-4)
