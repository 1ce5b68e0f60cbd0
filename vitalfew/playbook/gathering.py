"""What is known of accounts on a day, read for many at once: as many queries for a thousand as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from vitalfew.ledger import choices, tree
from vitalfew.playbook.models import StageMove
from vitalfew.playbook.situation import People, Piece, SeenLevel, Situation
from vitalfew.relationship.evidence.holding import Drop, Holding, decides, drops, holding
from vitalfew.relationship.level.aimed import aimed
from vitalfew.relationship.level.told import LevelShown, level_of
from vitalfew.relationship.people.covered import Covered, covered
from vitalfew.selection.designated import Designated, designated

type Moves = Mapping[int, tuple[StageMove, ...]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Accounts on a day: the situation of each, its designation (key accounts only), its moves since, oldest first, its level."""

    situations: Mapping[int, Situation]
    designations: Mapping[int, Designated]
    moves: Moves
    levels: Mapping[int, LevelShown]


def gather(
    accounts: Collection[int], *, today: date, levels: bool = True, keys: Mapping[int, Designated] | None = None
) -> Gathered:
    """What is known of these accounts, for whoever has checked that they may be seen; `levels` false leaves them out.

    `keys` are the designations among them where they are known already.
    """
    wanted = tuple(dict.fromkeys(accounts))
    keys = designated(person=None, accounts=wanted) if keys is None else keys
    moved = moves(keys.values())
    pieces, people = known(wanted, on=today)
    seen = level_of(accounts=wanted) if levels else {}
    targets = aimed(wanted) if seen else {}
    found = {}
    for account in wanted:
        key, last = keys.get(account), moved.get(account, ())[-1:]
        found[account] = Situation(
            account=account,
            today=today,
            is_key=key is not None,
            stage=last[0].to_stage if last else 0,
            since=last[0].on if last else key.on if key else today,
            level=_level(seen[account], targets.get(account)) if account in seen else None,
            people=people[account],
            pieces=pieces[account],
            designated_on=key.on if key else None,
        )
    return Gathered(found, keys, moved, seen)


def situations(accounts: Collection[int], *, today: date) -> dict[int, Situation]:
    """The situation of each of these accounts on a day; a bounded number of queries however many."""
    return dict(gather(accounts, today=today).situations)


def moves(keys: Iterable[Designated]) -> dict[int, tuple[StageMove, ...]]:
    """The moves of each account since it was designated, the oldest first; one query."""
    found: dict[int, list[StageMove]] = defaultdict(list)
    designations = [key.designation for key in keys]
    for move in StageMove.objects.filter(designation__in=designations).order_by("number"):
        found[move.account_id].append(move)
    return {account: tuple(made) for account, made in found.items()}


def known(accounts: Collection[int], *, on: date) -> tuple[dict[int, tuple[Piece, ...]], dict[int, People]]:
    """The pieces that hold on a day of each account with all below it, the newest first, and whom we know there."""
    groups = below(accounts, on=on)
    held, met = holding(groups, on=on), covered(groups, on=on)
    answered = {account: groups[account] for account in groups if any(_of_decider(one) for one in held[account])}
    dropped = drops(answered, on=on) if answered else {}
    pieces = {account: (*map(_dropped, dropped.get(account, ())), *map(piece, held[account])) for account in groups}
    return pieces, {account: _people(met[account]) for account in groups}


def below(accounts: Collection[int], *, on: date) -> dict[int, tuple[int, ...]]:
    """The customers whose evidence counts for each account: itself, duplicates merged into it, all managed by it."""
    found = {account: [account] for account in accounts}
    for customer, account in tree.accounts(level=choices.account_level(), on=on).items():
        if account in found:
            found[account].append(customer)
    return {account: tuple(customers) for account, customers in found.items()}


def piece(held: Holding) -> Piece:
    """Evidence as gates and triggers read it."""
    return Piece(
        held.kind, held.side, held.since, held.until, held.source, held.words, held.value, held.expectation, held.number
    )  # fmt: skip


def _of_decider(held: Holding) -> bool:
    return held.kind == "level_sentence" and decides(held.value)


def _dropped(drop: Drop) -> Piece:
    newest = drop.newest
    words = f"{drop.before} → {drop.now}"
    return Piece(
        "survey_dropped", newest.side, newest.since, newest.until, newest.source, words, newest.value, number=newest.number
    )  # fmt: skip


def _people(met: Covered) -> People:
    return People(
        contacts=len(met.contacts), known=len(met.known), functions=tuple(sorted(met.functions)), deciders=len(met.deciders),
        decider_touch=met.decider_touch, last_touch=met.last_touch,
    )  # fmt: skip


def _level(found: LevelShown, target: int | None) -> SeenLevel:
    return SeenLevel(
        found.verdict, found.level, found.announced, found.likeliest, found.low, found.high, target
    )  # fmt: skip
