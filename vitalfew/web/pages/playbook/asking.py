"""Going to their people: a statement put to a contact by a signed link, and a conversation noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitalfew.brief.account import chips
from vitalfew.ground import clock
from vitalfew.ledger.visibility import let_see
from vitalfew.playbook.kinds import KINDS
from vitalfew.relationship.evidence import listing, noting, statements
from vitalfew.relationship.evidence.listing import EvidenceShown, StatementShown, Wanted
from vitalfew.relationship.evidence.statements import Asked
from vitalfew.relationship.people import noting as talks
from vitalfew.relationship.people.contacts import ContactRefused
from vitalfew.relationship.people.map import ContactShown, people_map
from vitalfew.relationship.survey.wording import words as letter
from vitalfew.web.doorway import Request, actor

# What may be put to a contact, and which evidence of ours says it already.
ASKED = {
    "reason_to_buy": "reason_to_buy",
    "aim": "aim",
    "plan_confirmed": "objective",
    "value_confirmed": "value_item",
    "early_invitation": "",
    "reference_given": "",
    "referral_given": "",
}
OFFERED = 8


@dataclass(frozen=True, slots=True)
class Fresh:
    """A statement just put to a contact: its link, shown once, and a letter that carries it ("" without an address)."""

    name: str
    link: str
    letter: str
    until: date


@require_http_methods(["GET", "HEAD", "POST"])
def ask_contact(request: Request, account: int) -> HttpResponse:
    """The form that puts a statement to a contact; a POST shows the link in the answer itself, since it is kept nowhere."""
    if request.method != "POST":
        return _page(request, account, kind=request.GET.get("kind", ""))
    let_see(account, request.user)
    said = request.POST
    noting.own_kind(said.get("kind", ""))
    made = statements.ask(
        account=account, contact=_number(said.get("contact", "")), words=said.get("words", ""), kind=said.get("kind", ""),
        by=actor(request), at=clock.now(),
    )  # fmt: skip
    return _page(request, account, kind=made.statement.kind, fresh=_fresh(request, made))


@require_POST
def take_question_back(request: Request, account: int, number: int) -> HttpResponse:
    """Take a statement back that nobody has answered."""
    let_see(account, request.user)
    statements.withdraw(number=number, by=actor(request), at=clock.now())
    messages.success(request, _("The question is taken back; its link opens nothing any more."))
    return redirect("process", account=account)


@require_http_methods(["GET", "HEAD", "POST"])
def note_talk(request: Request, account: int) -> HttpResponse:
    """A conversation with one of their people: the form, and noting it."""
    if request.method != "POST":
        people = _people(request, account)
        known = {"account": account, "chip": chips([account], request.user)[account], "people": people, "today": clock.now().date(), "kinds": _kinds()}  # fmt: skip
        return render(request, "playbook/talk.html", known)
    let_see(account, request.user)
    said = request.POST
    contact = _number(said.get("contact", ""))
    talks.touch(
        account=account, on=_day(said.get("on", "")), kind=said.get("kind", ""), contact=contact or None, by=actor(request), at=clock.now()
    )  # fmt: skip
    messages.success(request, _("Noted. Silence is counted from that day on."))
    return redirect("process", account=account)


def _page(request: Request, account: int, *, kind: str, fresh: Fresh | None = None) -> HttpResponse:
    kind = kind if kind in ASKED else "aim"
    people, ours = _people(request, account), _ours(request, account, kind)
    known = {
        "account": account, "chip": chips([account], request.user)[account], "people": [one for one in people if not one.objected],
        "fresh": fresh, "kind": kind, "kinds": [(one, str(KINDS[one].label)) for one in ASKED], "ours": ours,
        "words": "" if fresh else _beginning(kind, ours), "asked": _asked(request, account),
    }  # fmt: skip
    return render(request, "playbook/ask.html", known)


def _people(request: Request, account: int) -> tuple[ContactShown, ...]:
    return people_map(account=account, by=actor(request), today=clock.now().date()).contacts


def _ours(request: Request, account: int, kind: str) -> tuple[EvidenceShown, ...]:
    """What we have on record already of what is to be confirmed."""
    if not ASKED[kind]:
        return ()
    wanted = Wanted(kind=ASKED[kind], side="ours")
    page = listing.evidence_of(
        account=account, person=request.user, wanted=wanted, today=clock.now().date(), size=OFFERED
    )  # fmt: skip
    return page.rows


def _asked(request: Request, account: int) -> tuple[StatementShown, ...]:
    return listing.statements_of(account=account, person=request.user).rows


def _beginning(kind: str, ours: tuple[EvidenceShown, ...]) -> str:
    """The words the form begins with: what we have on record; of a plan all of it."""
    said = [one.words for one in ours if one.words]
    return "\n".join(f"· {one}" for one in said) if kind == "plan_confirmed" else "".join(said[:1])


def _fresh(request: Request, made: Asked) -> Fresh:
    contact, place = made.statement.contact, reverse("confirm", args=(made.token,))
    ours = settings.VITALFEW_ADDRESS.rstrip("/")
    link = f"{ours}{place}" if ours else request.build_absolute_uri(place)
    said = letter(contact.language)
    mail = (
        f"mailto:{quote(contact.email)}?subject={quote(said['ask_title'])}&body={quote(link)}" if contact.email else ""
    )
    return Fresh(contact.name, link, mail, made.statement.until)


def _kinds() -> tuple[tuple[str, str], ...]:
    names = {"call": _("a call"), "meeting": _("a meeting"), "visit": _("a visit"), "mail": _("mail"), "other": _("another way")}  # fmt: skip
    return tuple((kind, names[kind]) for kind in talks.KINDS)


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise ContactRefused(_("Write the day as year-month-day. Nothing was noted.")) from None
