"""The four levels as the figure of the text has them: how the customer responds, and the work that lifts to the next one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of the figure: its name, the customer's response, and the work to run with an account that stands there."""

    level: int
    name: str | Promise
    price: str | Promise
    loyalty: str | Promise
    stages: str | Promise
    work: str | Promise


# From the top. Which of the figure's stages belongs to which of levels 3 and 4 is our reading, see docs/process.
RUNGS = (
    Rung(
        4, _("Partner"), _("low price sensitivity"), _("high loyalty"), _("Stage 4, full process"),
        _("Plan ahead together, create new value, renew every year."),
    ),
    Rung(
        3, _("Value-add"), _("less price sensitivity"), _("some loyalty"), _("Stages 2 and 3"),
        _("Agree a joint plan; deliver it and prove its value."),
    ),
    Rung(
        2, _("Product provider"), _("high price sensitivity"), _("low loyalty"), _("Stage 1"),
        _("Understand the customer’s aims and support some of them."),
    ),
    Rung(
        1, _("Commodity"), _("high price sensitivity"), _("no loyalty"), _("Differentiate"),
        _("Add benefits to the product."),
    ),
)  # fmt: skip
NAMES = {rung.level: rung.name for rung in RUNGS}
