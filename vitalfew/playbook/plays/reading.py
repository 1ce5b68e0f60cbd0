"""A play's file as a Play: read as data, held to the closed vocabulary, refused with the file and the field."""

from __future__ import annotations

import difflib
import re
import tomllib

from vitalfew.ground.texts import flaw
from vitalfew.playbook.plays.play import (
    CELLS,
    EVENTS,
    EXPECTATIONS,
    KNOWN_KINDS,
    LEVELS,
    MEASURES,
    SIDES,
    STAGE_NUMBERS,
    WHO,
    Conditions,
    Origin,
    Play,
    Signal,
    Step,
)
from vitalfew.playbook.plays.taking import NOT_TAKEN, PlayRefused, Table

__all__ = ["MOST_BYTES", "PlayRefused", "read_play"]
MOST_BYTES = 32_000
MOST_WEEKS, MOST_DAYS = 104, 728
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KIND = re.compile(r"[a-z][a-z_]{1,39}")


def read_play(*, name: str, text: str | bytes, origin: Origin = Origin.BUILT_IN) -> Play:
    """The play that a text in TOML says. `name` is the file's without its ending.

    Raises PlayRefused with a sentence that names the file and the field.
    """
    if not _NAME.fullmatch(name) or not 3 <= len(name) <= 60:
        raise PlayRefused(
            f"“{name[:60]}” is no name for a play: 3 to 60 small letters and digits, with single hyphens between words. {NOT_TAKEN}"
        )
    where = f"{name}.toml"
    file = Table(_parsed(text, where), where)
    play = Play(
        name=name,
        title=file.text("title", longest=80),
        why=file.text("why", longest=400),
        fits=_conditions(file.table("fits", needed=True)),
        steps=tuple(_step(one) for one in file.tables("steps", needed=True)),
        serves=file.word("serves", EXPECTATIONS),
        cells=file.words("cells", CELLS, needed=True),
        moves=file.word("moves", sorted(MEASURES)),
        weeks=file.number("weeks", 1, MOST_WEEKS, needed=True) or 0,
        event=file.word("event", EVENTS, needed=False),
        origin=origin,
    )
    file.end()
    _in_order(play, file)
    return play


def _parsed(text: str | bytes, where: str) -> object:
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > MOST_BYTES:
        raise PlayRefused(f"{where} has {len(raw)} bytes and may have {MOST_BYTES}: a play is short. {NOT_TAKEN}")
    try:
        told = raw.decode()
        if wrong := flaw(told):
            raise PlayRefused(f"{where} holds {wrong}. {NOT_TAKEN}")
        return tomllib.loads(told)
    except UnicodeDecodeError:
        raise PlayRefused(f"{where} is no text in UTF-8. {NOT_TAKEN}") from None
    except RecursionError:
        raise PlayRefused(f"{where} is nested too deeply to be a play. {NOT_TAKEN}") from None
    except ValueError as wrong:  # TOMLDecodeError, and a number with more digits than Python reads
        told = " ".join(str(wrong).split())[:160]
        raise PlayRefused(f"{where} is no TOML: {told}. {NOT_TAKEN}") from None


def _step(table: Table) -> Step:
    step = Step(
        day=table.number("day", 0, MOST_DAYS, needed=True) or 0,
        who=table.word("who", WHO),
        words=table.text("words", longest=600),
        leaves=_kind(table, "leaves", table.text("leaves", longest=40, needed=False)),
    )
    table.end()
    return step


def _conditions(table: Table) -> Conditions:
    people = table.table("people")
    found = Conditions(
        levels=table.numbers("levels", LEVELS),
        stages=tuple(STAGE_NUMBERS[word] for word in table.words("stages", STAGE_NUMBERS)),
        key=table.flag("key"),
        below_target=table.yes("below_target"),
        heard_nothing=table.yes("heard_nothing"),
        has=tuple(_signal(one, "at_least") for one in table.tables("has")),
        lacks=tuple(_signal(one, "fewer_than") for one in table.tables("lacks")),
        contacts_below=people.number("contacts_below", 1, 1000),
        functions_below=people.number("functions_below", 1, 20),
        decider_silent_days=people.number("decider_silent_days", 1, 3650),
        no_decider=people.yes("no_decider"),
    )
    people.end()
    table.end()
    if found == Conditions():
        raise PlayRefused(f"{table.where} says nothing: name at least one condition. {NOT_TAKEN}")
    return found


def _signal(table: Table, count: str) -> Signal:
    kinds = table.words("kinds", None, needed=True)
    signal = Signal(
        kinds=tuple(_kind(table, "kinds", kind) for kind in kinds),
        side=table.word("side", SIDES, needed=False),
        within=table.number("within", 1, 3650),
        count=table.number(count, 1, 100) or 1,
        below=table.measured("below"),
        above=table.measured("above"),
    )
    table.end()
    return signal


def _kind(table: Table, field: str, kind: str) -> str:
    """A kind of evidence: any word a step or a person may write, but none that is nearly one of the house's."""
    if not kind or kind in KNOWN_KINDS:
        return kind
    if not _KIND.fullmatch(kind):
        raise table.refused(field, "is to name kinds of evidence, such as “aim” or “promise_kept”")
    if near := difflib.get_close_matches(kind, sorted(KNOWN_KINDS), 1, 0.85):
        raise table.refused(field, f"names “{kind}”, which nobody writes: is “{near[0]}” meant?")
    return kind


def _in_order(play: Play, file: Table) -> None:
    days = [step.day for step in play.steps]
    if days != sorted(days):
        raise file.refused("steps", "are to stand in the order of their days")
    if days[-1] > play.weeks * 7:
        raise file.refused("weeks", f"ends before the last step, which is on day {days[-1]}")
