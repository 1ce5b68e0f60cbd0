from __future__ import annotations

from collections import Counter

import numpy as np


def test_every_parent_stands_in_list(firm):
    ids = set(firm.customers["id"].to_pylist())
    assert set(firm.customers["parent"].to_pylist()) - {None} - ids == set()
    assert len(ids) == firm.customers.num_rows


def test_tree_of_customers_has_no_cycle(firm):
    parent = dict(zip(firm.customers["id"].to_pylist(), firm.customers["parent"].to_pylist(), strict=True))
    for start, first in parent.items():
        steps, above = 0, first
        while above is not None:
            steps, above = steps + 1, parent[above]
            assert steps <= 2, start


def test_groups_hold_firms_hold_sites(firm):
    kind = dict(zip(firm.customers["id"].to_pylist(), firm.customers["kind"].to_pylist(), strict=True))
    pairs = {(row["kind"], kind.get(row["parent"])) for row in firm.customers.to_pylist()}
    assert pairs == {("group", None), ("firm", None), ("firm", "group"), ("site", "firm")}


def test_only_buyers_stand_in_ledger(firm):
    rows = {row["id"]: row for row in firm.customers.to_pylist()}
    heads = {row["parent"] for row in rows.values()} - {None}
    in_ledger = set(firm.lines["Customer"].to_pylist()) - {None}
    assert in_ledger & heads == set()
    assert len(rows) - len(heads) == firm.truth["buyers"] == 200
    assert firm.truth["customers_by_kind"] == dict(Counter(row["kind"] for row in rows.values()))


def test_sites_share_industry_of_firm(firm):
    rows = {row["id"]: row for row in firm.customers.to_pylist()}
    sites = [row for row in rows.values() if row["kind"] == "site"]
    assert [row["industry"] for row in sites] == [rows[row["parent"]]["industry"] for row in sites]
    assert [row["country"] for row in sites] == [rows[row["parent"]]["country"] for row in sites]


def test_every_customer_has_own_name(firm):
    assert len(set(firm.customers["name"].to_pylist())) == firm.customers.num_rows


def test_doubles_take_over_from_day(firm, ledger):
    names = dict(zip(firm.customers["id"].to_pylist(), firm.customers["name"].to_pylist(), strict=True))
    doubles = firm.truth.tables["doubles"].to_pylist()
    assert len(doubles) == 2
    for row in doubles:
        since = np.datetime64(row["since"])
        assert (ledger["day"][ledger["customer"] == row["same_as"]] < since).all()
        assert (ledger["day"][ledger["customer"] == row["customer"]] >= since).all()
        assert names[row["customer"]].lower().removesuffix(" ltd")[:4] == names[row["same_as"]].lower()[:4]
