"""One's own page in words: what one may do, and which device a browser says it runs on."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitalfew.trust.rights import Right

_MAY = {
    Right.READ: gettext_lazy("read the pages of the accounts you see"),
    Right.WORK: gettext_lazy("note, answer and promise on them"),
    Right.REVIEW: gettext_lazy("say whether an account should stay key"),
    Right.SELECT: gettext_lazy("designate and release key accounts, give them their people, plan hours"),
    Right.LEDGER: gettext_lazy("import, merge and refresh"),
    Right.SETTINGS: gettext_lazy("set the thresholds that numbers depend on"),
    Right.PEOPLE: gettext_lazy("add people, change their roles and teams, let them in"),
    Right.AUDIT: gettext_lazy("read the whole audit trail and see mail that is stuck"),
    Right.PRIVACY: gettext_lazy("export or erase what is held on a person"),
    Right.MARGIN: gettext_lazy("see margins and costs"),
    Right.OPINIONS: gettext_lazy("read opinions about people"),
}
# The first that the browser names counts: Edge and Opera call themselves Chrome too, Chrome calls itself Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def may(rights: Collection[Right]) -> list[str]:
    """What these rights let one do, in words."""
    return [str(words) for right, words in _MAY.items() if right in rights]


def device(agent: str) -> str:
    """Such as "Firefox on Windows", from what a browser says of itself."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or agent[:60] or _("Unknown device")
