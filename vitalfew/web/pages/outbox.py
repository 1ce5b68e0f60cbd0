"""The Outbox page: mail that waits or is stuck, with the mail server's words; try again, or drop."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from vitalfew.ground import clock
from vitalfew.trust.post import outbox
from vitalfew.web.doorway import Request, actor


@require_safe
def outbox_page(request: Request) -> HttpResponse:
    """What is stuck, what waits and what was sent in the last week; no mail's text."""
    found = outbox.outbox(by=actor(request), at=clock.now())
    left_out = {name: count - len(getattr(found, name)) for name, count in found.counts.items()}
    return render(request, "outbox/outbox.html", {"outbox": found, "left_out": left_out})


@require_POST
def retry_stuck(request: Request) -> HttpResponse:
    """Have every stuck mail tried again."""
    count = outbox.retry_stuck(by=actor(request), at=clock.now())
    told = ngettext("One mail is tried again.", "%(count)s mails are tried again.", count) % {"count": count}
    messages.success(request, told if count else _("No mail is stuck."))
    return redirect("outbox")


@require_POST
def retry_mail(request: Request, number: int) -> HttpResponse:
    """Have one mail tried at once."""
    mail = outbox.retry_mail(number=number, by=actor(request), at=clock.now())
    messages.success(request, _("The mail to %(to)s is tried again.") % {"to": mail.to})
    return redirect("outbox")


@require_POST
def drop_mail(request: Request, number: int) -> HttpResponse:
    """Take one mail out."""
    mail = outbox.drop_mail(number=number, by=actor(request), at=clock.now())
    messages.success(request, _("The mail to %(to)s is dropped: it will never be sent.") % {"to": mail.to})
    return redirect("outbox")
