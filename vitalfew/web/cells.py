"""A row of the portfolio in one piece: the list is read far too often to go tag by tag through fifty rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from vitalfew.ground import money as amounts
from vitalfew.ground.money import Money
from vitalfew.playbook.stages import STAGES
from vitalfew.relationship.level.told import LevelShown
from vitalfew.selection.queries import AccountRow, LeadShown
from vitalfew.web import wording
from vitalfew.web.drawing import small
from vitalfew.web.drawing.level_bar import Bar
from vitalfew.web.drawing.level_bar import small as small_bar
from vitalfew.web.wording import said as _


def account_row(
    row: AccountRow,
    ranked: int,
    choose: bool | None = True,
    levels: Mapping[int, LevelShown] | None = None,
    stages: Mapping[int, int] | None = None,
) -> SafeString:
    """One row of the portfolio; `ranked` is the last rank there is, the far end of the drawn rank; with a box to `choose` it.

    The column of levels is there where `levels` holds any; `stages` are those of key accounts.

    Everything in it is a number or a word of ours, except names and countries, which are escaped.
    """
    cells = (
        (
            "rank",
            f'<span class="vf-rank">{wording.number(row.rank)}</span>{rank_bar(row.rank, row.low, row.high, ranked)}',
        ),
        ("chance", chance(row.chance)),
        (
            "net",
            f'{escape(amounts.short(row.net_12_months))}<span class="vf-under">{wording.percent(row.share)}</span>',
        ),
        ("spark", spark(row.months, row.net_12_months.currency)),
        ("moved", moved(row.moved)),
        ("last", wording.day(row.last_day)),
        *((("level", level(levels.get(row.account))),) if levels else ()),
        ("led", leads(row)),
    )
    drawn = "".join(f'<td role="cell" class="c-{kind}">{cell}</td>' for kind, cell in cells)
    return mark_safe(
        f'<tr role="row">{pick(row) if choose else ""}{name(row, (stages or {}).get(row.account))}{drawn}</tr>'
    )


def pick(row: AccountRow) -> str:
    """The box that chooses the row; it is named by the account's link."""
    box = f'<input type="checkbox" class="form-check-input" form="bulk" name="account" value="{row.account}" aria-labelledby="a{row.account}">'
    return f'<td role="cell" class="c-pick">{box}</td>'


def name(row: AccountRow, stage: int | None = None) -> str:
    """Name, key mark with the stage, and below them number and country."""
    key = f' <span class="vf-key">{_("Key")}</span>{stage_mark(stage)}' if row.is_key else ""
    under = " · ".join(escape(word) for word in (row.key if row.key != row.name else "", row.country) if word)
    link = f'<a id="a{row.account}" href="/accounts/{row.account}/">{escape(row.name)}</a>'
    return f'<th role="rowheader" scope="row" class="c-name">{link}{key}<span class="vf-under">{under}</span></th>'


def stage_mark(stage: int | None) -> str:
    """The stage of a key account as a small mark with its title; nothing where there is none."""
    if stage is None:
        return ""
    title = escape(str(STAGES[stage].title))
    return f' <span class="vf-stage" title="{title}"><span aria-hidden="true">S{stage}</span><span class="vf-sr">{title}</span></span>'


def rank_bar(rank: int, low: int | None, high: int | None, of: int) -> str:
    """A rank with its interval as a thin bar."""
    words = (
        _("rank %(rank)s") % {"rank": rank}
        if low is None
        else _("between rank %(low)s and %(high)s") % {"low": low, "high": high}
    )
    return small.rank_bar(rank, low, high, of, words)


def spark(months: Sequence[int], currency: str) -> str:
    """A spark line of monthly net sales in minor units, the newest month last."""
    if not any(months):
        return ""
    words = {"n": len(months), "high": escape(amounts.short(Money(max(months), currency)))}
    return small.spark(months, _("%(n)s months, highest %(high)s") % words)


def moved(places: int | None) -> str:
    """How many places an account went up or down since the run before."""
    if places is None:
        return f'<span class="vf-quiet" title="{_("Not in the run before")}">–</span>'
    if places == 0:
        return f'<span class="vf-quiet">{_("same")}</span>'
    way, sign, words = ("up", "▲", _("up")) if places > 0 else ("down", "▼", _("down"))
    number = wording.number(abs(places))
    return f'<span class="vf-moved vf-{way}"><span aria-hidden="true">{sign}</span><span class="vf-sr">{words}</span>{wording.THIN}{number}</span>'


def chance(value: float | None) -> str:
    """The chance to be in the top fifth: percent, and the same in words."""
    if value is None:
        return f'<span class="vf-quiet" title="{_("Too little history to tell luck from size.")}">{_("Not enough evidence")}</span>'
    return f'{escape(wording.odds(value))} <span class="vf-quiet">{wording.chance(value)}</span>'


def level(found: LevelShown | None, target: int | None = None) -> str:
    """How an account sees us, as a small bar with few words; drawn as unknown where there is not enough evidence."""
    if found is None or found.verdict == "not enough evidence":
        return small_bar(Bar((), kind="unknown", target=target), label=_("Not enough evidence for a level"))
    drawn = Bar(found.chance, found.low, found.high, "named" if found.level else "range", target)
    words = {"level": found.level, "low": found.low, "high": found.high}
    one = _("level %(level)s") if found.level else _("level %(low)s, not sure") if found.low == found.high else ""
    return small_bar(drawn, label=escape((one or _("level %(low)s to %(high)s")) % words))


def who(lead: LeadShown | None) -> str:
    """A person in a narrow place: initials to see, the name to hear."""
    if lead is None:
        return ""
    name = escape(lead.name)
    return f'<span class="vf-initials" title="{name}"><span aria-hidden="true">{escape(lead.initials)}</span><span class="vf-sr">{name}</span></span>'


def leads(row: AccountRow) -> str:
    """Manager and deputy; a key account without a manager says so."""
    nobody = f'<span class="vf-lack">{_("nobody")}</span>' if row.is_key and not row.manager else ""
    return nobody + who(row.manager) + who(row.deputy)
