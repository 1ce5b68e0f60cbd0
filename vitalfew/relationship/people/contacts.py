"""Contacts: added, changed, placed at a customer and leaving it, merged when one person was entered twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.models import Acquaintance, Contact, Invitation, Position, Response, Statement, Touch
from vitalfew.selection import checks
from vitalfew.trust import audit, links, versions
from vitalfew.trust.actors import Actor


class ContactRefused(Refusal):
    """What was said of a contact does not hold together. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who a contact is, as somebody wrote it down."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = Contact.Language.ENGLISH


@dataclass(frozen=True, slots=True)
class Work:
    """What a contact does at a customer, and whom they report to there (another position's number)."""

    title: str = ""
    function: str = Position.Function.OTHER
    reports_to: int | None = None


@transaction.atomic
def add_contact(*, account: int, who: Who, work: Work, by: Actor, at: datetime, source: str = "") -> Position:
    """A new contact at an account from today on.

    Raises ContactRefused where somebody of this address works there already, and where they are known at another
    customer: `place` gives one person a second position instead of a double.
    """
    customer = checks.seen(account, by)
    told = sound(who)
    twin = by_address(told.email, by)
    if twin is not None:
        raise ContactRefused(
            f"{told.email} is {twin} already: give them a position at {customer} instead of a double. Nothing was changed."
        )
    contact = Contact.objects.create(
        name=told.name, email=told.email, phone=told.phone, language=told.language, source=source[:120], added_at=at, added_by=by.name
    )  # fmt: skip
    audit.record(by=by, at=at, verb="relationship.add_contact", target=contact.trail, after={"name": told.name})
    return place(contact=contact.pk, account=account, work=work, by=by, at=at)


@transaction.atomic
def change_contact(*, contact: int, who: Who, by: Actor, at: datetime, version: int | None) -> Contact:
    """Correct who a contact is; a new address ends the links that were sent to the old one."""
    found = seen_contact(contact, by)
    told = sound(who)
    twin = by_address(told.email, by)
    if twin is not None and twin.pk != found.pk:
        raise ContactRefused(f"{told.email} is {twin} already: merge the two instead. Nothing was changed.")
    before = versions.save(
        found, expected=version, name=told.name, email=told.email, phone=told.phone, language=told.language
    )
    if before["email"] != told.email:
        links.revoke(holder=found.trail, at=at)
    after = {"name": told.name, "email": told.email, "phone": told.phone, "language": told.language}
    audit.record(by=by, at=at, verb="relationship.change_contact", target=found.trail, before=before, after=after)
    return found


@transaction.atomic
def place(*, contact: int, account: int, work: Work, by: Actor, at: datetime, since: date | None = None) -> Position:
    """Let a contact work at an account from a day on; one person may work at several firms."""
    customer = checks.seen(account, by)
    found = _mine_or_new(contact, by)
    day = since or at.date()
    made = Position(
        contact=found, account=customer, title=" ".join(work.title.split())[:120], function=_function(work.function), holds_from=day
    )  # fmt: skip
    made.reports_to_id = _reports_to(work.reports_to, account, own=None)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise ContactRefused(f"{found} works at {customer} already. Nothing was changed.") from None
    told = {"contact": found.trail, "title": made.title, "function": made.function}
    audit.record(by=by, at=at, verb="relationship.place", target=made.trail, after=told)
    return made


@transaction.atomic
def change_work(*, position: int, work: Work, by: Actor, at: datetime, version: int | None) -> Position:
    """Correct a contact's title, function or whom they report to; nobody reports to themselves by any way round."""
    found = seen_position(position, by)
    wanted = {"title": " ".join(work.title.split())[:120], "function": _function(work.function)}
    above = _reports_to(work.reports_to, found.account_id, own=found.pk)
    before = versions.save(found, expected=version, **wanted, reports_to_id=above)
    after = {**wanted, "reports_to_id": above}
    audit.record(by=by, at=at, verb="relationship.place", target=found.trail, before=before, after=after)
    return found


@transaction.atomic
def leave(*, position: int, by: Actor, at: datetime, on: date | None = None, version: int | None = None) -> Position:
    """A contact leaves an account on a day; what they said stays, whoever reported to them reports to nobody for now."""
    found = seen_position(position, by)
    day = on or at.date()
    if found.holds_until:
        raise ContactRefused("They have left already. Nothing was changed.")
    if day < found.holds_from:
        raise ContactRefused("They cannot leave before they came: mend the day. Nothing was changed.")
    versions.save(found, expected=version, holds_until=day)
    Position.objects.filter(reports_to=found).update(reports_to=None)
    told = {"contact": f"contact:{found.contact_id}", "on": day.isoformat()}
    audit.record(by=by, at=at, verb="relationship.leave", target=found.trail, after=told)
    return found


