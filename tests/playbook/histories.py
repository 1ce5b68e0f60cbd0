"""The playbook told once more in plain words, beside the product's own: what opens a gate, what makes an account fall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any


@dataclass
class Fact:
    """One piece of evidence as it was recorded."""

    number: int
    kind: str
    side: str
    words: str
    source: str
    first: date
    until: date | None
    value: Any = None
    withdrawn: bool = False

    def holds(self, day: date) -> bool:
        return not self.withdrawn and self.first <= day and (self.until is None or self.until > day)


@dataclass
class Oracle:
    """What ought to be: the facts, the stage, and for each stage the last time its gate was passed, with what it stood on."""

    key_since: date
    today: date
    functions: set[str] = field(default_factory=set)
    spoken: date | None = None
    facts: list[Fact] = field(default_factory=list)
    stage: int = 0
    passed: dict[int, tuple[date, dict[str, list[Fact]]]] = field(default_factory=dict)
    counted: set[tuple[str, str]] = field(default_factory=set)

    def may_pass(self) -> bool:
        if self.stage == 5:
            return False
        items = self.items(self.stage, self.held(self.today), self.today)
        theirs = items.get("customer")
        return all(one is not None for one in items.values()) and bool(theirs) and not list(self.falls(self.stage + 1))

    def go_on(self) -> None:
        items = self.items(self.stage, self.held(self.today), self.today)
        self.passed[self.stage] = (self.today, {name: list(found or ()) for name, found in items.items()})
        self.stage += 1

    def held(self, day: date) -> list[Fact]:
        return [fact for fact in self.facts if fact.holds(day)]

    def items(self, stage: int, held: list[Fact], day: date) -> dict[str, list[Fact] | None]:
        """Each thing that a gate wants with what it stands on; None where it is not there."""

        def ours(kind: str, wanted: int) -> list[Fact] | None:
            found = [fact for fact in held if fact.kind == kind and fact.side == "ours"]
            return found if len({fact.words for fact in found}) >= wanted else None

        def any_side(kind: str, wanted: int, days: int = 10_000) -> list[Fact] | None:
            found = [
                fact for fact in held
                if fact.kind == kind and fact.side != "behaviour" and (day - fact.first).days < days
            ]  # fmt: skip
            return found if len(found) >= wanted else None

        def theirs(*kinds: str, sentence: int = 9, decider: bool = False) -> list[Fact] | None:
            found = []
            for fact in held:
                if fact.side != "customer":
                    continue
                if fact.kind == "level_sentence":
                    chose = fact.value["answer"] >= sentence and (fact.value["part"] == "decides" or not decider)
                    found += [fact] if chose else []
                elif fact.kind in kinds:
                    found.append(fact)
            return found or None

        if stage == 0:
            return {"a": ours("reason_to_buy", 2), "customer": theirs("reason_to_buy", sentence=2)}
        if stage == 1:
            people: list[Fact] | None = [] if len(self.functions) >= 3 else None
            return {"a": ours("aim", 3), "b": people, "c": ours("aim_supported", 1), "customer": theirs("aim")}
        if stage == 2:
            return {
                "a": ours("objective", 2), "b": any_side("actions_owned", 1), "c": any_side("whitespace_reviewed", 1, 365),
                "customer": theirs("plan_confirmed"),
            }  # fmt: skip
        if stage == 3:
            made = [fact for fact in held if fact.kind.startswith("promise_") and (day - fact.first).days < 182]
            kept = [fact for fact in made if fact.kind == "promise_kept"]
            issue = any(fact.kind == "critical_issue" for fact in held)
            return {
                "a": kept if len(made) >= 3 and len(kept) / len(made) >= 0.8 else None, "b": ours("value_item", 2),
                "c": None if issue else [], "customer": theirs("value_confirmed", sentence=3, decider=True),
            }  # fmt: skip
        told = theirs("early_invitation", "reference_given", "referral_given", sentence=4, decider=True)
        return {"a": any_side("joint_plan_cycle", 2), "b": any_side("executive_meeting", 2, 365), "customer": told}

    def falls(self, stage: int) -> Iterator[tuple[date, str, str]]:
        """What makes an account in a stage fall today: since when, what, which occurrence."""
        held = self.held(self.today)
        if stage >= 1:
            since = max(self.key_since, self.spoken or self.key_since)
            if (self.today - since).days > 90:
                yield since + timedelta(days=1), "silence", since.isoformat()
        lasting = {2: ("plan_untouched",), 3: ("critical_issue", "volume_outside_band"), 4: ()}
        passing = {2: ("champion_left",), 3: (), 4: ("tender", "sponsor_left")}
        for number in range(2, min(stage, 4) + 1):
            for fact in held:
                fresh = (self.today - fact.first).days < 90
                if fact.kind in lasting[number] or (fact.kind in passing[number] and fresh):
                    yield fact.first, fact.kind, f"{fact.source}@{fact.first}"
        made = [fact for fact in held if fact.kind.startswith("promise_") and (self.today - fact.first).days < 91]
        missed = [fact for fact in made if fact.kind != "promise_kept"]
        if stage >= 3 and len(made) >= 3 and (len(made) - len(missed)) / len(made) < 0.6:
            newest = max(fact.first for fact in missed)
            yield min(fact.first for fact in missed), "promises_missed", f"{newest.year}-Q{(newest.month - 1) // 3 + 1}"

    def judge(self) -> None:
        """Fall as far as it must."""
        while self.stage and (self._unfounded() or self._fallen()):
            pass

    def _fallen(self) -> bool:
        for _day, kind, key in sorted(self.falls(self.stage)):
            if (kind, key) not in self.counted:
                self.counted.add((kind, key))
                self.stage -= 1
                return True
        return False

    def _unfounded(self) -> bool:
        for stage in range(self.stage):
            day, stood = self.passed[stage]
            for name, found in stood.items():
                if not any(fact.withdrawn for fact in found):
                    continue
                left = [fact for fact in found if not fact.withdrawn]
                left += [fact for fact in self.held(day) if fact not in left]
                if self.items(stage, left, day)[name] is None:
                    self.stage = stage
                    return True
        return False
