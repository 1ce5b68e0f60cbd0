"""Who may do what, as data: five roles, their rights, and the right that each verb needs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Right(StrEnum):
    """One thing that a person may or may not do. Which accounts they do it to is decided apart, by `visible_accounts`."""

    READ = "read"  # open pages, lists and exports
    SELF = "self"  # one's own password, second factor, sessions and tokens
    WORK = "work"  # note, answer and promise on accounts one may see
    REVIEW = "review"  # say whether an account should stay key
    SELECT = "select"  # designate, release, give an account its people, plan hours
    LEDGER = "ledger"  # import, undo, merge, refresh
    SETTINGS = "settings"  # thresholds and levels that numbers depend on
    PEOPLE = "people"  # add people, change roles and teams, let people in, make sign-in links
    AUDIT = "audit"  # read and verify the whole audit trail, see mail that is stuck
    PRIVACY = "privacy"  # export or erase what is held on a person
    MARGIN = "margin"  # see margins and costs; given to a person, not to a role
    OPINIONS = "opinions"  # read opinions about people; given to a person, not to a role


class Role(StrEnum):
    """What a person is here."""

    ADMINISTRATOR = "administrator"
    HEAD = "head"
    MANAGER = "manager"
    CONTRIBUTOR = "contributor"
    VIEWER = "viewer"

    @property
    def label(self) -> str:
        """The role in words."""
        return _LABELS[self]


_LABELS = {
    Role.ADMINISTRATOR: "administrator",
    Role.HEAD: "head of key accounts",
    Role.MANAGER: "key account manager",
    Role.CONTRIBUTOR: "contributor",
    Role.VIEWER: "viewer",
}
_VIEWER = frozenset({Right.READ, Right.SELF})
_CONTRIBUTOR = _VIEWER | {Right.WORK}
_MANAGER = _CONTRIBUTOR | {Right.REVIEW}
_HEAD = _MANAGER | {Right.SELECT, Right.LEDGER, Right.SETTINGS, Right.AUDIT}
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: _VIEWER,
    Role.CONTRIBUTOR: _CONTRIBUTOR,
    Role.MANAGER: _MANAGER,
    Role.HEAD: _HEAD,
    Role.ADMINISTRATOR: _HEAD | {Right.PEOPLE, Right.PRIVACY},
}
ALL = frozenset(Right)
SEES_ALL = frozenset({Role.HEAD, Role.ADMINISTRATOR})  # the others see what they lead, their team leads, or were given
# Margin and opinions as a role starts with them; a person's own may differ.
STARTS_WITH: Mapping[Role, tuple[bool, bool]] = {
    Role.VIEWER: (False, False),
    Role.CONTRIBUTOR: (False, False),
    Role.MANAGER: (True, True),
    Role.HEAD: (True, True),
    Role.ADMINISTRATOR: (True, False),
}
VERBS: Mapping[str, Right] = {
    "trust.add_person": Right.PEOPLE,
    "trust.change_person": Right.PEOPLE,
    "trust.set_active": Right.PEOPLE,
    "trust.add_team": Right.PEOPLE,
    "trust.rename_team": Right.PEOPLE,
    "trust.grant": Right.PEOPLE,
    "trust.end_grant": Right.PEOPLE,
    "trust.make_signin_link": Right.PEOPLE,
    "trust.sign_in": Right.SELF,
    "trust.sign_out": Right.SELF,
    "trust.fail_sign_in": Right.SELF,
    "trust.end_session": Right.SELF,
    "trust.change_password": Right.SELF,
    "trust.reset_password": Right.SELF,
    "trust.change_second_factor": Right.SELF,
    "trust.make_token": Right.SELF,
    "trust.revoke_token": Right.SELF,
    "trust.revoke_link": Right.WORK,
    "trust.make_link": Right.WORK,
    "trust.retry_mail": Right.AUDIT,
    "trust.drop_mail": Right.AUDIT,
    "trust.export_person": Right.PRIVACY,
    "trust.erase_person": Right.PRIVACY,
}