@transaction.atomic
def merge(*, double: int, into: int, by: Actor, at: datetime) -> Contact:
    """One person was entered twice: what hangs on the double hangs on the other from now on, and the double is gone.

    Where both work at one account the double's position ends there. Objections are kept.
    """
    if double == into:
        raise ContactRefused("These are one and the same already. Nothing was changed.")
    gone, stays = seen_contact(double, by), seen_contact(into, by)
    _whole(gone, by)
    at_both = Position.objects.filter(contact=stays, holds_until=None).values("account")
    Position.objects.filter(contact=gone, holds_until=None, account__in=at_both).update(holds_until=at.date())
    for model in (Position, Touch, Statement):
        model._default_manager.filter(contact=gone).update(contact=stays)
    _unless_there(Invitation, gone, stays, ("wave", "account"))
    _unless_there(Response, gone, stays, ("wave", "account"))
    _unless_there(Acquaintance, gone, stays, ("person",))
    filled = {
        name: getattr(gone, name) for name in ("email", "phone") if getattr(gone, name) and not getattr(stays, name)
    }
    if gone.objected_at and not stays.objected_at:
        filled["objected_at"] = gone.objected_at
    links.revoke(holder=gone.trail, at=at)
    name, number = gone.name, gone.pk
    gone.delete()
    if filled:
        versions.save(stays, expected=None, **filled)
    audit.record(by=by, at=at, verb="relationship.merge_contacts", target=stays.trail, after={"double": number, "name": name})  # fmt: skip
    return stays


def seen_contact(number: int, by: Actor) -> Contact:
    """A contact who works, or worked, at an account the actor may see. Raises Missing else."""
    here = Position.objects.filter(may_see(by.person), contact=number)
    found = Contact.objects.filter(pk=number, pk__in=here.values("contact")).first()
    if found is None:
        raise Missing("There is no such contact, or you may not see it.")
    return found


def seen_position(number: int, by: Actor) -> Position:
    """A position at an account the actor may see. Raises Missing else."""
    found = Position.objects.select_related("contact", "account").filter(may_see(by.person), pk=number).first()
    if found is None:
        raise Missing("There is no such contact, or you may not see it.")
    return found


def sound(who: Who) -> Who:
    """The same on one line each, checked. Raises ContactRefused."""
    name, email, phone = " ".join(who.name.split()), who.email.strip(), " ".join(who.phone.split())
    if not name or len(name) > 120:
        raise ContactRefused("A contact needs a name of at most 120 letters. Nothing was changed.")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise ContactRefused(f"“{email[:80]}” is no e-mail address. Nothing was changed.") from None
    if len(phone) > 40:
        raise ContactRefused("A phone number has at most 40 signs. Nothing was changed.")
    if who.language not in Contact.Language.values:
        raise ContactRefused(
            f"“{who.language}” is no language of ours: {', '.join(Contact.Language.values)}. Nothing was changed."
        )
    return Who(name, email, phone, who.language)


def by_address(email: str, by: Actor) -> Contact | None:
    """The contact of an address, in whatever letters it is written, whom the actor may see.

    One whom they may not see is left alone: a double tells nobody who works where, and somebody who sees both merges it.
    """
    here = Position.objects.filter(may_see(by.person)).values("contact")
    return Contact.objects.filter(email__iexact=email, pk__in=here).order_by("pk").first() if email else None


def _mine_or_new(number: int, by: Actor) -> Contact:
    """A contact the actor may see, or one that has no position yet since it was just added."""
    fresh = Contact.objects.filter(pk=number).exclude(pk__in=Position.objects.values("contact")).first()
    return fresh or seen_contact(number, by)


def _whole(gone: Contact, by: Actor) -> None:
    """A double can only be merged by somebody who sees everything that hangs on it."""
    hidden = Position.objects.filter(contact=gone).exclude(may_see(by.person))
    if hidden.exists():
        raise ContactRefused(
            "The double also works at an account you may not see: ask somebody who sees both. Nothing was changed."
        )


def _unless_there(model: type, gone: Contact, stays: Contact, one: tuple[str, ...]) -> None:
    """Hang a double's rows on the other, except where the other has one of the same kind already: that one counts."""
    there = set(model._default_manager.filter(contact=stays).values_list(*one))  # type: ignore[attr-defined]
    for row in model._default_manager.filter(contact=gone).values_list("pk", *one):  # type: ignore[attr-defined]
        rows = model._default_manager.filter(pk=row[0])  # type: ignore[attr-defined]
        rows.delete() if tuple(row[1:]) in there else rows.update(contact=stays)


def _function(word: str) -> str:
    if word not in Position.Function.values:
        raise ContactRefused(
            f"“{word}” is no function: say {', '.join(Position.Function.values)}. Nothing was changed."
        )
    return word


def _reports_to(number: int | None, account: int, *, own: int | None) -> int | None:
    """The position above, at the same account and held today, whose own line does not lead back here."""
    if number is None:
        return None
    above = dict(Position.objects.filter(account=account, holds_until=None).values_list("pk", "reports_to_id"))
    if number not in above:
        raise ContactRefused("They can only report to somebody who works at the same account. Nothing was changed.")
    place: int | None = number
    while place is not None:
        if place == own:
            raise ContactRefused("That would make them report to themselves. Nothing was changed.")
        place = above.get(place)
    return number
