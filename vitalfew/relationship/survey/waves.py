"""Survey waves: made, filled with chosen contacts, sent, reminded, closed. A link is bound to one contact, account and wave."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import override

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger import choices
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.evidence.statements import end_of
from vitalfew.relationship.models import Invitation, Part, Position, Response, Wave
from vitalfew.relationship.survey.wording import words
from vitalfew.trust import audit, links, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.post import outbox

PURPOSE = "survey"
MOST_REMINDERS_AFTER = 60

type Link = Callable[[str], str]
type Chosen = tuple[int, int]  # a contact and the account they are asked about


class WaveRefused(Refusal):
    """The survey wave is not in the state that this needs. Nothing was changed."""


@transaction.atomic
def make_wave(*, name: str, closes_on: date, by: Actor, at: datetime, remind_after_days: int = 7) -> Wave:
    """A draft; nobody is asked before it is sent."""
    name = " ".join(name.split())[:120]
    if not name:
        raise WaveRefused("Give the wave a name, such as “Autumn 2026”. Nothing was made.")
    if closes_on <= at.date():
        raise WaveRefused("A wave closes on a day to come. Nothing was made.")
    if not 1 <= remind_after_days <= MOST_REMINDERS_AFTER:
        raise WaveRefused(f"Reminders go out after 1 to {MOST_REMINDERS_AFTER} days. Nothing was made.")
    made = Wave.objects.create(
        name=name, closes_on=closes_on, remind_after_days=remind_after_days, made_at=at, made_by=by.name
    )
    audit.record(by=by, at=at, verb="relationship.make_wave", target=made.trail, after={"name": name, "closes_on": closes_on.isoformat()})  # fmt: skip
    return made


@transaction.atomic
def choose(*, wave: int, chosen: Iterable[Chosen], by: Actor, at: datetime) -> tuple[Invitation, ...]:
    """Add contacts to a wave that is not closed; each must work at an account the actor sees, today, and not have objected.

    Whoever is in the wave already stays as they are; one who was taken out is taken in again. All or nothing.
    """
    found = _open_wave(wave, at)
    wanted = list(dict.fromkeys(chosen))
    positions = _positions(wanted, by, at.date())
    parts = parts_of(positions.values(), at.date())
    made = []
    for contact, account in wanted:
        position = positions[contact, account]
        if position.contact.objected_at:
            raise WaveRefused(f"{position.contact} objected to being asked: leave them out. Nothing was changed.")
        if not position.contact.email:
            raise WaveRefused(
                f"{position.contact} has no e-mail address: add one or leave them out. Nothing was changed."
            )
        row, _new = Invitation.objects.update_or_create(
            wave=found, contact_id=contact, account_id=account, defaults={"part": parts.get(position.pk, ""), "withdrawn_at": None}
        )  # fmt: skip
        made.append(row)
    if made:
        told = {"contacts": [f"contact:{contact}" for contact, _account in wanted]}
        audit.record(by=by, at=at, verb="relationship.choose_contacts", target=found.trail, after=told)
    return tuple(made)


@transaction.atomic
def send(*, wave: int, link: Link, by: Actor, at: datetime) -> int:
    """Write to everybody chosen who was not written to yet, whom the actor may see; how many. `link` makes a token an address."""
    found = _open_wave(wave, at)
    letters = _Letters(found, _firm(), link, by, at)
    rows = [row for row in _asked(found, by) if row.sent_at is None]
    for row in rows:
        letters.write(row, "mail")
    if not rows:
        raise WaveRefused("Nobody is left to write to: choose contacts first. Nothing was sent.")
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(sent_at=at)
    Wave.objects.filter(pk=found.pk, sent_at=None).update(sent_at=at)
    audit.record(by=by, at=at, verb="relationship.send_wave", target=found.trail, after={"contacts": len(rows)})
    return len(rows)


@transaction.atomic
def remind(*, wave: int, link: Link, by: Actor, at: datetime) -> int:
    """Remind everybody once who was written to long enough ago and has not answered; how many."""
    found = _open_wave(wave, at)
    answered = set(Response.objects.filter(wave=found).values_list("contact_id", "account_id"))
    rows = [
        row
        for row in _asked(found, by)
        if is_due(row, found, at=at) and (row.contact_id, row.account_id) not in answered
    ]
    letters = _Letters(found, _firm(), link, by, at)
    for row in rows:
        letters.write(row, "remind")
    if rows:
        Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=at)
        audit.record(by=by, at=at, verb="relationship.remind", target=found.trail, after={"contacts": len(rows)})
    return len(rows)


@transaction.atomic
def close_wave(*, wave: int, by: Actor, at: datetime) -> Wave:
    """Close a wave before its day: its links open nothing any more, what was answered stays."""
    found = _open_wave(wave, at)
    versions.save(found, expected=None, closed_at=at)
    for row in Invitation.objects.filter(wave=found):
        links.revoke(holder=f"contact:{row.contact_id}", purpose=PURPOSE, subject=subject_of(row), at=at)
    audit.record(by=by, at=at, verb="relationship.close_wave", target=found.trail)
    return found


@transaction.atomic
def withdraw_invitation(*, number: int, by: Actor, at: datetime) -> Invitation:
    """Take one contact out of a wave; their link opens nothing any more, an answer they gave stays."""
    row = Invitation.objects.select_related("wave").filter(may_see(by.person), pk=number).first()
    if row is None:
        raise Missing("There is no such invitation, or you may not see it.")
    Invitation.objects.filter(pk=row.pk).update(withdrawn_at=at)
    links.revoke(holder=f"contact:{row.contact_id}", purpose=PURPOSE, subject=subject_of(row), at=at)
    told = {"contact": f"contact:{row.contact_id}"}
    audit.record(by=by, at=at, verb="relationship.withdraw_invitation", target=row.wave.trail, after=told)
    return row


def subject_of(row: Invitation) -> str:
    """What a survey link is about."""
    return f"invitation:{row.pk}"


def is_open(wave: Wave, *, at: datetime) -> bool:
    """True until a wave is closed by hand or its last day has passed."""
    return wave.closed_at is None and at <= end_of(wave.closes_on)


def is_due(row: Invitation, wave: Wave, *, at: datetime) -> bool:
    """True for one who was written to long enough ago and not reminded yet; whether they answered is asked apart."""
    return row.sent_at is not None and row.reminded_at is None and (at - row.sent_at).days >= wave.remind_after_days


def _open_wave(number: int, at: datetime) -> Wave:
    found = Wave.objects.select_for_update(no_key=True).filter(pk=number).first()
    if found is None:
        raise Missing("There is no such survey wave.")
    if not is_open(found, at=at):
        raise WaveRefused(f"The wave “{found}” is closed. Nothing was changed.")
    return found


def _firm() -> str:
    firm = choices.firm_name()
    if not firm:
        raise WaveRefused(
            "Say first what your firm is called before customers: vitalfew settings firm_name NAME. Nothing was sent."
        )
    return firm


def _asked(wave: Wave, by: Actor) -> list[Invitation]:
    rows = Invitation.objects.select_related("contact", "account").filter(may_see(by.person), wave=wave)
    return list(rows.filter(withdrawn_at=None, contact__objected_at=None).order_by("pk"))


def _positions(wanted: list[Chosen], by: Actor, on: date) -> dict[Chosen, Position]:
    rows = (
        Position.objects.select_related("contact")
        .filter(may_see(by.person), contact__in={contact for contact, _ in wanted}, holds_from__lte=on)
        .exclude(holds_until__lte=on)
    )
    found = {(row.contact_id, row.account_id): row for row in rows}
    if any(one not in found for one in wanted):
        raise Missing(
            "One of these contacts does not work at that account today, or you may not see it. Nothing was changed."
        )
    return found


def parts_of(positions: Iterable[Position], on: date) -> dict[int, str]:
    """The weightiest part each plays today: whoever decides before whoever influences, then whoever uses."""
    order = {Part.Kind.USES: 1, Part.Kind.INFLUENCES: 2, Part.Kind.DECIDES: 3}
    rows = Part.objects.filter(
        position__in=[position.pk for position in positions], holds_from__lte=on, holds_until__gte=on, kind__in=order
    )
    return {row.position_id: row.kind for row in sorted(rows, key=lambda row: order[Part.Kind(row.kind)])}


@dataclass(frozen=True, slots=True)
class _Letters:
    """What all letters of one sending share."""

    wave: Wave
    firm: str
    link: Link
    by: Actor
    at: datetime

    def write(self, row: Invitation, kind: str) -> None:
        """Post a letter of a kind ("mail", "remind") with a fresh link to one contact, in their language."""
        token = links.make(
            holder=f"contact:{row.contact_id}", purpose=PURPOSE, subject=subject_of(row), by=self.by.name, at=self.at,
            lifetime=end_of(self.wave.closes_on) - self.at,
        )  # fmt: skip
        said, known = words(row.contact.language), told(row, self.wave, self.firm)
        subject, body = (
            said[f"{kind}_{part}"].format(**known, link=self.link(token), sender=self.by.name)
            for part in ("subject", "body")
        )
        outbox.post(to=row.contact.email, subject=subject, body=body, about=f"contact:{row.contact_id}", at=self.at)


def told(row: Invitation, wave: Wave, firm: str) -> dict[str, str]:
    """What the sentences of the survey name, in the contact's language."""
    with override(row.contact.language):
        until = date_format(wave.closes_on, "j F Y" if row.contact.language == "en" else "DATE_FORMAT")
    return {"firm": firm, "account": str(row.account), "name": row.contact.name, "until": until}
