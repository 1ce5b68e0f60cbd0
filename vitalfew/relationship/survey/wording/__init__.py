"""The survey's sentences in each language a contact may have: the same keys in every one."""

from __future__ import annotations

from collections.abc import Mapping

from vitalfew.relationship.survey.wording import de, en, es, fr

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": en.WORDS, "de": de.WORDS, "fr": fr.WORDS, "es": es.WORDS}


def words(language: str) -> Mapping[str, str]:
    """The sentences of a language; English for one that is not there."""
    return LANGUAGES.get(language, en.WORDS)
