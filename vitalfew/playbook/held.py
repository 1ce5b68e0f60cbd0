"""What the playbook holds on people: in whose words accounts moved, and on what evidence."""

from __future__ import annotations

from vitalfew.trust.register import Held, Kind, held

HELD: tuple[Held, ...] = (
    held("playbook.StageMove", Kind.WORDS, "words", "pieces"),
    held("playbook.StageMove", Kind.SIGNATURE, "by"),
    held("playbook.StageMove", Kind.THING, "kind", "trigger", "occurrence"),
    held("playbook.OwnPlay", Kind.THING, "name", "changed"),
    held("playbook.OwnPlay", Kind.WORDS, "text"),
    held("playbook.OwnPlay", Kind.SIGNATURE, "made_by", "ended_by"),
    held("playbook.PlayRun", Kind.THING, "play", "title", "steps", "done", "changed"),
    held("playbook.PlayRun", Kind.WORDS, "reasons", "outcome"),
    held("playbook.PlayRun", Kind.SIGNATURE, "started_by", "ended_by"),
)
