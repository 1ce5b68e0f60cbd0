"""What an item of a gate looks for in a situation: each need gives how much was found and the pieces it stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from vitalfew.playbook.situation import Piece, Situation
from vitalfew.playbook.thresholds import Thresholds
from vitalfew.relationship.evidence.holding import chosen, decides

type Need = Callable[[Situation, Thresholds], Finding]
MADE = ("promise_kept", "promise_late", "promise_broken")


@dataclass(frozen=True, slots=True)
class Finding:
    """How much was found, in words ("2 of 3"); `pieces` are what it stands on, or what there is where it is not met."""

    met: bool
    counted: str
    pieces: tuple[Piece, ...]


def said(kind: str, least: str) -> Need:
    """So many different things of a kind on our side; the same words twice are one thing. `least` names a threshold."""

    def need(situation: Situation, thresholds: Thresholds) -> Finding:
        return _enough(_different(situation.of(kind, side="ours")), getattr(thresholds, least))

    return need


def happened(kind: str, *, least: str = "", within: str = "") -> Need:
    """So many events of a kind, once unless said, on our side or the customer's; `least`, `within` name thresholds."""

    def need(situation: Situation, thresholds: Thresholds) -> Finding:
        days = getattr(thresholds, within) if within else None
        pieces = situation.of(kind, within=days)
        known = tuple(piece for piece in pieces if piece.side in ("ours", "customer"))
        return _enough(known, getattr(thresholds, least) if least else 1)

    return need


def any_of(*kinds: str, sentence: int = 0, by_decider: bool = False) -> Need:
    """One piece on the customer's side: of these kinds, or a sentence of the survey so high, or higher."""

    def need(situation: Situation, thresholds: Thresholds) -> Finding:
        del thresholds
        theirs = [*situation.of(*kinds, side="customer"), *situation.of("level_sentence", side="customer")]
        return _enough(tuple(piece for piece in theirs if piece.kind in kinds or high(piece)), 1)

    def high(piece: Piece) -> bool:
        level = chosen(piece.value)
        return bool(sentence) and level is not None and level >= sentence and (decides(piece.value) or not by_decider)

    return need


def none_of(kind: str) -> Need:
    """Nothing of a kind is open; what is open stands against it."""

    def need(situation: Situation, thresholds: Thresholds) -> Finding:
        del thresholds
        pieces = situation.of(kind)
        return Finding(not pieces, "", pieces)

    return need


def functions(situation: Situation, thresholds: Thresholds) -> Finding:
    """Contacts in so many functions of the account."""
    known = situation.people.functions
    pieces = tuple(
        Piece("functions", "ours", situation.today, None, f"contacts:{situation.account}", words=word) for word in known
    )
    return _enough(pieces, thresholds.functions)


def promises(situation: Situation, thresholds: Thresholds) -> Finding:
    """So large a share of the promises of two quarters was kept on time, of so many made at least."""
    made = situation.of(*MADE, within=thresholds.kept_days)
    if len(made) < thresholds.promises_least:
        return _enough(made, thresholds.promises_least)
    kept = tuple(piece for piece in made if piece.kind == "promise_kept")
    met = len(kept) >= thresholds.kept_share * len(made)
    counted = _("{kept} of {made}, {share} wanted").format(
        kept=len(kept), made=len(made), share=f"{thresholds.kept_share:.0%}"
    )
    return Finding(met, counted, kept if met else made)


def _enough(pieces: tuple[Piece, ...], wanted: int) -> Finding:
    counted = _("{found} of {wanted}").format(found=len(pieces), wanted=wanted) if wanted > 1 else ""
    return Finding(len(pieces) >= wanted, counted, pieces)


def _different(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The newest piece of each thing that was said."""
    known: dict[str, Piece] = {}
    for piece in pieces:
        known.setdefault(" ".join((piece.words or piece.source).casefold().split()), piece)
    return tuple(known.values())
