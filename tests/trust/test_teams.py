"""Teams and who is let in to see accounts, with reason, end and trace."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, person
from vitalfew.ground.errors import Missing
from vitalfew.trust import people, teams
from vitalfew.trust.models import AuditEntry, Grant
from vitalfew.trust.rights import Role
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


def let_in(**more):
    words = {"person": ben(), "accounts": [1, 2], "reason": "Covers for Carla", "by": as_alice(), "at": MORNING} | more
    return teams.let_in(**words)


def last_entry() -> tuple[str, dict, dict]:
    entry = AuditEntry.objects.order_by("-number")[0]
    return entry.verb, entry.before, entry.after


def test_a_team_is_made_renamed_and_told_of():
    team = teams.add_team(name="  North   West ", by=as_alice(), at=MORNING)
    teams.rename_team(team=team.pk, name="North", version=1, by=as_alice(), at=MORNING)
    assert [(row.name, row.version) for row in teams.all_teams()] == [("North", 2)]
    assert last_entry() == ("trust.rename_team", {"name": "North West"}, {"name": "North"})


@pytest.mark.parametrize("name", ["", "   ", "NORTH"])
def test_a_team_needs_a_name_of_its_own(name):
    teams.add_team(name="North", by=as_alice(), at=MORNING)
    with pytest.raises(teams.TeamRefused):
        teams.add_team(name=name, by=as_alice(), at=MORNING)
    assert len(teams.all_teams()) == 1


def test_a_stale_rename_is_refused():
    team = teams.add_team(name="North", by=as_alice(), at=MORNING)
    teams.rename_team(team=team.pk, name="East", version=1, by=as_alice(), at=MORNING)
    with pytest.raises(StaleRecord):
        teams.rename_team(team=team.pk, name="West", version=1, by=as_alice(), at=MORNING)
    assert teams.all_teams()[0].name == "East"


def test_unknown_team_is_missing():
    with pytest.raises(Missing):
        teams.rename_team(team=9, name="East", by=as_alice(), at=MORNING)
    with pytest.raises(Missing, match="There is no team “South”"):
        people.change_person(email=ben().email, wanted=people.Wanted(team="South"), by=as_alice(), at=MORNING)


def test_a_person_joins_and_leaves_a_team():
    team = teams.add_team(name="North", by=as_alice(), at=MORNING)
    joined = people.change_person(email=ben().email, wanted=people.Wanted(team="north"), by=as_alice(), at=MORNING)
    assert joined.team_id == team.pk
    left = people.change_person(email=ben().email, wanted=people.Wanted(team=""), by=as_alice(), at=MORNING)
    assert left.team_id is None


def test_letting_in_is_dated_and_told_of():
    let_in(until=TODAY + timedelta(days=30))
    rows = Grant.objects.order_by("account").values_list("account", "source", "holds_from", "holds_until", "granted_by")
    end = TODAY + timedelta(days=30)
    assert list(rows) == [(n, "hand", TODAY, end, "Alice Head") for n in (1, 2)]
    told = {"accounts": [1, 2], "until": end.isoformat(), "reason": "Covers for Carla"}
    assert last_entry() == ("trust.grant", {}, told)


def test_letting_in_to_every_account_is_one_grant():
    (grant,) = let_in(accounts=None)
    assert (grant.account, AuditEntry.objects.get().after["accounts"]) == (None, "all")


@pytest.mark.parametrize("wrong", [{"reason": "  "}, {"until": TODAY}, {"until": date(2020, 1, 1)}])
def test_letting_in_needs_a_reason_and_an_end_that_is_to_come(wrong):
    with pytest.raises(teams.TeamRefused, match="Nothing was changed"):
        let_in(**wrong)
    assert (Grant.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_grant_ends_once():
    grant = let_in(accounts=[3])[0]
    assert teams.end_grant(grant=grant.pk, by=as_alice(), at=MORNING).holds_until == TODAY
    assert last_entry() == ("trust.end_grant", {"account": 3}, {})
    with pytest.raises(Missing):
        teams.end_grant(grant=grant.pk, by=as_alice(), at=MORNING)


def test_what_a_lead_sees_ends_with_the_lead_only():
    row = Grant.objects.create(person=ben(), account=1, source="lead", holds_from=TODAY, reason="x", granted_by="x")
    with pytest.raises(Missing):
        teams.end_grant(grant=row.pk, by=as_alice(), at=MORNING)


def test_a_new_role_starts_with_its_own_view_of_margins():
    viewer = person(Role.VIEWER)
    head = people.change_person(email=viewer.email, wanted=people.Wanted(role="head"), by=as_alice(), at=MORNING)
    assert (head.role, head.sees_margin, head.sees_opinions) == ("head", True, True)
    told = {"role": "viewer", "sees_margin": False, "sees_opinions": False}, {"role": "head", "sees_margin": True, "sees_opinions": True}  # fmt: skip
    assert last_entry() == ("trust.change_person", *told)


def test_a_change_that_changes_nothing_leaves_no_trace():
    people.change_person(
        email=ben().email, wanted=people.Wanted(role="manager", name="Ben Manager"), by=as_alice(), at=MORNING
    )
    assert (ben().version, AuditEntry.objects.count()) == (1, 0)


@pytest.mark.parametrize("wanted", [people.Wanted(role="king"), people.Wanted(name="  ")])
def test_nonsense_about_a_person_is_refused(wanted):
    with pytest.raises(people.PersonRefused, match="Nothing was changed"):
        people.change_person(email=ben().email, wanted=wanted, by=as_alice(), at=MORNING)
    assert ben().version == 1


def test_the_last_administrator_stays_one():
    alice = as_alice().person
    for change in (
        lambda: people.change_person(email=alice.email, wanted=people.Wanted(role="head"), by=as_alice(), at=MORNING),
        lambda: people.set_active(email=alice.email, active=False, by=as_alice(), at=MORNING),
    ):
        with pytest.raises(people.PersonRefused, match="is the last administrator"):
            change()
    other = person(Role.ADMINISTRATOR)
    people.set_active(email=other.email, active=False, by=as_alice(), at=MORNING)
    with pytest.raises(people.PersonRefused):
        people.set_active(email=alice.email, active=False, by=as_alice(), at=MORNING)
    people.set_active(email=other.email, active=True, by=as_alice(), at=MORNING)
    assert people.set_active(email=alice.email, active=False, by=as_alice(), at=MORNING).is_active is False
