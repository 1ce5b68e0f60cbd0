"""The way back in for somebody who lost phone and recovery codes."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from tests.cast import ben
from vitalfew.trust.models import AuditEntry


def test_the_operator_switches_a_second_factor_off(vitalfew):
    Authenticator.objects.create(user=ben(), type="totp", data={"secret": "sealed"})
    assert vitalfew("people", "no-code", "ben@example.org").out == "Ben Manager signs in without a code now.\n"
    assert Authenticator.objects.count() == 0
    entry = AuditEntry.objects.get(verb="trust.change_second_factor")
    assert (entry.actor_name, entry.target) == ("operator", f"person:{ben().pk}")
    assert vitalfew("people", "no-code", "ben@example.org").out == "Ben Manager had no second factor.\n"


def test_a_manager_may_not(vitalfew):
    Authenticator.objects.create(user=ben(), type="totp", data={"secret": "sealed"})
    assert vitalfew("--as", "ben@example.org", "people", "no-code", "ben@example.org").code == 1
    assert Authenticator.objects.count() == 1
