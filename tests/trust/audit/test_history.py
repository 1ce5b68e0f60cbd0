"""The readable history: filters, pages, a sentence for every verb, what is not everybody's to read, and what was erased."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, alice, as_alice, ben, person
from vitalfew.trust import access, audit, people, teams
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import Actor, operator, person_actor
from vitalfew.trust.audit import heads, history, sentences, verifying
from vitalfew.trust.audit.erasing import blank_entries
from vitalfew.trust.audit.history import Wanted
from vitalfew.trust.audit.sentences import Row, sentence
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Right, Role

ROOT = Path(__file__).parents[2]


def note(
    verb: str = "selection.review", target: str = "customer:1", *, by: Actor | None = None, day: int = 0, **values
):
    audit.record(by=by or as_alice(), at=MORNING + timedelta(days=day), verb=verb, target=target, **values)


def numbers(**words) -> list[int]:
    return [row.number for row in history.trail(by=operator(), wanted=Wanted(**words), limit=100).rows]


@pytest.fixture
def six(db):
    """Six entries of three people on six days."""
    note("selection.designate", "customer:1", after={"reason": "Carries the region"})
    note("selection.assign", "customer:2", day=1, by=Actor(ben(), "Ben Manager", "api", "0f3c"), after={"file": "Zürich.csv"})  # fmt: skip
    note("trust.add_team", "team:1", day=2, after={"name": "North"})
    note("selection.release", "customer:17", day=3, by=operator())
    note("selection.review", "customer:1", day=4, after={"outcome": "keep", "reason": "100% sure_thing"})
    note("ledger.import", "batch:3", day=5, by=operator())


FILTERS = [
    ({}, [6, 5, 4, 3, 2, 1]),
    ({"target": "customer:1"}, [5, 1]),
    ({"target": "customer:"}, [5, 4, 2, 1]),
    ({"target": "customer:9"}, []),
    ({"actor": "Alice Head"}, [5, 3, 1]),
    ({"actor": "BEN@example.org"}, [2]),
    ({"actor": "operator"}, [6, 4]),
    ({"actor": "%"}, []),
    ({"verb": "selection.assign"}, [2]),
    ({"verb": "selection."}, [5, 4, 2, 1]),
    ({"since": date(2026, 7, 4)}, [6, 5, 4]),
    ({"until": date(2026, 7, 2)}, [2, 1]),
    ({"since": date(2026, 7, 2), "until": date(2026, 7, 2)}, [2]),
    ({"until": date.max, "since": date.min}, [6, 5, 4, 3, 2, 1]),
    ({"text": "carries THE region"}, [1]),
    ({"text": "Zürich"}, [2]),
    ({"text": "0f3c"}, [2]),
    ({"text": "designated"}, [1]),
    ({"text": "100%"}, [5]),
    ({"text": "sure_thing"}, [5]),
    ({"text": "sureXthing"}, []),
    ({"text": "North"}, [3]),
    ({"text": "nowhere"}, []),
    ({"text": "xyz", "named": ("customer:2",)}, [2]),
    ({"text": "keep", "actor": "operator"}, []),
    ({"after": 4}, [3, 2, 1]),
]


@pytest.mark.parametrize(("words", "found"), FILTERS, ids=[str(words) for words, _ in FILTERS])
def test_filters_narrow(six, words, found):
    assert numbers(**words) == found


def test_pages_follow_without_gap_or_twin(db):
    for _ in range(23):
        note()
    seen, after = [], 0
    while True:
        page = history.trail(by=operator(), wanted=Wanted(after=after), limit=5)
        seen += [row.number for row in page.rows]
        if not page.next:
            break
        after = page.next
        note()  # what is written meanwhile shifts nothing
    assert seen == list(range(23, 0, -1))
    assert len(list(history.every_row(by=operator(), wanted=Wanted()))) == AuditEntry.objects.count() == 27


def test_an_exact_page_has_nothing_behind_it(db):
    for _ in range(5):
        note()
    assert history.trail(by=operator(), wanted=Wanted(), limit=5).next == 0
    assert history.trail(by=operator(), wanted=Wanted(), limit=4).next == 2


def test_a_page_asks_once_however_many_rows(db):
    for _ in range(60):
        note()
    with CaptureQueriesContext(connection) as asked:
        assert len(history.trail(by=operator(), wanted=Wanted()).rows) == 50
    assert len(asked) == 1


def test_the_whole_trail_is_for_whoever_has_the_right(six):
    for role, may in ((Role.ADMINISTRATOR, True), (Role.HEAD, True), (Role.MANAGER, False), (Role.CONTRIBUTOR, False), (Role.VIEWER, False)):  # fmt: skip
        by = person_actor(person(role), door="web")
        for read in (history.trail, history.every_row):
            if may:
                read(by=by, wanted=Wanted())
            else:
                with pytest.raises(Denied):
                    read(by=by, wanted=Wanted())


def test_one_records_history_needs_no_right_of_the_trail(six):
    page = history.history_of(targets=["customer:1", "customer:2"])
    assert [row.number for row in page.rows] == [5, 2, 1]
    assert [row.number for row in history.history_of(targets=["customer:1"], after=5).rows] == [1]
    assert history.history_of(targets=[]).rows == ()


SAID = [
    (Row(1, MORNING, "Alice Head", "web", "selection.designate", "customer:1", {}, {"reason": "Carries the region"}), "Alice Head designated it: Carries the region"),
    (
        Row(1, MORNING, "Alice Head", "web", "selection.assign", "customer:1", {"person": "c@x.org"}, {"role": "manager", "person": "b@x.org", "reason": "Knows them"}),
        "Alice Head made b@x.org key account manager of it (before: c@x.org): Knows them",
    ),
    (Row(1, MORNING, "Alice Head", "web", "selection.review", "customer:1", {}, {"outcome": "keep", "reason": "Steady"}), "Alice Head reviewed it, keep: Steady"),
    (
        Row(1, MORNING, "operator", "cli", "trust.change_person", "person:2", {"role": "viewer"}, {"role": "manager"}),
        "operator changed what Ben Manager is and may do (role from viewer to key account manager)",
    ),
    (Row(1, MORNING, "operator", "cli", "trust.change_person", "person:2", {"team_id": None}, {"team_id": 4}), "operator changed what Ben Manager is and may do (team from none to North)"),
    (Row(1, MORNING, "operator", "cli", "trust.set_active", "person:2", {"active": True}, {"active": False}), "operator set whether Ben Manager may sign in (active from yes to no)"),
    (Row(1, MORNING, "operator", "cli", "ledger.choose", "setting:account_level", {"value": "customer"}, {"value": "firm"}), "operator chose firm for setting account level (before: customer)"),
    (Row(1, MORNING, "operator", "cli", "ledger.undo_batch", "batch:3", {"file": "a.csv", "lines": 7}, {}), "operator took batch 3 back (file was a.csv; lines was 7)"),
    (Row(1, MORNING, "operator", "cli", "trust.grant", "person:2", {}, {"accounts": [3, 4], "until": None, "reason": "Helps"}), "operator let Ben Manager see accounts: 3, 4: Helps"),
    (Row(1, MORNING, "operator", "cli", "gone.by", "thing:2", {}, {"x": {"deep_one": [1, 2]}}), "operator did “gone.by” to thing 2 (x deep one 1, 2)"),
    (Row(1, MORNING, "{what}", "web", "selection.designate", "customer:1", {}, {"reason": "{who} %(x)s {0}"}), "{what} designated it: {who} %(x)s {0}"),
    (Row(1, MORNING, "", "web", "selection.assign", "customer:1", erased_at=MORNING), "Somebody whose name was erased made … … of it (the content was erased)"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "said"), SAID, ids=[row.verb for row, _ in SAID])
def test_an_entry_reads_as_a_sentence(row, said):
    assert sentence(row, {"person:2": "Ben Manager", "team:4": "North"}, it="customer:1") == said


@pytest.mark.parametrize("verb", sorted(access.verbs()))
def test_every_verb_has_a_wording_of_its_own(verb):
    """A step that names a new verb says beside it how it reads."""
    assert verb in sentences.told(), f"say how {verb} reads: `told` in the step's AppConfig, or trust/told.py"
    wording = sentences.told()[verb]
    said = sentence(Row(1, MORNING, "Alice Head", "web", verb, "person:2"), {"person:2": "Ben Manager"})
    assert ("Alice Head" in said or "{what}" in wording) and not {"{", "}", "_"} & set(said)
    assert said[:1].isupper() and said[-1] != "." and "  " not in said


def test_no_wording_is_left_over():
    assert set(sentences.told()) - set(access.verbs()) == set()


def test_names_come_in_one_question_for_each_kind(db):
    team = teams.add_team(name="North", by=operator(), at=MORNING)
    found = sentences.names_of({f"person:{ben().pk}", f"person:{alice().pk}", f"team:{team.pk}", "person:x", "person:" + "9" * 30, "batch:1", ":", ""})  # fmt: skip
    assert found == {
        f"person:{ben().pk}": "Ben Manager",
        f"person:{alice().pk}": "Alice Head",
        f"team:{team.pk}": "North",
    }


def test_what_people_did_reads_with_names(db):
    by = operator()
    team = teams.add_team(name="North", by=by, at=MORNING)
    people.add_person(email="dora@example.org", name="Dora Dent", by=by, at=MORNING)
    people.change_person(email="dora@example.org", wanted=people.Wanted(role="contributor", team="North"), by=by, at=MORNING)  # fmt: skip
    rows = history.trail(by=by, wanted=Wanted()).rows
    names = sentences.names_of({target for row in rows for target in row.mentions})
    assert [sentence(row, names) for row in rows] == [
        "operator changed what Dora Dent is and may do (role from viewer to contributor; team from none to North)",
        "operator added Dora Dent (email dora@example.org; name Dora Dent; role viewer)",
        "operator made North (name North)",
    ]
    assert f"team:{team.pk}" in rows[0].mentions


GUARDED = {
    "margin_12_months": 4_200,
    "cost_to_serve": 99,
    "opinion": "vain",
    "deep": {"list": [{"profit": 7}]},
    "hours": 3,
}


@pytest.mark.parametrize(
    ("rights", "shown"),
    [
        ({Right.AUDIT}, {"margin_12_months": "not shown", "cost_to_serve": "not shown", "opinion": "not shown", "deep": {"list": [{"profit": "not shown"}]}, "hours": 3}),
        ({Right.AUDIT, Right.MARGIN}, GUARDED | {"opinion": "not shown"}),
        ({Right.AUDIT, Right.MARGIN, Right.OPINIONS}, GUARDED),
    ],
)  # fmt: skip
def test_margins_and_opinions_are_shown_to_whoever_may_see_them(db, rights, shown):
    note(after=GUARDED)
    by = Actor(person=None, name="x", door="web", rights=frozenset(rights))
    (row,) = history.trail(by=by, wanted=Wanted()).rows
    assert row.after == shown
    assert bool(history.trail(by=by, wanted=Wanted(text="vain")).rows) is (Right.OPINIONS in rights)
    assert bool(history.trail(by=by, wanted=Wanted(text="4200")).rows) is (Right.MARGIN in rights)


def test_an_accounts_own_history_never_shows_margins_or_opinions(db):
    note(after=GUARDED)
    (row,) = history.history_of(targets=["customer:1"]).rows
    said = sentence(row, {})
    assert [word for word in ("4200", "4_200", "99", "vain", "7") if word in f"{row.after}{said}"] == []
    assert row.after["hours"] == 3


def test_who_may_see_margins_is_no_margin(db):
    note("trust.change_person", "person:1", before={"sees_margin": False}, after={"sees_margin": True})
    assert "sees margin from no to yes" in sentence(history.history_of(targets=["person:1"]).rows[0], {})


@pytest.fixture
def erased(db, home):
    """Entries about, by, and naming Ben, and some that are not his."""
    by = person_actor(ben(), door="web", request_id="r")
    note("trust.add_person", f"person:{ben().pk}", after={"email": "ben@example.org", "name": "Ben Manager"})
    note("selection.review", "customer:1", by=by, after={"reason": "Private words"})
    note("selection.assign", "customer:2", after={"person": "BEN@example.org", "reason": "Knows them"})
    note("selection.assign", "customer:2", after={"person": "ruben@example.org", "reason": "ben@example.org.uk"})
    note("trust.add_person", f"person:{ben().pk}7", after={"name": "Otto"})
    newest = AuditEntry.objects.latest("number")
    heads.keep(home, number=newest.number, chain=newest.chain)


def blank(**words) -> int:
    return blank_entries(subject=f"person:{ben().pk}", actor=ben().pk, at=MORNING, **words)


def test_erasing_blanks_what_is_about_or_by_somebody(erased):
    assert blank() == 2
    rows = AuditEntry.objects.order_by("number").values_list("actor_name", "before", "after", "erased_at")
    assert [row == ("", {}, {}, MORNING) for row in rows] == [True, True, False, False, False]
    assert verifying.verify(by=operator()).sentence.startswith("All 5 entries are whole, 2 of them erased on purpose.")
    assert blank() == 0
    assert verifying.verify(by=operator()).whole


def test_erasing_takes_entries_that_name_somebody_when_asked(erased):
    assert blank(mentioning=["ben@example.org", ""]) == 3
    assert list(AuditEntry.objects.filter(erased_at=None).values_list("number", flat=True)) == [4, 5]
    assert verifying.verify(by=operator()).whole


def test_erasing_finds_names_in_any_letters(db, home):
    note(after={"who": "Zoë Ünal", "deep": [{"x": "Zoë Ünal"}]})
    note(after={"who": 'Quo"te\\d'})
    assert blank_entries(subject="person:9", actor=None, at=MORNING, mentioning=["Zoë Ünal", 'Quo"te\\d']) == 2


def test_without_a_person_nobodys_entries_are_blanked(db, home):
    note("ledger.import", "batch:1", by=operator())
    assert blank_entries(subject="person:9", actor=None, at=MORNING) == 0


def test_erased_entries_tell_what_but_not_who(erased):
    blank()
    (row,) = history.history_of(targets=["customer:1"]).rows
    assert (
        sentence(row, {}, it="customer:1") == "Somebody whose name was erased reviewed it, … (the content was erased)"
    )


WRITER = """
import sys, django
django.setup()
from vitalfew.ground import clock
from vitalfew.trust import audit
from vitalfew.trust.actors import operator
print("ready", flush=True)
sys.stdin.readline()
for place in range(50):
    audit.record(by=operator(), at=clock.now(), verb="ledger.import", target=f"batch:{sys.argv[1]}", after={"n": place})
