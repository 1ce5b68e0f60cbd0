"""The root of every refusal to read a file: its docstring is the sentence the user reads."""

from __future__ import annotations

from vitalfew.ground.errors import Refusal


class Unreadable(Refusal):
    """{name} cannot be read."""

    def __init__(self, **places: object) -> None:
        """`places` fill the braces of the class's docstring; they stay at hand for other doors and languages."""
        self.places = places
        super().__init__((self.__doc__ or "{name} cannot be read.").format(**places))

    def __reduce__(self) -> tuple[object, ...]:
        """Refusals cross process borders (jobs); the default would lose the named places."""
        return _again, (type(self), self.places)


def _again(kind: type[Unreadable], places: dict[str, object]) -> Unreadable:
    return kind(**places)


class Damaged(Unreadable):
    """{name} is damaged: {what}. Nothing was changed. Export or download the file again."""
