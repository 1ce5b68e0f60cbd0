"""Thresholds are declared by steps, read together, and refuse what is no number of theirs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.apps import apps

from vitalfew.ledger import choices
from vitalfew.ledger.declared import ChoiceRefused, Number, numbers_declared
from vitalfew.ledger.models import Setting
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.versions import StaleRecord

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DECLARED = [found.number for found in numbers_declared().values()]
WHOLE = Number("many", 12, 1, 1000, "how many", whole=True)
BROKEN = Number("part", 0.5, 0, 1, "which part")


@pytest.mark.parametrize("number", DECLARED, ids=lambda number: number.name)
def test_what_is_usual_lies_in_its_own_range_and_says_what_it_decides(number):
    assert number.least < number.most
    assert number.read(f"{number.usual:g}") == number.usual
    assert number.decides and number.called and number.name.islower() and len(number.name) <= 60


def test_each_threshold_belongs_to_the_step_that_declares_it():
    assert numbers_declared()["level_likely"].step == "relationship"


def test_two_steps_cannot_declare_the_same_name(monkeypatch):
    monkeypatch.setattr(apps.get_app_config("ledger"), "settings", (DECLARED[0],), raising=False)
    numbers_declared.cache_clear()
    try:
        with pytest.raises(ValueError, match="both declare"):
            numbers_declared()
    finally:
        numbers_declared.cache_clear()


@pytest.mark.parametrize(
    ("number", "said", "value"),
    [(WHOLE, "1", 1), (WHOLE, "1000", 1000), (WHOLE, "12.0", 12), (BROKEN, "0", 0.0), (BROKEN, "0.25", 0.25), (BROKEN, "1", 1.0)],
)  # fmt: skip
def test_both_ends_of_a_range_are_in_it(number, said, value):
    assert (number.read(said), type(number.read(said))) == (value, type(value))


@pytest.mark.parametrize(
    ("number", "said", "why"),
    [
        (WHOLE, "0", "a whole number from 1 to 1000"), (WHOLE, "1001", "from 1 to 1000"), (WHOLE, "12.5", "a whole number such as 12"),
        (WHOLE, "", "a whole number"), (BROKEN, "-0.1", "from 0 to 1"), (BROKEN, "1.000001", "from 0 to 1"), (BROKEN, "nan", "a number such as 0.5"),
        (BROKEN, "inf", "a number"), (BROKEN, "1e-3", "a number"), (BROKEN, "0,5", "a number"), (BROKEN, "٠", "a number"), (BROKEN, "0.5\n", "a number"),
        (BROKEN, "9" * 400, "a number"),
    ],
)  # fmt: skip
def test_what_is_no_number_of_the_range_is_refused_in_a_sentence(number, said, why):
    with pytest.raises(ChoiceRefused, match=why) as refusal:
        number.read(said)
    assert str(refusal.value).endswith("Nothing was changed.") and len(str(refusal.value)) < 250


@pytest.mark.django_db
def test_many_thresholds_are_read_in_one_query(django_assert_num_queries):
    choices.choose(name="level_likely", value="0.6", by=operator(), at=NOW)
    with django_assert_num_queries(1):
        assert choices.numbers("level_likely", "level_orders") == {"level_likely": 0.6, "level_orders": 12}
    assert choices.number("level_cap") == 0.85


@pytest.mark.django_db
def test_a_threshold_nobody_declares_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        choices.number("level_mood")


@pytest.mark.django_db
def test_a_chosen_threshold_is_told_with_author_day_range_and_both_values():
    choices.choose(name="level_orders", value=20, by=operator(), at=NOW)
    row = choices.choice("level_orders")
    assert (row.value, row.usual, row.least, row.most, row.whole) == (20, 12, 1, 1000, True)
    assert (row.since, row.chosen_by, row.step) == (NOW, "operator", "relationship")
    entry = AuditEntry.objects.get()
    assert (entry.target, entry.before, entry.after) == ("setting:level_orders", {"value": 12}, {"value": 20})


@pytest.mark.django_db
def test_a_refused_threshold_leaves_nothing():
    with pytest.raises(ChoiceRefused):
        choices.choose(name="level_likely", value="2", by=operator(), at=NOW)
    assert (Setting.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_who_saw_that_nobody_had_chosen_is_refused_once_somebody_has():
    choices.choose(name="level_likely", value="0.6", by=operator(), at=NOW, version=0)
    with pytest.raises(StaleRecord):
        choices.choose(name="level_likely", value="0.7", by=operator(), at=NOW, version=0)
    choices.choose(
        name="level_likely", value="0.7", by=operator(), at=NOW, version=choices.choice("level_likely").version
    )
    assert choices.number("level_likely") == 0.7
