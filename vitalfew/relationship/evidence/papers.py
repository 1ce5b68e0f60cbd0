"""Papers behind evidence: a file that one of us keeps with what they note, and whoever may read the evidence can open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.evidence.recording import EvidenceRefused
from vitalfew.relationship.models import Evidence
from vitalfew.trust import files
from vitalfew.trust.models import Person, StoredFile

SOURCE = "file:"
MOST_BYTES = 20 << 20


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it came: where its bytes lie for now, and what its owner called it."""

    path: Path
    name: str


def keep(paper: Paper, *, at: datetime) -> str:
    """Keep a paper and name it as a source ("file:7"); call it inside the operation that notes the evidence."""
    size = paper.path.stat().st_size
    if not 0 < size <= MOST_BYTES:
        raise EvidenceRefused(
            f"{files.shown_name(paper.name)} is empty or larger than {MOST_BYTES >> 20} MB. Nothing was recorded."
        )
    digest = files.digest_of(paper.path)
    files.place(paper.path, digest=digest)
    return f"{SOURCE}{files.known(digest=digest, name=paper.name, size=size, at=at).pk}"


def paper_of(*, evidence: int, person: Person | None) -> tuple[Path, str]:
    """Where the file behind a piece of evidence lies, and its name. Raises Missing without one, or for hidden evidence."""
    found = Evidence.objects.filter(may_see(person), pk=evidence, source__startswith=SOURCE).first()
    number = found.source.removeprefix(SOURCE).split(" ")[0] if found else ""
    kept = StoredFile.objects.filter(pk=number).first() if number.isdigit() else None
    if kept is None:
        raise Missing("There is no such file, or you may not see it.")
    return files.path_of(kept), kept.name
