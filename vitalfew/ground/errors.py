"""The refusals a person may read: one class per meaning, each message a whole sentence."""

from __future__ import annotations


class Refusal(Exception):
    """Nothing was changed. The message says what happened, where, and what to do."""


class Missing(Refusal):
    """There is no such thing, or you may not see it."""


class Ambiguity(Refusal):
    """Two readings fit and nobody can be asked here.

    `option` is the command line option that settles it.
    """

    def __init__(self, sentence: str, *, option: str) -> None:
        super().__init__(sentence)
        self.option = option
