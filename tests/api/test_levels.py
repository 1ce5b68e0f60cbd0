"""Levels through the API: paged lists, one account with its reasons, targets with If-Match."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import alice, ben, key, let_in, person, portfolio
from tests.relationship.levels import NOTHING, aimed, seen
from vitalfew.ground import clock
from vitalfew.relationship.models import LevelRun, TargetLevel
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role

AIM = {"level": 4, "by": "2099-06-30", "reason": "They plan a second site"}


@pytest.fixture
def run(db):
    made = portfolio(40)
    LevelRun.objects.create(run=made, model=None)
    for account in range(1, 31):
        seen(made, account, level=1 + account % 4)
    seen(made, 31, NOTHING, level=2, run_of_levels=(1, 3))
    return made


@pytest.fixture
def aim(client, api):
    """aim("C00001", "put", match="*", level=4, …) as whoever is signed in."""

    def call(account: str, verb: str = "put", match: str | None = "*", **words):
        headers = {} if match is None else {"If-Match": match}
        more = {"data": words, "content_type": "application/json"} if verb == "put" else {}
        return getattr(client, verb)(f"/api/accounts/{account}/target", headers=headers, **more)

    return call


def state() -> tuple:
    return list(TargetLevel.objects.order_by("pk").values()), AuditEntry.objects.count()


def test_the_list_goes_from_the_top_a_page_at_a_time(api, run):
    key(4)
    aimed(4, 2)
    first = api("get", "/levels")
    assert first.status_code == 200
    told = first.json()
    assert (told["as_of"], told["missing"], len(told["levels"])) == ("2026-06-30", "", 25)
    assert [row["level"] for row in told["levels"]][:9] == [4] * 7 + [3] * 2
    rest = api("get", "/levels", after=told["next"]).json()
    assert (len(rest["levels"]), rest["next"]) == (6, "")
    met = [row["account"] for row in told["levels"] + rest["levels"]]
    assert len(set(met)) == 31
    (row,) = (row for row in rest["levels"] + told["levels"] if row["account"] == "C00031")
    assert (row["level"], row["low"], row["high"], row["verdict"]) == (None, 1, 3, "not enough evidence")
    (only,) = api("get", "/levels", keys_only="true").json()["levels"]
    assert (only["account"], only["is_key"], only["target"]) == ("C00004", True, 2)
    assert {row["level"] for row in api("get", "/levels", level=3).json()["levels"]} == {3}


def test_a_page_of_25_is_small_and_asks_as_much_as_one_of_five(api, run):
    def asked(limit: int) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as told:
            answer = api("get", "/levels", limit=limit)
        return len(told), len(answer.content)

    (few, _small), (many, size) = asked(5), asked(25)
    assert many == few
    assert size <= 20_000


@pytest.mark.parametrize(
    "words", [{"after": "nonsense"}, {"after": "99999999"}, {"level": 5}, {"limit": 0}, {"limit": 201}]
)
def test_what_no_list_has_is_refused(api, run, words):
    assert api("get", "/levels", **words).status_code == 422


def test_before_the_first_refresh_it_says_what_to_do(api):
    told = api("get", "/levels").json()
    assert (told["as_of"], told["levels"], "refresh" in told["missing"]) == (None, [], True)


def test_one_account_is_told_with_its_reasons(api, run):
    aimed(1, 4)
    told = api("get", "/accounts/C00001/level").json()
    assert (told["account"], told["level"], told["announced"], told["target"]["level"]) == ("C00001", 2, 2, 4)
    assert {"chance", "low", "high", "weighed", "they_say", "they_do", "we_believe", "history", "missing"} <= set(told)
    assert len(told["history"]) == 1
    nothing = api("get", "/accounts/C00040/level").json()
    assert (nothing["account"], nothing["level"], bool(nothing["missing"])) == ("C00040", None, True)


def test_a_target_is_set_on_the_state_that_was_read(api, aim, run):
    read = api("get", "/accounts/C00001/target")
    assert read.json() == {"account": "C00001", "target": None}
    made = aim("C00001", match=read["ETag"], **AIM)
    assert (made.status_code, made.json()["target"]["level"], made.json()["target"]["set_by"]) == (200, 4, "Alice Head")
    before = state()
    stale = aim("C00001", match=read["ETag"], **AIM | {"level": 3})
    assert (stale.status_code, stale.json()["yours"]["level"], stale.json()["now"]["level"]) == (412, 3, 4)
    assert stale["ETag"] == made["ETag"]
    assert aim("C00001", match=None, **AIM).status_code == 428
    assert state() == before
    again = aim("C00001", match=made["ETag"], **AIM | {"level": 3})
    assert (again.status_code, again.json()["target"]["level"]) == (200, 3)
    assert aim("C00001", match=made["ETag"], **AIM).status_code == 412  # a later target is another state
    assert list(TargetLevel.objects.order_by("pk").values_list("level", "ended_on")) == [
        (4, clock.now().date()),
        (3, None),
    ]
    known = api("get", "/accounts/C00001/target", headers={"If-None-Match": again["ETag"]})
    assert known.status_code == 304


def test_a_target_is_taken_back_on_the_state_that_was_read(api, aim, run):
    made = aim("C00001", **AIM)
    assert aim("C00001", "delete", match='"another"').status_code == 412
    gone = aim("C00001", "delete", match=made["ETag"])
    assert (gone.status_code, gone.content) == (204, b"")
    assert gone["ETag"] == api("get", "/accounts/C00001/target")["ETag"]
    assert aim("C00001", "delete").status_code == 404
    assert TargetLevel.objects.get().ended_on is not None


@pytest.mark.parametrize(
    ("account", "words", "status"),
    [
        ("C00001", AIM | {"level": 5}, 422),
        ("C00001", AIM | {"level": "4"}, 422),
        ("C00001", AIM | {"by": "2001-01-01"}, 422),
        ("C00001", AIM | {"by": "soon"}, 422),
        ("C00001", AIM | {"reason": " "}, 422),
        ("C00001", AIM | {"reason": "x" * 401}, 422),
        ("C00001", AIM | {"dryrun": True}, 400),
        ("C00001", {"level": 4}, 422),
        ("C99999", AIM, 404),
    ],
)
def test_refusals_change_nothing(aim, run, account, words, status):
    before = state()
    answer = aim(account, **words)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert state() == before


def test_hidden_accounts_answer_like_none_and_readers_set_nothing(client, aim, api, run):
    client.force_login(let_in(ben(), 1))
    assert [row["account"] for row in client.get("/api/levels").json()["levels"]] == ["C00001"]
    for path in ("level", "target"):
        answers = [client.get(f"/api/accounts/{account}/{path}") for account in ("C00002", "C77777")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content.replace(b"C00002", b"") == answers[1].content.replace(b"C77777", b"")
    before = state()
    assert aim("C00002", **AIM).status_code == 404
    client.force_login(let_in(person(Role.VIEWER), 1))
    assert (aim("C00001", **AIM).status_code, aim("C00001", "delete").status_code) == (403, 403)
    assert state() == before
    client.force_login(alice())
    assert aim("C00001", **AIM).status_code == 200
