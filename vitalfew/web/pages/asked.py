"""What an address asks of the portfolio, read from its query string and written back in its shortest form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from vitalfew.selection.listing import Wanted
from vitalfew.selection.paging import SORTS

SHOWN = ("", "key", "candidates", "unled", "quiet")


@dataclass(frozen=True, slots=True)
class Asked:
    """The rows wanted, and the window, basis and level of the figures above them."""

    wanted: Wanted
    months: int
    basis: str
    level: str

    @property
    def window(self) -> tuple[int, str, str]:
        """What the headline figures depend on."""
        return self.months, self.basis, self.level

    def query(self, **changed: str) -> str:
        """The shortest query string that asks the same, with some words changed; "" where nothing is out of the ordinary."""
        wanted = self.wanted
        words = {
            "q": wanted.search, "show": wanted.show, "manager": wanted.manager, "country": wanted.country,
            "sort": wanted.sort if wanted.sort != "rank" else "", "months": str(self.months or ""),
            "basis": self.basis if self.basis != "revenue" else "", "level": self.level if self.level != "customer" else "",
        } | changed  # fmt: skip
        told = urlencode({name: word for name, word in words.items() if word})
        return f"?{told}" if told else ""

    @property
    def address(self) -> str:
        """The portfolio's address that shows this."""
        return reverse("portfolio") + self.query()

    @property
    def narrowed(self) -> bool:
        """True when filters leave rows out."""
        return replace(self.wanted, sort="rank", after="") != Wanted()


def asked(words: QueryDict) -> Asked:
    """Read leniently: a word nobody offers is as if it were not there. `by` is the column just pressed and beats `sort`."""
    months = words.get("months", "")
    sort = words.get("by") or words.get("sort", "rank")
    show = words.get("show", "")
    return Asked(
        wanted=Wanted(
            search=" ".join(words.get("q", "").replace("\x00", "").split())[:120],
            show=show if show in SHOWN else "",
            manager=words.get("manager", "").replace("\x00", "")[:254],
            country=words.get("country", "").replace("\x00", "")[:80],
            sort=sort if sort in SORTS else "rank",
            after=words.get("after", "")[:400],
        ),
        months=int(months) if months in ("12", "36") else 0,
        basis="margin" if words.get("basis") == "margin" else "revenue",
        level="group" if words.get("level") == "group" else "customer",
    )
