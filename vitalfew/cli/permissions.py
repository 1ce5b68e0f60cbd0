"""Who may run which command in a person's name (`--as`), as data; the operator of the machine may run them all."""

from __future__ import annotations

from collections.abc import Mapping

from vitalfew.trust.access import Need
from vitalfew.trust.rights import Right

# By module and function of the command.
COMMANDS: Mapping[str, Need] = {
    "ledger.import_files": "ledger.import",
    "ledger.batches": Right.LEDGER,
    "ledger.merge": "ledger.merge",
    "ledger.unmerge": "ledger.unmerge",
    "ledger.duplicates": Right.LEDGER,
    "selection.concentration": Right.READ,
    "selection.ranking": Right.READ,
    "capacity.left": Right.READ,  # `--set` is refused by its operation
    "capacity.planned": "selection.plan_hours",
    "capacity.handed_over": "selection.hand_over",
    "selection.designate": "selection.designate",
    "selection.assign": "selection.assign",
    "selection.review": "selection.review",
    "selection.release": "selection.release",
    "relationship.new_wave": "relationship.make_wave",
    "relationship.sent": "relationship.send_wave",
    "relationship.reminded": "relationship.remind",
    "relationship.closed": "relationship.close_wave",
    "relationship.answers_imported": "relationship.import_answers",
    "relationship.told": Right.READ,
    "relationship.contacts": Right.READ,  # `--import` is refused by its operation
    "evidence.known": Right.READ,
    "evidence.expected": Right.READ,
    "levels.levels": Right.READ,
    "levels.aimed": "relationship.set_target",
    "playbook.staged": Right.READ,  # `--pass` is refused by its operation
    "plays.played": Right.READ,  # `--start`, `--done` and `--end` are refused by their operations
    "rounds.refreshed": "rounds.refresh",
    "rounds.looked": "ledger.import",
    "settings.settings": Right.READ,
    "people.listed": Right.PEOPLE,
    "people.administrator": "trust.add_person",
    "people.added": "trust.add_person",
    "people.changed": "trust.change_person",
    "people.let_in": "trust.grant",
    "people.switched": "trust.set_active",
    "people.without_code": Right.PEOPLE,
    "people.link": "trust.make_signin_link",
    "people.teams_listed": Right.PEOPLE,
    "people.team_added": "trust.add_team",
    "tokens.listed": Right.SELF,
    "tokens.made_token": "trust.make_token",
    "tokens.revoked": "trust.revoke_token",
    "outbox.ran": Right.AUDIT,
    "audit.listed": Right.AUDIT,
    "audit.verified": Right.AUDIT,
    "audit.head": Right.AUDIT,
    "backup.backup": "rounds.backup",
    "backup.restore": "rounds.restore",
    "privacy.exported": "trust.export_person",
    "privacy.erased": "trust.erase_person",
    "privacy.register": Right.PRIVACY,
    "serve.serve": Right.PEOPLE,
    "demo.demo": Right.PEOPLE,
}


def need_of(command: object) -> Need:
    """What a command needs. A command that no row names is a fault of ours, and does not run."""
    module = getattr(command, "__module__", "").rsplit(".", 1)[-1]
    return COMMANDS[f"{module}.{getattr(command, '__name__', '')}"]
