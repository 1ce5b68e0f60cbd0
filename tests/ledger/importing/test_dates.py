"""Dates as ledgers write them: every order, four languages, serials, impossible days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.ledger.importing.dates import FIRST, LAST, ORDERS, Evidence, fitting_orders, is_serial, parse

DAY = date(2026, 3, 4)
ANY_ORDER = [
    "2026-03-04", "2026/03/04", "2026.03.04", "2026-3-4", "20260304", "2026-03-04 08:26", "2026-03-04T08:26:00",
    "2026-03-04T08:26:00.123Z", "2026-03-04T08:26:00+01:00", "20260304 0826", "2026-03-04 8:26:00 AM", "2026-03-04 8:26:00 p. m.",
    "4 March 2026", "4th March 2026", "March 4, 2026", "Mar 4 2026", "Wednesday, 4 March 2026", "04-MAR-2026", "04MAR2026", "4-Mar-26",
    "4. März 2026", "4. Maerz 2026", "04. Mrz. 2026", "Mittwoch, 4. März 2026", "4. Ma\u0308rz 2026", "4 mars 2026", "mercredi 4 mars 2026",
    "4 de marzo de 2026", "4 mar 2026", " 2026-03-04 ", "２０２６-03-04",
]  # fmt: skip
MONTHS = {
    "en": "January February March April May June July August September October November December Sept",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember Jänner",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre aout",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre setiembre",
}
LAST_ONES = {"Sept": 9, "Jänner": 1, "aout": 8, "setiembre": 9}


@pytest.mark.parametrize("text", ANY_ORDER)
def test_a_date_that_names_its_parts_needs_no_order(text):
    assert {parse(text, order=order) for order in ORDERS} == {DAY}
    assert fitting_orders(text) in ((), ("ymd",))


@pytest.mark.parametrize(
    ("name", "month"),
    [
        (name, LAST_ONES.get(name, place))
        for names in MONTHS.values()
        for place, name in enumerate(names.split(), start=1)
    ],
)
def test_names_of_months_are_known_in_four_languages(name, month):
    assert parse(f"4 {name} 2026", order="ymd") == date(2026, month, 4)
    assert parse(f"4 {name.upper()} 2026", order="ymd") == date(2026, month, 4)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("03/04/2026", "dmy", date(2026, 4, 3)),
        ("03/04/2026", "mdy", date(2026, 3, 4)),
        ("03/04/2026", "ymd", None),
        ("3-4-26", "dmy", date(2026, 4, 3)),
        ("03/04/26 17:05", "mdy", date(2026, 3, 4)),
        ("26-03-04", "ymd", DAY),
        ("04.03.2026", "dmy", DAY),
        ("04.03.2026", "ymd", DAY),
        ("4.3.26", "dmy", DAY),
        ("01/02/69", "dmy", date(2069, 2, 1)),
        ("01/02/70", "dmy", date(1970, 2, 1)),
        ("31/12/99", "dmy", date(1999, 12, 31)),
        ("29/02/2024", "dmy", date(2024, 2, 29)),
        ("29/02/2023", "dmy", None),
        ("31/04/2026", "dmy", None),
        ("00/01/2026", "dmy", None),
        ("13/13/2026", "dmy", None),
        ("2026-02-30", "ymd", None),
        ("20261301", "ymd", None),
        ("01/01/1969", "dmy", None),
        ("01/01/2200", "dmy", None),
        ("9999-12-31", "ymd", None),
        ("03/04/202", "dmy", None),
        ("03/04-2026", "dmy", None),
        ("yesterday", "dmy", None),
        ("4 Marsch 2026", "dmy", None),
        ("", "dmy", None),
        ("12:30", "dmy", None),
        ("2026", "ymd", None),
    ],
)
def test_numeric_dates_follow_the_order_and_the_calendar(text, order, expected):
    assert parse(text, order=order) == expected


@pytest.mark.parametrize(
    ("text", "from_1904", "expected"),
    [
        ("45292", False, date(2024, 1, 1)),
        ("45292.75", False, date(2024, 1, 1)),
        ("43830", True, date(2024, 1, 1)),
        ("25569", False, date(1970, 1, 1)),
        ("25568", False, None),
        ("99999", False, date(2173, 10, 13)),
        ("1234", False, None),
        ("123456", False, None),
    ],
)
def test_spreadsheet_serials_count_from_1900_or_1904(text, from_1904, expected):
    assert parse(text, order="dmy", from_1904=from_1904) == expected


def test_only_bare_five_digits_are_serials():
    assert [is_serial(text) for text in ("45292", " 45292.5 ", "4529", "20260304", "45,292")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03/04/2026", ("dmy", "mdy")),
        ("13/04/2026", ("dmy",)),
        ("03/13/2026", ("mdy",)),
        ("04/04/2026", ()),
        ("04.03.2026", ("dmy",)),
        ("2026-03-04", ("ymd",)),
        ("26-03-04", ("dmy", "ymd")),
        ("06-03-04", ("dmy", "mdy", "ymd")),
        ("13/13/2026", ()),
        ("45292", ()),
        ("4 March 2026", ()),
    ],
)
def test_a_date_tells_under_which_orders_it_is_a_day(text, expected):
    assert fitting_orders(text) == expected


def test_evidence_keeps_proofs_and_doubts_apart():
    found = Evidence().seen(["03/04/2026", "05/06/2026", "13/04/2026"]).seen(["14/04/2026", "2026-01-01"])
    assert found == Evidence(
        only=(("dmy", "13/04/2026"), ("ymd", "2026-01-01")), either=((("dmy", "mdy"), "03/04/2026"),)
    )


@given(day=st.dates(FIRST, LAST))
def test_every_day_of_the_range_comes_back_from_every_form(day):
    assert parse(f"{day:%Y-%m-%d}", order="dmy") == day
    assert parse(f"{day:%Y%m%d}", order="dmy") == day
    assert parse(f"{day:%d/%m/%Y}", order="dmy") == day
    assert parse(f"{day:%m/%d/%Y}", order="mdy") == day
    assert parse(f"{day:%d.%m.%Y}", order="ymd") == day
    assert parse(f"{day:%d-%b-%Y}", order="ymd") == day
    serial = (day - date(1899, 12, 30)).days
    assert parse(str(serial), order="dmy") == (day if serial < 100_000 else None)
    assert parse(str(serial - 1462), order="dmy", from_1904=True) == (
        day if 10_000 <= serial - 1462 < 100_000 else None
    )


@given(day=st.dates(FIRST, LAST), shift=st.integers(1, 400))
def test_another_day_never_reads_the_same(day, shift):
    other = day + timedelta(days=shift)
    for order, form in (("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y"), ("ymd", "%Y-%m-%d")):
        assert parse(other.strftime(form), order=order) != parse(day.strftime(form), order=order)


@given(text=st.text(max_size=24))
def test_any_text_is_a_day_of_the_range_or_none(text):
    for order in ORDERS:
        found = parse(text, order=order)
        assert found is None or FIRST <= found <= LAST
