"""The stages are complete, and the gap between stage and level is what the figure says."""

from __future__ import annotations

import pytest

from vitalfew.playbook import gates, kinds, stages, triggers


def test_stages_are_numbered_as_they_follow_and_each_but_the_last_has_a_gate():
    assert [stage.number for stage in stages.STAGES] == list(range(6))
    assert [stage.word for stage in stages.STAGES] == [
        "differentiate",
        "understand",
        "plan",
        "deliver",
        "partner",
        "full",
    ]
    assert sorted(gates.GATES) == list(range(5))
    assert all(stage.purpose and stage.activities and stage.deliverables for stage in stages.STAGES)


def test_every_gate_asks_for_one_thing_of_the_customer():
    assert [[item.side for item in gate].count("customer") for gate in gates.GATES.values()] == [1] * 5


def test_every_kind_that_is_read_has_words():
    read = {kind for gate in gates.GATES.values() for item in gate for kind in item.kinds}
    read |= set(triggers.TRIGGERS) | {kind for stage in stages.STAGES for kind in stage.supports}
    assert read - set(kinds.KINDS) == set()


@pytest.mark.parametrize(
    ("level", "gaps"),
    [
        (1, "in step,ahead,ahead,ahead,ahead,ahead"), (2, "behind,in step,ahead,ahead,ahead,ahead"),
        (3, "behind,behind,in step,in step,ahead,ahead"), (4, "behind,behind,behind,behind,in step,in step"),
        (None, ",".join(["cannot say"] * 6)),
    ],
)  # fmt: skip
def test_the_gap_is_between_the_work_a_level_calls_for_and_the_stage(level, gaps):
    assert [stages.gap(stage=stage, level=level) for stage in range(6)] == gaps.split(",")
