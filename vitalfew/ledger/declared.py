"""What a firm can set: words and numbers that a step declares on its AppConfig as `settings`. No database here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.apps import apps

from vitalfew.ground.errors import Refusal

LONGEST = 80
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")


class ChoiceRefused(Refusal):
    """There is no such choice, or it does not know this value."""


@dataclass(frozen=True, slots=True)
class Word:
    """A choice in words: one of `could_be`, or where that is empty any words."""

    name: str
    usual: str
    could_be: tuple[str, ...]
    decides: str
    called: str = ""

    def read(self, said: str) -> str:
        """The words of a value. Raises ChoiceRefused."""
        if not self.could_be and not 0 < len(said) <= LONGEST:
            raise ChoiceRefused(f"{self.name} needs 1 to {LONGEST} letters. Nothing was changed.")
        if self.could_be and said not in self.could_be:
            could = ", ".join(self.could_be)
            raise ChoiceRefused(f"{self.name} cannot be “{said[:LONGEST]}”: say {could}. Nothing was changed.")
        return said


@dataclass(frozen=True, slots=True)
class Number:
    """A threshold: `usual` holds until somebody chooses another from `least` to `most`, both included.

    `decides` says in plain words what it does, `called` is its title on pages (empty: its name); `unit` is "share" for
    a chance or part from 0 to 1, else a word such as "days", or empty.
    """

    name: str
    usual: float
    least: float
    most: float
    decides: str
    whole: bool = False
    unit: str = ""
    called: str = ""

    def read(self, said: str) -> float:
        """The number that a value says, an int where only whole ones will do. Raises ChoiceRefused."""
        kind = "a whole number" if self.whole else "a number"
        value = float(said) if _NUMBER.fullmatch(said) else None
        if value is None or (self.whole and not value.is_integer()):
            raise ChoiceRefused(
                f"{self.name} cannot be “{said[:LONGEST]}”: say {kind} such as {self.usual:g}. Nothing was changed."
            )
        if not self.least <= value <= self.most:
            raise ChoiceRefused(
                f"{self.name} cannot be {said}: say {kind} from {self.least:g} to {self.most:g}. Nothing was changed."
            )
        return int(value) if self.whole else value


@dataclass(frozen=True, slots=True)
class Declared:
    """A number that can be set, and the step that declares it."""

    step: str
    number: Number


@cache
def numbers_declared() -> Mapping[str, Declared]:
    """Every number that a step declares, by its name, step by step. Raises ValueError where two have one name."""
    found: dict[str, Declared] = {}
    for config in apps.get_app_configs():
        declared: Sequence[Number] = getattr(config, "settings", ())
        for number in declared:
            if number.name in found:
                raise ValueError(
                    f"{config.label} and {found[number.name].step} both declare the setting {number.name}."
                )
            found[number.name] = Declared(config.label, number)
    return found
