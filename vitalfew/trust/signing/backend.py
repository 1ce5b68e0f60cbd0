"""Knows a person by e-mail address and password; whoever is not known costs the same hashing."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from vitalfew.trust.models import Person


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, looking into our people alone: a person has one address, in whatever case it is typed.

    Who is switched off answers like who is not known, and whoever no password was checked for, costs one hashing too.
    """

    def _authenticate_by_email(self, email: str, password: str) -> Person | None:
        for person in Person.objects.filter(email__iexact=email, is_active=True):
            if same_address(person.email, email) and self._check_password(person, password):
                return person
        return None


def same_address(one: str, other: str) -> bool:
    """True for addresses that differ in case alone; databases hold more letters to be alike (ſ and s)."""
    return one.lower() == other.lower()


def find(email: str) -> Person | None:
    """The active person with this address."""
    found = Person.objects.filter(email__iexact=email, is_active=True).first()
    return found if found and same_address(found.email, email) else None
