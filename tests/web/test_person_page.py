"""The page of one person: role, own rights, team, what they see, who is let in, what is held on them."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests import cast
from vitalfew.ground import clock
from vitalfew.trust import people, teams
from vitalfew.trust.models import Grant, Person
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    client.force_login(cast.alice())
    cast.portfolio(4)


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def form(person: Person, **more: str) -> dict[str, str]:
    """What the page's form would send."""
    words = {"name": person.name, "role": person.role, "team": str(person.team or "")}
    boxes = {name: "on" for name in ("sees_margin", "sees_opinions") if getattr(person, name)}
    was = {f"was_{name}": value for name, value in (words | boxes).items()}
    return {"version": str(person.version)} | words | boxes | was | more


def test_a_new_role_brings_its_own_rights(client):
    viewer = cast.person(Role.VIEWER)
    client.post(reverse("person", args=[viewer.pk]), form(viewer, role="head"))
    changed = Person.objects.get(pk=viewer.pk)
    assert (changed.role, changed.sees_margin, changed.sees_opinions, changed.version) == ("head", True, True, 2)


def test_own_rights_are_given_and_taken_by_their_boxes(client):
    sent = form(cast.ben())
    del sent["sees_margin"]
    client.post(reverse("person", args=[cast.ben().pk]), sent)
    assert (cast.ben().sees_margin, cast.ben().sees_opinions) == (False, True)


def test_a_name_and_a_team_are_changed(client):
    teams.add_team(name="North", by=cast.as_alice(), at=clock.now())
    client.post(reverse("person", args=[cast.ben().pk]), form(cast.ben(), name="Ben  Miles", team="North"))
    assert (cast.ben().name, str(cast.ben().team)) == ("Ben Miles", "North")
    assert "Ben Miles" in words(client.get(reverse("people")))


def test_two_who_change_the_same_role_do_not_overwrite_each_other(client):
    sent = form(cast.ben(), role="head")
    people.change_person(
        email="ben@example.org", wanted=people.Wanted(role="viewer"), by=cast.as_alice(), at=clock.now()
    )
    assert client.post(reverse("person", args=[cast.ben().pk]), sent).status_code == 409
    assert cast.ben().role == "viewer"


def test_two_who_change_different_things_both_have_their_way(client):
    sent = form(cast.ben(), name="Ben Miles")
    people.change_person(
        email="ben@example.org", wanted=people.Wanted(role="viewer"), by=cast.as_alice(), at=clock.now()
    )
    assert client.post(reverse("person", args=[cast.ben().pk]), sent).status_code == 302
    assert (cast.ben().name, cast.ben().role) == ("Ben Miles", "viewer")


@pytest.mark.parametrize("version", ["", "x", "1" * 40, "-1", "²"])
def test_a_form_without_its_state_is_refused(client, version):
    answer = client.post(reverse("person", args=[cast.ben().pk]), form(cast.ben(), role="head", version=version))
    assert (answer.status_code, cast.ben().role) == (400, "manager")


def test_what_a_manager_sees_is_listed_with_its_reason(client):
    cast.key(1, manager=cast.ben())
    cast.let_in(cast.ben(), 3)
    told = words(client.get(reverse("person", args=[cast.ben().pk])))
    assert "Acme Tools leads it" in told
    assert "Cobalt &amp; Sons was let in" in told
    assert "As administrator they see every account." in words(client.get(reverse("person", args=[cast.alice().pk])))


def test_letting_in_and_ending_it(client):
    viewer = cast.person(Role.VIEWER)
    until = (clock.now().date() + timedelta(days=9)).isoformat()
    client.post(reverse("let_in", args=[viewer.pk]), {"account": "borealis", "reason": "Helps", "until": until})
    grant = Grant.objects.get()
    assert (grant.account, grant.reason, grant.holds_until.isoformat(), grant.granted_by) == (
        2,
        "Helps",
        until,
        "Alice Head",
    )
    client.post(reverse("end_grant", args=[viewer.pk, grant.pk]))
    assert Grant.objects.get().holds_until == clock.now().date()


@pytest.mark.parametrize(
    "sent",
    [
        {"account": "Nobody Ltd", "reason": "x"}, {"reason": "x"}, {"account": "Borealis", "reason": " "},
        {"account": "Borealis", "reason": "x", "until": "soon"}, {"account": "Borealis", "reason": "x", "until": "2020-01-01"},
    ],
)  # fmt: skip
def test_letting_in_with_holes_is_refused(client, sent):
    answer = client.post(reverse("let_in", args=[cast.ben().pk]), sent)
    assert (answer.status_code in (400, 404), Grant.objects.count()) == (True, 0)


def test_a_grant_of_another_person_is_not_ended_here(client):
    cast.let_in(cast.carla(), 1)
    grant = Grant.objects.get()
    assert client.post(reverse("end_grant", args=[cast.ben().pk, grant.pk])).status_code == 404
    assert Grant.objects.get().holds_until is None


def test_every_account_at_once(client):
    client.post(reverse("let_in", args=[cast.ben().pk]), {"every": "on", "reason": "Audit"})
    assert Grant.objects.get().account is None
    assert "Every account was let in" in words(client.get(reverse("person", args=[cast.ben().pk])))


def test_a_team_is_made_and_renamed_on_the_people_page(client):
    client.post(reverse("teams"), {"name": "North"})
    team = teams.all_teams()[0]
    client.post(reverse("rename_team", args=[team.pk]), {"name": "East", "version": "1"})
    assert 'value="East"' in client.get(reverse("people")).content.decode()


def test_what_is_held_is_a_file_to_keep(client):
    answer = client.post(reverse("export_person", args=[cast.ben().pk]))
    assert answer["Content-Disposition"] == f'attachment; filename="person-{cast.ben().pk}.json"'
    assert json.loads(answer.content)["email"] == "ben@example.org"


def test_erasing_asks_first(client):
    number = cast.ben().pk
    assert "It cannot be undone" in words(client.get(reverse("erase_person", args=[number])))
    assert client.post(reverse("erase_person", args=[number]), {"reason": ""}).status_code == 400
    assert Person.objects.get(pk=number).name == "Ben Manager"
    client.post(reverse("erase_person", args=[number]), {"reason": "Their wish"})
    assert Person.objects.get(pk=number).name == f"Erased person {number}"


def test_whoever_lacks_the_right_is_told_which(client):
    client.force_login(cast.ben())
    answer = client.get(reverse("people"))
    assert answer.status_code == 403
    assert "it needs the right “people”" in words(answer)
    assert "People" not in re.findall(
        r'<li><a href="[^"]+" title="[^"]+"[^>]*>([^<]+)</a>', client.get("/").content.decode()
    )
