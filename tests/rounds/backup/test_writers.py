"""A backup made while others import, undo, refresh and edit is one moment: nothing in it contradicts anything else."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.rounds.backup.installation import fresh
from tests.sales import monthly, write

BACKUPS = 3
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tests.ledger.ledgers import csv_of, take, undo
from tests.sales import monthly
from vitalfew.rounds import refresh
from vitalfew.trust import people
from vitalfew.trust.actors import operator
folder, number = Path(sys.argv[1]), 0
now = lambda: datetime.now(UTC)
while not (folder / "stop").exists():
    number += 1
    path = folder / f"w{number}.csv"
    path.write_text(csv_of([(f"W{number}-{n // 3}", "2025-07-01", f"C{n % 40}", f"I{n % 9}", 1, f"{number + n}.00") for n in range(3000)]))
    report = take(path)
    people.add_person(email=f"p{number}@example.org", name=f"P {number}", role="viewer", by=operator(), at=now())
    if number % 3 == 0:
        undo(report.batch - 1)
    if number % 4 == 0:
        refresh.refresh(by=operator(), at=now())
    print(number, flush=True)
"""
CONTRADICTIONS = """
import json
import pyarrow.parquet as pq
from django.conf import settings
from vitalfew.ledger import batches
from vitalfew.ledger.models import AccountTotals, Batch, Run
from vitalfew.trust import files
from vitalfew.trust.models import AuditEntry, Person, StoredFile
said = lambda verb: AuditEntry.objects.filter(verb=verb).count()
wrong = []
for batch in Batch.objects.all():
    rows = sum(pq.read_metadata(path).num_rows for path in batches.part_paths([batch]))
    if rows != batch.lines: wrong.append(f"batch {batch.number}: {rows} rows for {batch.lines} lines")
for row in StoredFile.objects.all():
    if files.digest_of(files.path_of(row)) != row.digest: wrong.append(row.digest)
if Batch.objects.count() != said("ledger.import"): wrong.append("imports")
if Batch.objects.exclude(undone_at=None).count() != said("ledger.undo_batch"): wrong.append("undone")
if Person.objects.count() != said("trust.add_person"): wrong.append("people")
if Run.objects.exclude(shown_at=None).count() not in (said("rounds.refresh"), said("rounds.refresh") + 1): wrong.append("runs")
stray = {p.name for p in (settings.VITALFEW_HOME / "ledger" / "parts").iterdir()} - batches.named_files()
print(json.dumps({"wrong": wrong, "stray": len(stray), "batches": Batch.objects.count()}))
"""


def test_backups_beneath_writers_are_each_one_moment(tmp_path):
    firm = fresh(tmp_path)
    firm.do("import", write(tmp_path / "first.csv", monthly()))
    found = []
    with subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{WRITER}", str(tmp_path)],
        env=firm.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as writer:  # fmt: skip
        try:
            for number in range(BACKUPS):
                assert writer.stdout.readline(), writer.stderr.read()
                firm.do("backup", tmp_path / f"{number}.vfb")
                assert writer.poll() is None, "it wrote all the while"
        finally:
            (tmp_path / "stop").touch()
        rounds = len(writer.communicate()[0].splitlines())
        assert writer.returncode == 0
    for number in range(BACKUPS):
        firm.do("restore", tmp_path / f"{number}.vfb")
        told = json.loads(firm.script(CONTRADICTIONS))
        assert (told["wrong"], told["stray"]) == ([], 0)
        assert "are whole" in firm.do("audit", "verify")
        found.append(told["batches"])
    assert found == sorted(found) and rounds > 0
