"""A play's file looked at before it lies in the data folder: what is wrong with it, or where it would fit today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vitalfew.playbook.plays.fitting import Fit, fit
from vitalfew.playbook.plays.play import Origin, Play
from vitalfew.playbook.plays.shelf import play_in, shelf, taken, unread
from vitalfew.playbook.plays.standing import situations_of
from vitalfew.playbook.plays.taking import NOT_TAKEN, PlayRefused
from vitalfew.selection.designated import Designated, designated
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class Checked:
    """A play that could be taken. `replaces` is the play of yours whose place its file would take, None where the name is free.

    `fits` are the key accounts it would fit today, by name.
    """

    play: Play
    replaces: Play | None
    fits: tuple[tuple[Designated, Fit], ...]

    @property
    def beside_form(self) -> bool:
        """True where a play that was made by a form would be left out: files go before forms."""
        return self.replaces is not None and self.replaces.origin is Origin.FORM


def check_file(*, path: Path, person: Person | None, today: date) -> Checked:
    """What a play's file would do in the data folder, among the key accounts that `person` may see; nothing is changed.

    Raises PlayRefused with the file and the field, for a name that a play of the house has, and for another ending.
    """
    if path.suffix != ".toml":
        raise PlayRefused(f"{path.name} is to end in .toml: other files in the folder are not read. {NOT_TAKEN}")
    try:
        play = play_in(path)
    except OSError as failed:
        raise PlayRefused(unread(path, failed)) from None
    known = shelf().plays.get(play.name)
    if known is not None and known.origin is Origin.BUILT_IN:
        raise PlayRefused(taken(play.name, known))
    keys = designated(person=person)
    standing = situations_of(list(keys), today=today)
    found = ((key, fit(play, standing[account])) for account, key in keys.items())
    return Checked(play, known, tuple((key, held) for key, held in found if held))
