"""What an account's orders show that speaks for a stage: signs by rule, each in words that name its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from scipy.special import bdtr, bdtrc

from vitalfew.ground.figure import Figure

ORDERS_REPEAT, CADENCE_STEADY, BREADTH_GROWS = "orders_repeat", "cadence_steady", "breadth_grows"
CREDIT_NOTES_FALL, PRICE_MOVE_ACCEPTED, VOLUME_KEPT = "credit_notes_fall", "price_move_accepted", "volume_kept"
KINDS = (ORDERS_REPEAT, CADENCE_STEADY, BREADTH_GROWS, CREDIT_NOTES_FALL, PRICE_MOVE_ACCEPTED, VOLUME_KEPT)


@dataclass(frozen=True, slots=True)
class Rules:
    """From where on a number is a sign: thresholds of the firm, told in docs/howto/thresholds.md."""

    orders: float
    regularity: float
    silence: float
    chance: float
    accepted_loss: float
    kept_loss: float


@dataclass(frozen=True, slots=True)
class Rise:
    """A price that rose by so many thousandths, and the share of the volume before that was `left` after."""

    on: date
    thousandths: int
    left: Figure


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months: different goods bought, sale lines of goods, and days with something credited."""

    items: int
    lines: int
    credit_days: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a run found of one account's orders.

    `orders` are those of twelve months. `regularity` (1 is chance, 12 nearly a calendar), the usual `gap` in days and the
    `silence` in such gaps are None where they are not told. `now` are twelve months and `before` as long before them, None where
    the account was not a customer through all of it; `items_both` are the goods of both. `rises` stand newest first.
    """

    orders: int = 0
    regularity: float | None = None
    gap: float | None = None
    silence: float | None = None
    now: Year | None = None
    before: Year | None = None
    items_both: int = 0
    rises: Sequence[Rise] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: its kind of evidence, the words that name the numbers, and the numbers."""

    kind: str
    words: str
    value: Mapping[str, Any]


def signs(shown: Shown, rules: Rules) -> Iterator[Sign]:
    """The signs that an account's orders show, each kind at most once."""
    yield from _repeats(shown, rules)
    yield from _steady(shown, rules)
    if shown.now and shown.before:
        yield from _broader(shown.now, shown.before, shown.items_both, rules)
        yield from _fewer_credits(shown.now, shown.before, rules)
    yield from _risen(shown.rises, rules)


def _repeats(shown: Shown, rules: Rules) -> Iterator[Sign]:
    if shown.orders >= rules.orders:
        words = ngettext("%(n)d order in twelve months", "%(n)d orders in twelve months", shown.orders)
        yield Sign(ORDERS_REPEAT, words % {"n": shown.orders}, {"orders": shown.orders})


def _steady(shown: Shown, rules: Rules) -> Iterator[Sign]:
    if shown.regularity is None or shown.gap is None or shown.silence is None:
        return
    if shown.regularity >= rules.regularity and shown.silence <= rules.silence:
        words = _("an order about every %(gap)d days, evenly (regularity %(k).1f); days since the last one: %(quiet)d")
        told = {"gap": max(round(shown.gap), 1), "k": shown.regularity, "quiet": round(shown.silence * shown.gap)}
        value = {"gap": shown.gap, "regularity": shown.regularity, "silence": shown.silence}
        yield Sign(CADENCE_STEADY, words % told, value)


def _broader(now: Year, before: Year, both: int, rules: Rules) -> Iterator[Sign]:
    """Goods of both years say nothing of growth; were there none, those of one year alone would fall like a coin (sign test)."""
    new, left = now.items - both, before.items - both
    if new > left and bdtrc(new - 1, new + left, 0.5) <= rules.chance:
        words = _("%(now)d different items in twelve months, %(before)d in the twelve before")
        told = {"now": now.items, "before": before.items}
        yield Sign(BREADTH_GROWS, words % told, told | {"both": both})


def _fewer_credits(now: Year, before: Year, rules: Rules) -> Iterator[Sign]:
    """Were credits as frequent as before, they would fall on the two years as their lines do (exact binomial test)."""
    if not now.lines or not before.lines:
        return
    share, credited = now.lines / (now.lines + before.lines), now.credit_days + before.credit_days
    if credited and bdtr(now.credit_days, credited, share) <= rules.chance:
        words = _(
            "something credited on %(now)d days beside %(lines)d sale lines in twelve months,"
            " on %(before)d beside %(lines_before)d in the twelve before"
        )
        told = {
            "now": now.credit_days, "before": before.credit_days, "lines": now.lines, "lines_before": before.lines,
        }  # fmt: skip
        yield Sign(CREDIT_NOTES_FALL, words % told, told)


def _risen(rises: Sequence[Rise], rules: Rules) -> Iterator[Sign]:
    """What the newest rise says that can be told; the lower end is 0 where nothing was bought since, and accepts nothing."""
    rise = next((one for one in rises if one.left.known), None)
    if rise is None:
        return
    value, low, high = rise.left.value or 0.0, rise.left.low or 0.0, rise.left.high or 0.0
    words = _("prices up %(risen)g %% on %(on)s: %(left).0f %% of the volume left (%(low).0f to %(high).0f %%)") % {
        "risen": rise.thousandths / 10, "on": rise.on.isoformat(), "left": 100 * value, "low": 100 * low, "high": 100 * high,
    }  # fmt: skip
    told = {"on": rise.on.isoformat(), "thousandths": rise.thousandths, "left": value, "low": low, "high": high}
    kept = low >= 1 - rules.kept_loss
    if kept or (high >= 1 and low >= 1 - rules.accepted_loss):
        yield Sign(PRICE_MOVE_ACCEPTED, words, told)
    if kept:
        yield Sign(VOLUME_KEPT, words, told)
