"""A few customers that everybody should recognise when the demo is shown, cast over the drawn accounts."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from vitalfew.demo.cast.accounts import Accounts
from vitalfew.demo.cast.customers import Customers
from vitalfew.demo.scene.streams import Floats, Ints
from vitalfew.demo.scene.window import Window

QUIET_DAYS = 92


@dataclass(frozen=True, slots=True)
class Story:
    """What makes one customer (or group) worth showing: `customers` are rows, the head office last where there is one."""

    name: str
    words: str
    customers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """A part and the values that replace what was drawn; None leaves it. `lines` and `spend` are in the account's units."""

    name: str
    words: str
    trait: float
    elasticity: float
    growth: float
    rate: float
    lines: float
    spend: float
    stages: int
    discount: int = 40
    returned: float = 0.01


ROLES = (
    Role("price_sensitive_giant", "Among the largest customers, buys on price alone: asks for 15 % off and cuts volume when the list moves.", -1.6, -2.8, 0.0, 2.2, 22.0, 1.3, 2, 150),
    Role("gone_quiet", "A large weekly customer whose last order is three months old; it used to be as regular as the calendar.", 0.3, -1.1, 0.02, 1.1, 16.0, 1.1, 7),
    Role("growing_fast", "Volume nearly doubles every year; not yet among the largest by lifetime revenue.", 0.6, -0.9, 0.62, 0.9, 10.0, 0.6, 4),
    Role("true_partner", "Plans its openings with us and takes price rises calmly; broad range, hardly any discount.", 1.9, -0.25, 0.10, 1.3, 16.0, 0.9, 4, 20),
    Role("sore_customer", "A good customer that has sent back much more than others: something goes wrong with its deliveries.", -0.2, -1.2, -0.05, 1.2, 12.0, 0.7, 2, 60, 0.16),
)  # fmt: skip


def cast_stories(*, accounts: Accounts, customers: Customers, window: Window) -> tuple[Accounts, tuple[Story, ...]]:
    """The accounts with the stories' values put in, and who plays which part."""
    values = {field.name: getattr(accounts, field.name).copy() for field in fields(Accounts)}
    rows = _players(accounts=accounts, customers=customers)
    for role, row in zip(ROLES, rows, strict=True):
        _cast(values=values, role=role, row=row)
    values["silent_from"][rows[1]] = window.days - QUIET_DAYS
    values["starts"][rows] = 0.0
    sites = _group_of_six(customers=customers)
    _settle(values=values, sites=list(sites[:-1]))
    told = tuple(Story(role.name, role.words, (row,)) for role, row in zip(ROLES, rows, strict=True))
    six = Story(
        "group_with_six_sites",
        "Six sites under two firms of one group: small one by one, a key account together.",
        sites,
    )
    return Accounts(**values), (*told, six)


def _cast(*, values: dict[str, np.ndarray], role: Role, row: int) -> None:
    trait: Floats = values["trait"]
    trait[row] += role.trait - trait[row].mean()
    for name in ("elasticity", "growth", "rate", "lines", "spend", "stages", "discount", "returned"):
        values[name][row] = getattr(role, name)
    values["discount_from"][row] = 0
    values["quit_chance"][row] = 0.0
    values["known_before"][row] = 1


def _settle(*, values: dict[str, np.ndarray], sites: list[int]) -> None:
    # All six buy through the whole window, none so much that it would stand out alone.
    values["known_before"][sites] = 1
    values["starts"][sites] = values["quit_chance"][sites] = 0.0
    for name, low, high in (("rate", 0.4, 0.8), ("lines", 5.0, 9.0), ("spend", 0.1, 0.5)):
        values[name][sites] = np.clip(values[name][sites], low, high)


def _players(*, accounts: Accounts, customers: Customers) -> list[int]:
    """Single firms of middling size that are not entered twice, in a fixed order by expected volume."""
    twinned = np.concatenate([np.flatnonzero(customers.twin_of >= 0), customers.twin_of[customers.twin_of >= 0]])
    single = np.setdiff1d(np.flatnonzero(customers.parent[: customers.buyers] < 0), twinned)
    volume = np.log(accounts.rate * accounts.lines) + accounts.spend
    ranked: Ints = single[np.argsort(-volume[single], kind="stable")]
    return [int(ranked[place]) for place in range(len(ROLES))]


def _group_of_six(*, customers: Customers) -> tuple[int, ...]:
    group = int(customers.parent[customers.parent[0]])
    return (*range(6), group)
