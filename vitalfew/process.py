"""The eight steps of key account management in order, as data: name, question, page, docs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the process; `page` is the route that answers its question, empty until that page exists."""

    name: str
    question: str
    page: str
    docs: str


STEPS = (
    Step("ledger", "What did each customer buy?", "import", "docs/process/01-ledger.md"),
    Step("selection", "Which customers are key, and who leads them?", "portfolio", "docs/process/02-selection.md"),
    Step("relationship", "How do they see us?", "ladder", "docs/process/03-relationship.md"),
    Step("playbook", "What does their stage call for?", "playbook", "docs/process/04-playbook.md"),
    Step("mainlink", "What do they need from us now?", "", ""),
    Step("plan", "What have we agreed to do together?", "", ""),
    Step("growth", "What will they buy next, and who is like them?", "", ""),
    Step("proof", "Is it working?", "", ""),
)
