"""Small backups for tests of the format: written by the product, or by hand where the product would refuse."""

from __future__ import annotations

import hashlib
import io
import json
import random
from datetime import UTC, datetime
from pathlib import Path

from vitalfew.rounds.backup import archive, layout
from vitalfew.rounds.backup.layout import Seal
from vitalfew.rounds.backup.manifest import Manifest

DIGEST = hashlib.sha256(b"a file").hexdigest()
CONTENTS = {
    layout.SQLITE: random.Random(7).randbytes(2_304),
    "secret.key": b"s" * 86,
    "audit.key": b"a" * 86,
    layout.part_name("0123456789abcdef01234567.parquet"): b"PAR1" * 200,
    layout.file_name(DIGEST): b"a file",
    "plays/see-the-plant.toml": b"title = 'See the plant'",
    layout.HEAD: b'{"number": 1, "chain": "00"}',
}
TOLD = Manifest(
    product="0.1.0",
    made_at=datetime(2026, 2, 1, 9, tzinfo=UTC),
    made_by="operator",
    database="sqlite",
    migrations=("trust.0001_initial",),
    counts={"people": 1},
)


def written(path: Path, told: Manifest = TOLD) -> Path:
    """A backup of `CONTENTS`."""
    with path.open("wb") as out:
        writer = archive.Writer(out, version="0.1.0")
        for name, content in CONTENTS.items():
            writer.add(name, io.BytesIO(content), len(content))
        writer.close(told)
    return path


def forged(path: Path, contents: dict[str, bytes], **changes: object) -> Path:
    """A backup with every digest and its seal in order, and whatever names or words somebody wished to put in."""
    pieces = [layout.mark("0.1.0")]
    for name, content in contents.items():
        pieces += [layout.header(name, len(content)), content, layout.padding(len(content))]
    members = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
    ]
    told = {
        "format": 1, "product": "0.1.0", "made_at": "2026-02-01T09:00:00+00:00", "made_by": "operator", "database": "sqlite", "schema": "",
        "migrations": ["trust.0001_initial"], "counts": {}, "lost": [], "members": members,
    } | changes  # fmt: skip
    words = json.dumps(told).encode()
    pieces.append(layout.header(layout.MANIFEST, len(words)))
    at = sum(map(len, pieces))
    pieces += [words, layout.padding(len(words))]
    whole = b"".join(pieces)
    sums = (hashlib.sha256(words).hexdigest(), hashlib.sha256(whole).hexdigest())
    path.write_bytes(whole + layout.seal(Seal(at, len(words), *sums)))
    return path
