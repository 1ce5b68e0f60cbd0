from __future__ import annotations

import numpy as np

from vitalfew.demo.firm import make_world
from vitalfew.demo.scene.window import window_before


def test_treated_start_staggered_while_active(firm, world, accounts):
    rows = firm.truth.tables["treated"].to_pylist()
    starts = [row["start"] for row in rows]
    assert len(rows) == len({row["customer"] for row in rows}) == 8
    assert len(set(starts)) == 4
    assert all(start.day == 1 for start in starts)
    assert all(accounts[row["customer"]]["first_order"] < row["start"] for row in rows)


def test_treated_play_no_story_part(firm):
    treated = set(firm.truth.tables["treated"]["customer"].to_pylist())
    played = {customer for story in firm.truth["stories"].values() for customer in story["customers"]}
    assert treated & played == set()


def test_treated_are_chosen_blind_to_growth():
    from tests.demo.conftest import UNTIL

    world = make_world(seed=11, customers=2000, window=window_before(until=UNTIL, years=3))
    treated, accounts = world.market.treated, world.market.accounts
    assert len(treated.rows) == 40
    volume = np.log(accounts.rate * accounts.lines) + accounts.spend
    large = np.argsort(-volume)[:200]
    gap = accounts.growth[treated.rows].mean() - accounts.growth[large].mean()
    assert abs(gap) < 3 * accounts.growth[large].std() / np.sqrt(40)
