"""Saves of different fields merge; a stale save of the same field is refused with both values; a fresh one never is."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import MORNING, alice, ben, customers
from vitalfew.selection.models import KeyAccount, PlannedHours
from vitalfew.trust import versions
from vitalfew.trust.models import Person, Team

pytestmark = pytest.mark.django_db


def stored(record, *names):
    return type(record).objects.values_list(*names).get(pk=record.pk)


def test_stale_save_is_refused_with_both_values():
    mine, theirs = alice(), alice()
    versions.save(theirs, expected=1, name="Alice Ahead")
    with pytest.raises(versions.StaleRecord) as refusal:
        versions.save(mine, expected=1, name="Alice Behind")
    assert (refusal.value.yours, refusal.value.theirs) == ({"name": "Alice Behind"}, {"name": "Alice Ahead"})
    assert (refusal.value.record, refusal.value.version) == (mine, 2)
    assert str(refusal.value) == (
        "Somebody changed this since you opened it (name: yours Alice Behind, now Alice Ahead). Nothing was saved: open it again."
    )
    assert stored(mine, "name", "version") == ("Alice Ahead", 2)
    assert (mine.name, mine.version) == ("Alice Head", 1)


def test_saves_of_different_fields_are_both_kept():
    mine, theirs = alice(), alice()
    versions.save(theirs, expected=1, sees_opinions=True)
    versions.save(mine, expected=1, name="Alice Else")
    assert stored(mine, "name", "sees_opinions", "version", "changed") == (
        "Alice Else", True, 3, {"sees_opinions": 2, "name": 3},
    )  # fmt: skip
    assert (mine.name, mine.sees_opinions, mine.version) == ("Alice Else", True, 3)


def test_one_field_in_conflict_refuses_the_whole_save_and_names_only_this_field():
    mine, theirs = alice(), alice()
    versions.save(theirs, expected=1, role="head", sees_opinions=True)
    with pytest.raises(versions.StaleRecord) as refusal:
        versions.save(mine, expected=1, name="Alice Else", role="viewer", sees_opinions=True)
    assert (refusal.value.yours, refusal.value.theirs) == ({"role": "viewer"}, {"role": "head"})
    assert stored(mine, "name", "role") == ("Alice Head", "head")


def test_one_editor_saves_again_and_again():
    record = alice()
    for place in range(2, 5):
        versions.save(record, expected=record.version, name=f"Alice {place}")
        assert (record.version, *stored(record, "version")) == (place, place)


def test_the_same_values_again_are_no_conflict():
    record = alice()
    versions.save(record, expected=1, name="Alice Head")
    versions.save(record, expected=2, name="Alice Head")
    assert (record.version, record.changed) == (3, {})


def test_what_both_wrote_alike_is_no_conflict():
    mine, theirs = alice(), alice()
    versions.save(theirs, expected=1, name="Alice Else")
    versions.save(mine, expected=1, name="Alice Else")
    assert stored(mine, "name", "version") == ("Alice Else", 3)


@pytest.mark.parametrize("number", ["8", " -12,50 ", "1600"])
def test_the_same_number_from_two_is_one_too_few(number):
    mine, theirs = alice(), alice()
    versions.save(theirs, expected=1, name=number)
    with pytest.raises(versions.StaleRecord):
        versions.save(mine, expected=1, name=number)


def test_a_count_that_two_raised_by_one_is_refused_to_the_second():
    mine = PlannedHours.objects.create(account=customers(1)[0], hours_a_month=7)
    theirs = PlannedHours.objects.get()
    versions.save(theirs, expected=1, hours_a_month=8)
    with pytest.raises(versions.StaleRecord):
        versions.save(mine, expected=1, hours_a_month=8)


def test_who_saw_no_record_is_refused_when_one_was_made_meanwhile():
    made = PlannedHours.objects.create(account=customers(1)[0], hours_a_month=7)
    with pytest.raises(versions.StaleRecord) as refusal:
        versions.save(made, expected=0, hours_a_month=8)
    assert refusal.value.both() == [("hours a month", "8", "7")]


def test_the_same_relation_or_yes_from_two_is_no_conflict():
    mine, theirs = alice(), alice()
    team = Team.objects.create(name="North")
    versions.save(theirs, expected=1, team=team, sees_opinions=True)
    versions.save(mine, expected=1, team=team, sees_opinions=True)
    assert stored(mine, "version", "changed") == (3, {"team_id": 2, "sees_opinions": 2})


def test_writing_the_old_value_again_takes_the_field_from_nobody():
    mine, theirs = alice(), alice()
    versions.save(theirs, expected=1, name="Alice Head")
    versions.save(mine, expected=1, name="Alice Else")
    assert stored(mine, "name", "version") == ("Alice Else", 3)


def test_what_was_changed_and_seen_is_no_conflict():
    versions.save(alice(), expected=1, name="Alice First")
    record = alice()
    versions.save(record, expected=2, name="Alice Second")
    assert stored(record, "name", "version") == ("Alice Second", 3)


def test_a_conflict_is_settled_with_the_version_that_the_refusal_names():
    mine, theirs = alice(), alice()
    versions.save(theirs, expected=1, name="Alice Ahead")
    with pytest.raises(versions.StaleRecord) as refusal:
        versions.save(mine, expected=1, name="Alice Behind")
    versions.save(mine, expected=refusal.value.version, name="Alice Behind")
    assert stored(mine, "name", "version") == ("Alice Behind", 3)


def test_twenty_saves_in_a_row_pass_while_a_job_writes_other_fields():
    record = alice()
    seen = record.version
    for place in range(20):
        versions.save(alice(), expected=None, sees_margin=place % 2 == 0, sees_opinions=place % 3 == 0)
        versions.save(record, expected=seen, name=f"Alice {place}")
        seen = record.version
    assert stored(record, "name", "version", "sees_margin", "sees_opinions") == ("Alice 19", 41, False, False)


def test_saving_one_record_leaves_others_alone():
    other = ben()
    versions.save(alice(), expected=1, name="Alice Else")
    versions.save(other, expected=1, name="Ben Else")
    assert sorted(Person.objects.values_list("name", "version")) == [("Alice Else", 2), ("Ben Else", 2)]


@pytest.mark.parametrize("expected", [1, None])
def test_deleted_record_says_so(expected):
    record = alice()
    Person.objects.filter(pk=record.pk).delete()
    with pytest.raises(versions.StaleRecord) as refusal:
        versions.save(record, expected=expected, name="Alice Else")
    assert (refusal.value.theirs, refusal.value.version) == ({"name": "deleted"}, None)


def test_a_writer_without_a_form_writes_whoever_came_before():
    first, second = alice(), alice()
    versions.save(first, expected=None, name="Alice First")
    versions.save(second, expected=None, name="Alice Second")
    assert stored(second, "name", "version", "changed") == ("Alice Second", 3, {"name": 3})


def test_a_form_from_before_a_restore_is_refused_where_the_values_differ():
    record = alice()
    with pytest.raises(versions.StaleRecord):
        versions.save(record, expected=9, name="Alice Else")
    versions.save(record, expected=9, name="Alice Head")
    assert stored(record, "name", "version") == ("Alice Head", 2)


def test_a_save_tells_what_stood_there_before():
    versions.save(alice(), expected=None, name="Alice Else")
    record = Person(pk=alice().pk, name="Long ago")
    assert versions.save(record, expected=None, name="Alice New", sees_margin=False) == {
        "name": "Alice Else", "sees_margin": True,
    }  # fmt: skip


def test_a_refusal_reads_choices_relations_and_yes_or_no_in_words():
    mine, theirs = alice(), alice()
    north, south = (Team.objects.create(name=name) for name in ("North", "South"))
    versions.save(theirs, expected=1, team=north, role="head", is_active=False)
    with pytest.raises(versions.StaleRecord) as refusal:
        versions.save(mine, expected=1, team_id=south.pk, role="viewer", is_active=True, sees_margin=True)
    assert refusal.value.both() == [
        ("team", "South", "North"),
        ("role", "viewer", "head of key accounts"),
        ("active", "yes", "no"),
    ]


def test_nothing_is_said_as_nothing():
    account = KeyAccount.objects.create(
        account=customers(1)[0], designated_on=MORNING.date(), reason="Grows", designated_by="Alice Head"
    )
    mine = KeyAccount.objects.get()
    versions.save(account, expected=1, released_on=date(2026, 7, 2))
    with pytest.raises(versions.StaleRecord) as refusal:
        versions.save(mine, expected=1, released_on=None)
    assert refusal.value.both() == [("released on", "nothing", "2026-07-02")]


def test_many_rows_written_at_once_are_noted_like_a_save():
    record, editor = alice(), alice()
    record.name = "Alice Listed"
    versions.written(record, ("name",))
    Person.objects.bulk_update([record], ["name", "version", "changed"])
    versions.save(editor, expected=1, sees_opinions=True)
    with pytest.raises(versions.StaleRecord):
        versions.save(editor, expected=1, name="Alice Else")
    assert stored(record, "name", "sees_opinions", "version") == ("Alice Listed", True, 3)
