"""The relationship as Django knows it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from vitalfew.ledger.declared import Number
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
    settings: ClassVar[Sequence[Number]] = (
        Number(
            "level_likely", 0.55, 0.3, 0.99, unit="share", called=_("Chance of a level that is named"),
            decides=_("a level is named only where its chance is at least this high"),
        ),
        Number(
            "level_bits", 0.25, 0.0, 2.0, unit="bits", called=_("What the evidence must add"),
            decides=_("a level is named only where the evidence adds at least so much to what is known of such accounts; 1 bit halves the doubt"),
        ),
        Number(
            "level_orders", 12, 1, 1000, whole=True, unit="orders", called=_("Orders needed where nobody answered"),
            decides=_("how many orders are needed to judge an account where nobody who decides has answered"),
        ),
        Number(
            "level_days", 274, 0, 3650, whole=True, unit="days", called=_("Days known where nobody answered"),
            decides=_("how long an account must be known to be judged where nobody who decides has answered"),
        ),
        Number(
            "level_cap", 0.85, 0.5, 0.99, unit="share", called=_("Highest chance without an answer"),
            decides=_("no level is given a higher chance than this while nobody has answered within a year"),
        ),
        Number(
            "level_held", 0.8, 0.5, 0.95, unit="share", called=_("How sure a range of levels is"),
            decides=_("the chance with which the range of levels shown holds the true one; a higher one makes ranges wider"),
        ),
        Number(
            "level_apart", 2.6, 1.0, 6.0, unit="standard errors", called=_("When price and loyalty are mixed"),
            decides=_("how far what an account says and does about price must lie from what it says and does about loyalty to be called mixed"),
        ),
        Number(
            "level_damage_signs", 3, 1, 3, whole=True, unit="signs", called=_("Signs of damage"),
            decides=_("how many of three signs make an account damaged: orders fall, somebody there would warn others of us, a critical issue is open"),
        ),
        Number(
            "level_sure", 0.8, 0.5, 0.99, unit="share", called=_("How sure a change of level is"),
            decides=_("a change of level is announced only where the new level had more than this chance in two quarters running"),
        ),
        Number(
            "behaviour_orders", 2, 1, 100, whole=True, unit="orders", called=_("Orders that make a customer who orders again"),
            decides=_("an account orders again where it placed so many orders within twelve months"),
        ),
        Number(
            "behaviour_regularity", 2.0, 1.0, 12.0, called=_("How evenly a steady account orders"),
            decides=_("an account orders evenly where its regularity is at least this; 1 is chance, 12 nearly a calendar"),
        ),
        Number(
            "behaviour_silence", 1.5, 1.0, 10.0, unit="gaps", called=_("Silence that ends evenness"),
            decides=_("and where its last order is not longer ago than so many of its own usual gaps"),
        ),
        Number(
            "behaviour_chance", 0.1, 0.001, 0.5, unit="share", called=_("What chance alone could have done"),
            decides=_("a wider range or fewer credit notes are told only where chance alone would show as much more rarely than this"),
        ),
        Number(
            "behaviour_accepted_loss", 0.5, 0.05, 0.95, unit="share", called=_("Loss of volume that must be ruled out"),
            decides=_("a higher price counts as accepted where volume was kept, or did not fall beyond its scatter and a loss of more than this is ruled out"),
        ),
        Number(
            "behaviour_kept_loss", 0.1, 0.0, 0.5, unit="share", called=_("Loss of volume that still counts as kept"),
            decides=_("volume counts as kept through a price rise where a loss of more than this is ruled out"),
        ),
    )  # fmt: skip
