"""How trust's own verbs read in the history: a sentence for each, beside the right that each needs (rights.VERBS)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

# {who} acts on {what}; other words in braces are fields of the entry. What a sentence leaves out is told behind it.
TOLD: Mapping[str, str] = {
    "trust.add_person": _("{who} added {what}"),
    "trust.change_person": _("{who} changed what {what} is and may do"),
    "trust.set_active": _("{who} set whether {what} may sign in"),
    "trust.add_team": _("{who} made {what}"),
    "trust.rename_team": _("{who} renamed {what}"),
    "trust.grant": _("{who} let {what} see accounts: {accounts}"),
    "trust.end_grant": _("{who} ended what {what} was let in to see"),
    "trust.make_signin_link": _("{who} made a sign-in link for {what}"),
    "trust.sign_in": _("{who} signed in by {how} from {from}"),
    "trust.sign_out": _("{who} signed out"),
    "trust.fail_sign_in": _("A sign-in of {what} failed"),
    "trust.end_session": _("{who} ended a session of {what}"),
    "trust.change_password": _("{who} changed the password of {what}"),
    "trust.reset_password": _("New password by mail for {what}, {state} by {who}"),
    "trust.change_second_factor": _("{who} changed the second factor of {what}: {state}"),
    "trust.make_token": _("{who} made an API token for {what}"),
    "trust.revoke_token": _("{who} took back an API token of {what}"),
    "trust.revoke_link": _("{who} took back a link of {what}"),
    "trust.make_link": _("{who} made a link for {what}"),
    "trust.retry_mail": _("{who} had {what} sent again"),
    "trust.drop_mail": _("{who} dropped {what} unsent"),
    "trust.export_person": _("{who} exported all that is held on {what}"),
    "trust.erase_person": _("{who} erased what was held on {what}"),
}
