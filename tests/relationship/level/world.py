"""A small firm whose customers' traits are known: answers and order rhythms that follow from them, and a run that judged them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from tests.cast import customers
from vitalfew.ledger.models import Run
from vitalfew.ledger.snapshot import Found
from vitalfew.relationship.behaviour import indicators
from vitalfew.relationship.level import finding
from vitalfew.relationship.level.answered import PARTS, QUESTIONS
from vitalfew.relationship.models import Contact, Position, Response
from vitalfew.selection.standings import Rhythm

AS_OF = date(2026, 6, 30)
AT = datetime(2026, 7, 1, 6, tzinfo=UTC)
CUTS = np.array([-0.9, 0.1, 1.0])


@dataclass(frozen=True)
class Firm:
    """Traits and levels of the accounts, by their order; the accounts' numbers are 1, 2, … in it."""

    trait: np.ndarray
    found: Found
    rhythm: Rhythm

    @property
    def level(self) -> np.ndarray:
        return 1 + np.searchsorted(CUTS, self.trait)


def made_firm(accounts: int = 80, *, seed: int = 5) -> Firm:
    """Accounts with three years of orders, the shorter silent the better they think of us."""
    rng = np.random.default_rng(seed)
    customers(accounts)
    trait = rng.standard_normal(accounts)
    orders = rng.integers(10, 60, accounts)
    gap = 1000.0 / orders
    silence = np.maximum(gap * np.exp(-0.8 * trait + 0.5 * rng.standard_normal(accounts)), 1).astype(np.int64)
    first = 1000 + silence
    code = np.arange(1, accounts + 1)
    months = np.full((accounts, 24), 10_000)
    days = np.full(accounts, np.datetime64(AS_OF))
    found = Found(
        account=code, net=orders * 5_000, net_12=orders * 2_000, margin_12=orders * 0, costed=orders < 0, lines=orders * 3,
        credits=orders * 0, credit_lines=orders * 0, first_day=days - first, last_day=days - silence, months=months,
    )  # fmt: skip
    log_gaps = (orders - 1) * (np.log(gap) - 0.2 + 0.05 * rng.standard_normal(accounts))
    rhythm = Rhythm(
        account=code, orders=orders, orders_12=orders // 3, first_age=first, last_age=silence, log_gaps=log_gaps,
        sum_log=orders * 8.0, sum_log_squared=orders * 65.0, sale=orders * 5_000, history_days=1100,
    )  # fmt: skip
    return Firm(trait, found, rhythm)


def answer(firm: Firm, *accounts: int, on: date = AS_OF - timedelta(days=30), part: str = PARTS[0], seed: int = 1):
    """A contact of each account answers every question as its trait lets expect."""
    rng = np.random.default_rng(seed)
    for account in accounts:
        contact = Contact.objects.create(
            name=f"Contact {part} {account}", email=f"{part}{account}@customer.example", added_at=AT, added_by="x"
        )
        Position.objects.create(contact=contact, account_id=account, holds_from=date(2024, 1, 1))
        filled_in(contact, account=account, answers=spoken(firm.trait[account - 1], rng), on=on, part=part)


def filled_in(contact: Contact, *, account: int, answers: dict[str, int], on: date, part: str = PARTS[0]) -> Response:
    return Response.objects.create(
        account_id=account, contact=contact, way=Response.Way.LINK, part=part, answers=answers, answered_on=on, answered_at=AT
    )  # fmt: skip


def spoken(trait: float, rng: np.random.Generator) -> dict[str, int]:
    """A filled form: the sentence by the cutpoints, the rest spread evenly over their answers."""
    said: dict[str, int] = {}
    for question in QUESTIONS:
        felt = trait + 0.4 * rng.standard_normal()
        cuts = CUTS if question.anchor else np.linspace(-1.5, 1.5, len(question.steps))
        place = int(np.searchsorted(cuts, felt))
        place = len(question.steps) - place if question.falls else place
        said[question.name] = int(question.steps[place - 1]) if place else int(question.steps[0]) - 1
    return said


def shown_run(as_of: date = AS_OF) -> Run:
    return Run.objects.create(as_of=as_of, began_at=AT, shown_at=AT + (as_of - AS_OF), totals={})


def judged(firm: Firm, *, as_of: date = AS_OF) -> Run:
    """A shown run that has judged everybody."""
    run = shown_run(as_of)
    shown = indicators.indicators(found=firm.found, rhythm=firm.rhythm, prices=None, bought=None)
    finding.find_levels(run=run, found=firm.found, rhythm=firm.rhythm, indicators=shown, prices=None, at=run.shown_at)
    return run
