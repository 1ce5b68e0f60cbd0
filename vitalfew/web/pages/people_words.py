"""What each role may do, in words a person choosing one can weigh."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vitalfew.trust.rights import Role


def roles() -> tuple[tuple[str, str, str], ...]:
    """Each role as (value, name, what it may do), the widest first."""
    told = {
        Role.ADMINISTRATOR: _("Everything a head may, and people, roles and privacy."),
        Role.HEAD: _("Sees every account; imports, designates, assigns, sets thresholds."),
        Role.MANAGER: _("Sees and works on the accounts they lead or their team leads."),
        Role.CONTRIBUTOR: _("Works on accounts they were let in to see; leads none."),
        Role.VIEWER: _("Reads what they were let in to see; changes nothing."),
    }
    return tuple((role.value, role.label.capitalize(), told[role]) for role in Role)