"""


def surroundings(home: Path) -> dict[str, str]:
    """A data folder of its own, and on PostgreSQL the database that the suite was given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VITALFEW_", "DJANGO_"))}
    told = {"VITALFEW_HOME": str(home), "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "vitalfew.config.settings"}
    if connection.vendor == "postgresql":
        at = {name: quote(str(value), safe="") for name, value in connection.settings_dict.items() if isinstance(value, str | int)}  # fmt: skip
        who = at["USER"] + (f":{at['PASSWORD']}" if at["PASSWORD"] else "")
        port = f":{at['PORT']}" if at["PORT"] else ""
        told["VITALFEW_DATABASE"] = f"postgresql://{who}@{at['HOST']}{port}/{at['NAME']}"
    return kept | told


def verified(home: Path) -> dict[str, object]:
    words = [sys.executable, "-m", "vitalfew", "audit", "verify", "--json"]
    told = subprocess.run(words, env=surroundings(home), capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr or told.stdout
    return json.loads(told.stdout)


def test_four_processes_at_once_make_one_chain_without_gaps(transactional_db, tmp_path):
    """4 × 50 entries, each process with a connection of its own; nothing is lost, refused or doubled."""
    home = tmp_path / "own"
    home.mkdir()
    assert verified(home)["entries"] == 0
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(n)], env=surroundings(home), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for n in range(4)
    ]  # fmt: skip
    assert [one.stdout.readline() for one in started] == ["ready\n"] * 4
    for one in started:
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.communicate() for one in started] == [("", "")] * 4
    assert [one.returncode for one in started] == [0] * 4
    found = verified(home)
    assert (found["whole"], found["entries"]) == (True, 200)
    assert json.loads((home / "audit.head").read_text())["number"] == 200
    listed = [sys.executable, "-m", "vitalfew", "audit", "--json", "--limit", "1000"]
    rows = json.loads(subprocess.run(listed, env=surroundings(home), capture_output=True, check=True).stdout)
    assert [row["number"] for row in rows] == list(range(200, 0, -1))
    assert sorted((row["target"], row["after"]["n"]) for row in rows) == [
        (f"batch:{n}", place) for n in range(4) for place in range(50)
    ]


def test_people_told_by_address_read_by_name(db):
    after = {"person": ben().email, "role": "manager", "reason": "Knows them"}
    row = Row(1, MORNING, "Alice Head", "web", "selection.assign", "customer:1", {}, after)
    said = sentence(row, sentences.names_of(row.mentions), it="customer:1")
    assert said == "Alice Head made Ben Manager key account manager of it: Knows them"
    assert "gone@example.org" in sentence(Row(1, MORNING, "A", "web", "selection.assign", "customer:1", {}, {"person": "gone@example.org", "role": "deputy"}), {})  # fmt: skip
