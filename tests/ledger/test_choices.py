"""A firm says at which level of the tree it manages accounts, and the next refresh follows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vitalfew.ledger import choices
from vitalfew.ledger.declared import ChoiceRefused
from vitalfew.ledger.models import Setting
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.versions import StaleRecord

NOW = datetime(2026, 11, 23, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_nobody_has_chosen_at_first():
    assert (choices.account_level(), choices.choices()[0].since) == ("customer", None)


def test_a_choice_holds_with_author_and_day():
    choices.choose(name="account_level", value="group", by=operator(), at=NOW)
    row = choices.choices()[0]
    assert (choices.account_level(), row.since, row.chosen_by) == ("group", NOW, "operator")
    assert AuditEntry.objects.get().after == {"value": "group"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account_level", "galaxy"),
        ("colour", "red"),
        ("account_level", ""),
        ("firm_name", " "),
        ("firm_name", "x" * 81),
    ],
)
def test_what_is_not_known_is_refused(name, value):
    with pytest.raises(ChoiceRefused, match="Nothing was changed"):
        choices.choose(name=name, value=value, by=operator(), at=NOW)
    assert Setting.objects.count() == 0


def test_a_stale_choice_is_refused():
    choices.choose(name="account_level", value="group", by=operator(), at=NOW)
    with pytest.raises(StaleRecord):
        choices.choose(name="account_level", value="firm", by=operator(), at=NOW, version=1)
    assert choices.account_level() == "group"


def test_the_firm_says_what_it_is_called():
    assert choices.firm_name() == ""
    choices.choose(name="firm_name", value="  Harbour   Wholesale ", by=operator(), at=NOW)
    assert choices.firm_name() == "Harbour Wholesale"
