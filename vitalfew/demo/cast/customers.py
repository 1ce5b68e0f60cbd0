"""The demo firm's customer list: a tree of groups, firms and sites with its firmographics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitalfew.demo.scene import names
from vitalfew.demo.scene.columns import texts
from vitalfew.demo.scene.segments import COUNTRIES, COUNTRY_SHARES, INDUSTRIES, SIZES, column
from vitalfew.demo.scene.streams import Ints, pick, pick_by_row, stream
from vitalfew.demo.scene.words import GROUP_ENDINGS

KINDS = ("group", "firm", "site")
# Under this share of all buying customers are sites of a larger firm or group.
SITE_SHARE = 0.22
TWIN_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Customers:
    """All customers, the `buyers` first (they stand in the ledger), then the head offices above them.

    `parent` is a row number or -1. `twin_of` gives, for the few buyers that a clerk entered twice, the row of
    the first entry, else -1. `industry` and `size` count along INDUSTRIES and SIZES.
    """

    buyers: int
    ids: tuple[str, ...]
    names: tuple[str, ...]
    parent: Ints
    kind: Ints
    country: Ints
    town: tuple[str, ...]
    industry: Ints
    size: Ints
    twin_of: Ints


@dataclass(frozen=True, slots=True)
class _Family:
    """A group of firms, or one firm when not `grouped`; `sites` counts the sites of each of its firms."""

    grouped: bool
    sites: tuple[int, ...]


def make_customers(*, seed: int, buyers: int) -> Customers:
    """A customer list with `buyers` customers that may buy and the head offices above them."""
    rng = stream(seed=seed, topic="customers")
    parent, kind = _tree(families=_families(rng=rng, sites=int(buyers * SITE_SHARE)), buyers=buyers)
    industry = pick(rng=rng, shares=column("share"), size=len(parent))
    size = pick_by_row(rng=rng, shares=column("sizes"), rows=industry)
    country = pick(rng=rng, shares=COUNTRY_SHARES, size=len(parent))
    _inherit(parent=parent, industry=industry, country=country)
    size[buyers:] = np.maximum(size[buyers:], 2)
    towns = names.town_names(rng=rng, count=140)
    town = [towns[code] for code in (len(towns) * rng.random(len(parent)) ** 1.6).astype(int).tolist()]
    named = _names(rng=rng, parent=parent, kind=kind, industry=industry, town=town)
    twin_of = _twins(rng=rng, parent=parent, buyers=buyers)
    for twin in np.flatnonzero(twin_of >= 0).tolist():
        first = int(twin_of[twin])
        named[twin], town[twin] = names.other_spelling(named[first]), town[first]
        industry[twin], size[twin], country[twin] = industry[first], size[first], country[first]
    numbers = (10_001 + rng.permutation(buyers)).tolist() + list(range(90_001, 90_001 + len(parent) - buyers))
    ids = tuple(f"C{number}" for number in numbers)
    return Customers(buyers, ids, tuple(named), parent, kind, country, tuple(town), industry, size, twin_of)


def customer_table(*, customers: Customers) -> pa.Table:
    """The list as the firm's own system would export it: id, name, parent, kind, country, town, industry, size."""
    table = pa.table(
        {
            "id": pa.array(customers.ids),
            "name": pa.array(customers.names),
            "parent": texts(words=customers.ids, index=customers.parent),
            "kind": texts(words=KINDS, index=customers.kind),
            "country": texts(words=COUNTRIES, index=customers.country),
            "town": pa.array(customers.town),
            "industry": texts(words=INDUSTRIES, index=customers.industry),
            "size": texts(words=SIZES, index=customers.size),
        }
    )
    return table.sort_by("id")


def _families(*, rng: np.random.Generator, sites: int) -> list[_Family]:
    # The first family is always the story's group: six sites under two firms.
    families = [_Family(grouped=True, sites=(4, 2))]
    left = sites - 6
    while left > 1:
        grouped = bool(rng.random() < 0.3)
        firms = int(rng.integers(1, 4)) if grouped else 1
        counts = tuple(int(count) for count in rng.integers(2, 6, size=firms))
        families.append(_Family(grouped=grouped, sites=counts))
        left -= sum(counts)
    # The last family may have gone over the number of sites asked for.
    return families[:-1] if left < 0 and len(families) > 1 else families


def _tree(*, families: list[_Family], buyers: int) -> tuple[Ints, Ints]:
    """Parent and kind of each row: sites are the first buyers, single firms the rest, head offices come after."""
    parent, kind = [-1] * buyers, [1] * buyers
    site = 0
    for family in families:
        group = -1
        if family.grouped:
            group = len(parent)
            parent.append(-1)
            kind.append(0)
        for count in family.sites:
            parent.append(group)
            kind.append(1)
            parent[site : site + count] = [len(parent) - 1] * count
            kind[site : site + count] = [2] * count
            site += count
    return np.array(parent, dtype=np.int64), np.array(kind, dtype=np.int64)


def _inherit(*, parent: Ints, industry: Ints, country: Ints) -> None:
    # Firms first, so that sites inherit what their firm has inherited from the group.
    for row in [*range(len(parent) - 1, -1, -1)][::-1]:
        if parent[row] >= 0 and parent[row] < row:
            industry[row], country[row] = industry[parent[row]], country[parent[row]]
    below = np.flatnonzero(parent > np.arange(len(parent)))
    industry[below], country[below] = industry[parent[below]], country[parent[below]]


def _names(*, rng: np.random.Generator, parent: Ints, kind: Ints, industry: Ints, town: list[str]) -> list[str]:
    """Groups and firms get a name of their own, a site its firm's name and its town."""
    # Head offices choose first, so that the plainest names stand above the sites.
    industries = [INDUSTRIES[code] for code in industry.tolist()]
    named = names.company_names(rng=rng, industries=industries[::-1], towns=town[::-1])[::-1]
    groups = np.flatnonzero(kind == 0).tolist()
    for place, (row, root) in enumerate(zip(groups, names.group_names(rng=rng, count=len(groups)), strict=True)):
        named[row] = f"{root} {GROUP_ENDINGS[place % len(GROUP_ENDINGS)]}"
    seen: dict[str, int] = {}
    for row in np.flatnonzero(kind == 2).tolist():
        name = f"{named[parent[row]]}, {town[row]}"
        seen[name] = seen.get(name, 0) + 1
        named[row] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return named


def _twins(*, rng: np.random.Generator, parent: Ints, buyers: int) -> Ints:
    twin_of = np.full(len(parent), -1, dtype=np.int64)
    single = rng.permutation(np.flatnonzero(parent[:buyers] < 0))
    pairs = int(buyers * TWIN_SHARE)
    twin_of[single[:pairs]] = single[pairs : 2 * pairs]
    return twin_of
