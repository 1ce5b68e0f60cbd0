from __future__ import annotations

import json

import numpy as np

from vitalfew.demo.cast.accounts import LEVEL_CUTS
from vitalfew.demo.scene.segments import STAGES


def test_facts_survive_being_json(firm):
    assert json.loads(json.dumps(firm.truth.facts)) == firm.truth.facts


def test_every_account_has_level_path(firm, accounts):
    levels = firm.truth.tables["levels"]
    assert len(levels) == 12 * len(accounts)
    trait, level = levels["trait"].to_numpy(), levels["level"].to_numpy()
    assert np.array_equal(level, 1 + (trait[:, None] >= LEVEL_CUTS).sum(axis=1))
    assert set(level.tolist()) == {1, 2, 3, 4}
    last = {row["customer"]: row["level"] for row in levels.to_pylist()}
    assert last == {customer: row["level"] for customer, row in accounts.items()}


def test_levels_move_but_slowly(firm):
    level = firm.truth.tables["levels"]["level"].to_numpy().reshape(-1, 12)
    moved = (np.diff(level, axis=1) != 0).mean()
    assert 0.02 < moved < 0.25


def test_doubles_are_no_accounts(firm, accounts):
    doubles = firm.truth.tables["doubles"].to_pylist()
    assert [row["customer"] in accounts for row in doubles] == [False] * len(doubles)
    assert [row["same_as"] in accounts for row in doubles] == [True] * len(doubles)
    assert len(accounts) + len(doubles) == firm.truth["buyers"]


def test_rhythms_are_mixed_by_segment(accounts):
    assert {row["k"] for row in accounts.values()} == set(STAGES)


def test_six_stories_are_told(firm, accounts):
    stories = firm.truth["stories"]
    assert list(stories) == [
        "price_sensitive_giant", "gone_quiet", "growing_fast", "true_partner", "sore_customer", "group_with_six_sites",
    ]  # fmt: skip
    assert len({customer for story in stories.values() for customer in story["customers"]}) == 11


def test_giant_is_large_and_sensitive(firm, accounts):
    (giant,) = firm.truth["stories"]["price_sensitive_giant"]["customers"]
    net = sorted((row["net"] for row in accounts.values()), reverse=True)
    assert net.index(accounts[giant]["net"]) < 5
    assert sum(row["elasticity"] < accounts[giant]["elasticity"] for row in accounts.values()) < 0.06 * len(accounts)
    assert accounts[giant]["level"] == 1


def test_sore_customer_sends_much_back(firm, ledger):
    (sore,) = firm.truth["stories"]["sore_customer"]["customers"]
    own = ledger["customer"] == sore
    credit = np.char.startswith(ledger["invoice"], "CN-")
    assert credit[own].mean() > 4 * credit[~own].mean()


def test_six_sites_belong_to_group(firm):
    story = firm.truth["stories"]["group_with_six_sites"]
    parent = dict(zip(firm.customers["id"].to_pylist(), firm.customers["parent"].to_pylist(), strict=True))
    under = [customer for customer in parent if parent[customer] and parent[parent[customer]] == story["group"]]
    assert sorted(story["customers"]) == under
    assert len(under) == 6
