"""A stale save is refused with both values; a fresh one never is."""

from __future__ import annotations

import pytest

from tests.cast import alice, ben
from vitalfew.trust import versions
from vitalfew.trust.models import Person

pytestmark = pytest.mark.django_db


def test_stale_save_is_refused_with_both_values():
    mine, theirs = alice(), alice()
    versions.save(theirs, expected=1, name="Alice Ahead")
    with pytest.raises(versions.StaleRecord) as refusal:
        versions.save(mine, expected=1, name="Alice Behind")
    assert (refusal.value.yours, refusal.value.theirs) == ({"name": "Alice Behind"}, {"name": "Alice Ahead"})
    assert str(refusal.value) == (
        "Somebody changed this since you opened it (name: yours Alice Behind, now Alice Ahead). Nothing was saved: open it again."
    )
    assert Person.objects.get(pk=mine.pk).name == "Alice Ahead"
    assert (mine.name, mine.version) == ("Alice Head", 1)


def test_one_editor_saves_again_and_again():
    record = alice()
    for place in range(2, 5):
        versions.save(record, expected=record.version, name=f"Alice {place}")
        assert (record.version, Person.objects.get(pk=record.pk).version) == (place, place)


def test_the_same_values_again_are_no_conflict():
    record = alice()
    versions.save(record, expected=1, name="Alice Head")
    versions.save(record, expected=2, name="Alice Head")
    assert record.version == 3


def test_saving_one_record_leaves_others_alone():
    other = ben()
    versions.save(alice(), expected=1, name="Alice Else")
    versions.save(other, expected=1, name="Ben Else")
    assert sorted(Person.objects.values_list("name", "version")) == [("Alice Else", 2), ("Ben Else", 2)]


def test_deleted_record_says_so():
    record = alice()
    Person.objects.filter(pk=record.pk).delete()
    with pytest.raises(versions.StaleRecord) as refusal:
        versions.save(record, expected=1, name="Alice Else")
    assert refusal.value.theirs == {"name": "deleted"}


def test_a_writer_who_was_overtaken_is_refused_too():
    first, second = alice(), alice()
    versions.save(first, expected=None, name="Alice First")
    with pytest.raises(versions.StaleRecord):
        versions.save(second, expected=None, name="Alice Second")
