"""The playbook as Django knows it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from vitalfew.ledger.declared import Number
from vitalfew.trust.rights import Right


class PlaybookConfig(AppConfig):
    name = "vitalfew.playbook"
    label = "playbook"
    verbs: ClassVar[Mapping[str, Right]] = {
        "playbook.pass_gate": Right.WORK,
        "playbook.fall_back": Right.WORK,
        "playbook.add_play": Right.SETTINGS,
        "playbook.change_play": Right.SETTINGS,
        "playbook.retire_play": Right.SETTINGS,
        "playbook.start_play": Right.WORK,
        "playbook.do_step": Right.WORK,
        "playbook.end_play": Right.WORK,
    }
    told: ClassVar[Mapping[str, str]] = {
        "playbook.pass_gate": _("{who} took {what} to its next stage"),
        "playbook.fall_back": _("{what} fell back to an earlier stage"),
        "playbook.add_play": _("{who} added the play {title} ({what})"),
        "playbook.change_play": _("{who} changed the play {title} ({what})"),
        "playbook.retire_play": _("{who} retired {what}"),
        "playbook.start_play": _("{who} started “{play}” with {what}"),
        "playbook.do_step": _("{who} did step {step} of “{play}” with {what}"),
        "playbook.end_play": _("{who} ended “{play}” with {what}: {outcome}"),
    }
    settings: ClassVar[Sequence[Number]] = (
        Number(
            "playbook_reasons", 2, 1, 10, whole=True, unit="reasons", called=_("Reasons to buy besides price"),
            decides=_("how many reasons to buy besides price the first gate asks for"),
        ),
        Number(
            "playbook_aims", 3, 1, 20, whole=True, unit="aims", called=_("Aims of the customer"),
            decides=_("how many aims of the customer, each with a source, the gate of stage 1 asks for"),
        ),
        Number(
            "playbook_functions", 3, 1, 6, whole=True, unit="functions", called=_("Functions with a contact"),
            decides=_("in how many functions of the customer the gate of stage 1 asks for a contact"),
        ),
        Number(
            "playbook_supported", 1, 1, 10, whole=True, unit="aims", called=_("Aims supported"),
            decides=_("how many aims must be supported and closed for the gate of stage 1"),
        ),
        Number(
            "playbook_objectives", 2, 1, 20, whole=True, unit="objectives", called=_("Objectives in the plan"),
            decides=_("how many objectives of the customer the gate of stage 2 asks for"),
        ),
        Number(
            "playbook_whitespace_days", 365, 30, 1095, whole=True, unit="days", called=_("Age of a look at what they could buy"),
            decides=_("for how many days a look at what they could buy and do not counts at the gate of stage 2"),
        ),
        Number(
            "playbook_promises_least", 3, 1, 50, whole=True, unit="promises", called=_("Promises needed to judge"),
            decides=_("how many promises there must be before their share kept opens a gate or makes an account fall"),
        ),
        Number(
            "playbook_kept_share", 0.8, 0.5, 1.0, unit="share", called=_("Promises kept, to go on"),
            decides=_("which share of promises must be kept on time for the gate of stage 3"),
        ),
        Number(
            "playbook_kept_days", 182, 60, 730, whole=True, unit="days", called=_("Time over which promises open the gate"),
            decides=_("over how many days the gate of stage 3 looks at promises; two quarters by our reading"),
        ),
        Number(
            "playbook_value_items", 2, 1, 20, whole=True, unit="items", called=_("Value delivered"),
            decides=_("how many items of value on record the gate of stage 3 asks for"),
        ),
        Number(
            "playbook_cycles", 2, 1, 10, whole=True, unit="rounds", called=_("Rounds of joint planning"),
            decides=_("how many rounds of joint planning the gate of stage 4 asks for"),
        ),
        Number(
            "playbook_meetings", 2, 1, 12, whole=True, unit="meetings", called=_("Meetings of executives"),
            decides=_("how many meetings of executives the gate of stage 4 asks for"),
        ),
        Number(
            "playbook_meeting_days", 365, 30, 1095, whole=True, unit="days", called=_("Time over which executives meet"),
            decides=_("within how many days those meetings must lie"),
        ),
        Number(
            "playbook_silence_days", 90, 14, 365, whole=True, unit="days", called=_("Silence that makes an account fall"),
            decides=_("after how many days without a word with a decision maker an account falls back from stage 1 or later"),
        ),
        Number(
            "playbook_fall_share", 0.6, 0.1, 1.0, unit="share", called=_("Promises kept, not to fall"),
            decides=_("below which share of promises kept on time an account falls back from stage 3 or later"),
        ),
        Number(
            "playbook_fall_days", 91, 30, 365, whole=True, unit="days", called=_("Time over which promises make it fall"),
            decides=_("over how many days that share is counted; one quarter by our reading"),
        ),
        Number(
            "playbook_event_days", 90, 14, 365, whole=True, unit="days", called=_("How long an event weighs"),
            decides=_("for how many days a champion or sponsor who left, or a tender, keeps an account from going up"),
        ),
        Number(
            "playbook_span_early", 10, 1, 100, whole=True, unit="accounts", called=_("Accounts a manager leads up to stage 2"),
            decides=_("how many key accounts one manager can lead that stand in stage 2 or before"),
        ),
        Number(
            "playbook_span_deliver", 7, 1, 100, whole=True, unit="accounts", called=_("Accounts a manager leads in stage 3"),
            decides=_("how many key accounts one manager can lead in stage 3"),
        ),
        Number(
            "playbook_span_partner", 5, 1, 100, whole=True, unit="accounts", called=_("Accounts a manager leads from stage 4 on"),
            decides=_("how many key accounts one manager can lead in stage 4 and in the full process"),
        ),
        Number(
            "playbook_rescore_days", 91, 14, 365, whole=True, unit="days", called=_("How often the level is scored anew"),
            decides=_("after how many days an account should be asked again how it sees us"),
        ),
    )  # fmt: skip
