"""The relationship as Django knows it."""

from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from vitalfew.trust.rights import Right


class RelationshipConfig(AppConfig):
    name = "vitalfew.relationship"
    label = "relationship"
    verbs: ClassVar[Mapping[str, Right]] = {
        "relationship.add_contact": Right.WORK,
        "relationship.change_contact": Right.WORK,
        "relationship.import_contacts": Right.WORK,
        "relationship.merge_contacts": Right.WORK,
        "relationship.place": Right.WORK,
        "relationship.leave": Right.WORK,
        "relationship.give_part": Right.WORK,
        "relationship.end_part": Right.WORK,
        "relationship.judge_contact": Right.OPINIONS,
        "relationship.know": Right.WORK,
        "relationship.note_touch": Right.WORK,
        "relationship.object": Right.SELF,
        "relationship.record_evidence": Right.WORK,
        "relationship.close_evidence": Right.WORK,
        "relationship.withdraw_evidence": Right.WORK,
        "relationship.ask": Right.WORK,
        "relationship.withdraw_question": Right.WORK,
        "relationship.reply": Right.SELF,
        "relationship.make_wave": Right.WORK,
        "relationship.choose_contacts": Right.WORK,
        "relationship.send_wave": Right.WORK,
        "relationship.remind": Right.WORK,
        "relationship.close_wave": Right.WORK,
        "relationship.withdraw_invitation": Right.WORK,
        "relationship.answer": Right.SELF,
        "relationship.mirror": Right.WORK,
        "relationship.import_answers": Right.WORK,
        "relationship.set_target": Right.WORK,
        "relationship.end_target": Right.WORK,
        "relationship.note_price_event": Right.WORK,
        "relationship.withdraw_price_event": Right.WORK,
    }
    told: ClassVar[Mapping[str, str]] = {
        "relationship.add_contact": _("{who} added {what}"),
        "relationship.change_contact": _("{who} changed {what}"),
        "relationship.import_contacts": _("{who} imported contacts ({what})"),
        "relationship.merge_contacts": _("{who} merged a double into {what}"),
        "relationship.place": _("{who} noted who works for {what}"),
        "relationship.leave": _("{who} noted who left {what}"),
        "relationship.give_part": _("{who} noted the part somebody plays at {what}"),
        "relationship.end_part": _("{who} ended the part somebody played at {what}"),
        "relationship.judge_contact": _("{who} noted how somebody stands to us at {what}"),
        "relationship.know": _("{who} noted who of us knows {what}"),
        "relationship.note_touch": _("{who} was in touch with {what}"),
        "relationship.object": _("{what} objected to being asked"),
        "relationship.record_evidence": _("{who} recorded evidence on {what}"),
        "relationship.close_evidence": _("{who} closed a state of {what}"),
        "relationship.withdraw_evidence": _("{who} withdrew evidence on {what}"),
        "relationship.ask": _("{who} put a statement on {what} to a contact"),
        "relationship.withdraw_question": _("{who} took back a question on {what}"),
        "relationship.reply": _("A contact of {what} answered a statement: {answer}"),
        "relationship.make_wave": _("{who} made a survey wave ({what})"),
        "relationship.choose_contacts": _("{who} chose who is asked in {what}"),
        "relationship.send_wave": _("{who} sent the survey {what}"),
        "relationship.remind": _("{who} reminded contacts of {what}"),
        "relationship.close_wave": _("{who} closed the survey {what}"),
        "relationship.withdraw_invitation": _("{who} took back an invitation to {what}"),
        "relationship.answer": _("A contact of {what} answered the survey"),
        "relationship.mirror": _("{who} filled in the mirror form for {what}"),
        "relationship.import_answers": _("{who} imported survey answers ({what})"),
        "relationship.set_target": _("{who} set the level {what} is meant to reach"),
        "relationship.end_target": _("{who} took back the level {what} was meant to reach"),
        "relationship.note_price_event": _("{who} noted a price that moved for {what}"),
        "relationship.withdraw_price_event": _("{who} withdrew a price that was noted for {what}"),
    }
