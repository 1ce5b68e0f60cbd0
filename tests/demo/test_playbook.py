from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vitalfew.demo import portfolio
from vitalfew.ledger.models import Customer
from vitalfew.playbook import told
from vitalfew.playbook.gathering import situations
from vitalfew.playbook.plays.fitting import fits
from vitalfew.playbook.plays.play import CELLS, EVENTS, EXPECTATIONS
from vitalfew.playbook.plays.shelf import shelf
from vitalfew.selection.queries import key_account_ids
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def firm(home):
    portfolio.build(by=operator(), at=AT, progress=lambda stage, done: None, customers=300)


def test_every_account_stands_in_a_stage_with_its_reasons_and_every_play_of_the_figure_finds_one(firm):
    rows = told.stages_of(person=None, today=AT.date())
    assert len(rows) == 12 == len({row.account for row in rows})
    assert {row.stage.number for row in rows} == {0, 1, 2, 3, 4, 5}
    for row in rows:
        one = told.stage_of(account=row.account, person=None, today=AT.date())
        assert one.why and one.since and (row.missing or row.open or one.gate is None)
        assert [move.to_stage for move in one.moves if move.kind == "passed"] == list(
            range(max([row.stage.number, *(move.from_stage for move in one.moves)], default=0), 0, -1)
        )
        assert all(move.pieces and move.words for move in one.moves)
    everybody = list(Customer.objects.values_list("pk", flat=True))
    known = situations(everybody, today=AT.date())
    assert len(known) == len(everybody)
    other = next(account for account in everybody if account not in set(key_account_ids()))
    assert told.stage_of(account=other, person=None, today=AT.date()).why
    reached = [fit.play for one in known.values() for fit in fits(tuple(shelf().plays.values()), one)]
    assert {cell for play in reached for cell in play.cells} == set(CELLS)
    assert {play.serves for play in reached} == set(EXPECTATIONS)
    assert {play.event for play in reached} - {""} == set(EVENTS)


def test_an_account_fell_back_and_says_why(firm):
    moves = [
        move
        for row in told.stages_of(person=None, today=AT.date())
        for move in told.stage_of(account=row.account, person=None, today=AT.date()).moves
        if move.kind == "fell"
    ]
    assert {move.trigger for move in moves} >= {"champion_left", "tender"}
    assert all(move.pieces for move in moves)
