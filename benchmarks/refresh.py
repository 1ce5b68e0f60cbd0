"""The whole refresh: seconds by stage and peak memory, each size in a process and a data folder of its own.

Two people at a third of the accounts have answered the survey. Apart stands what the ledger and selection take alone.

python -m benchmarks.refresh 1000000 25000000
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from benchmarks import synthetic

ROOT, RESULTS = Path(__file__).parent.parent, Path(__file__).parent / "results"
CUSTOMERS = {1_000_000: 6_000, 25_000_000: 3_000}  # design: 6,000 customers at 1 M lines, 3,000 above
BUDGET = {1_000_000: (5, 40, 1.5), 25_000_000: (15, 60, 4.0)}  # seconds for ledger and selection, for all; GiB
RELATIONSHIP = ("What they pay, and how they answer prices", "What their orders show", "How they see us")


def prepare(lines: int, home: Path) -> None:
    """A data folder as after an import: parts, the batch that names them, customers and products."""
    from django.core.management import call_command
    from django.utils import timezone

    from vitalfew.ledger.models import Batch, Customer, Product
    from vitalfew.trust.models import StoredFile

    call_command("migrate", verbosity=0)
    accounts = CUSTOMERS.get(lines, 3_000)
    parts = synthetic.write_parts(home / "ledger" / "parts", lines=lines, accounts=accounts)
    now = timezone.now()
    Customer.objects.bulk_create(
        [Customer(id=code, key=f"C{code}", name=f"Customer {code}") for code in range(1, accounts + 1)],
        batch_size=2_000,
    )
    Product.objects.bulk_create(
        [Product(id=code, key=f"P{code}") for code in range(1, synthetic.ITEMS + 1)], batch_size=2_000
    )
    Batch.objects.create(
        number=1,
        kind=Batch.Kind.SALES,
        file=StoredFile.objects.create(digest=synthetic.digest(parts), name="synthetic", size=0, stored_at=now),
        file_name="synthetic",
        accepted_at=now,
        accepted_by="benchmark",
        parts=[part.name for part in parts],
        first_day=synthetic.FIRST_DAY,
        last_day=synthetic.AS_OF,
        lines=lines,
        report={"currencies": {"GBP": lines}},
    )
    answers(accounts)


def answers(accounts: int) -> None:
    """Forms of two people at every third account, as its trait lets expect."""
    import numpy as np
    from django.utils import timezone

    from vitalfew.relationship.level.answered import PARTS, QUESTIONS
    from vitalfew.relationship.models import Contact, Response

    rng, now, asked = np.random.default_rng(1), timezone.now(), range(3, accounts + 1, 3)
    people = Contact.objects.bulk_create(
        [Contact(name=f"Contact {n}", added_at=now, added_by="benchmark") for n in range(2 * len(asked))],
        batch_size=2_000,
    )
    trait, forms = np.repeat(rng.standard_normal(len(asked)), 2), []
    for place, contact in enumerate(people):
        felt = trait[place] + 0.5 * rng.standard_normal(len(QUESTIONS))
        steps = [
            int(np.searchsorted(np.linspace(-1.5, 1.5, len(one.steps)), at))
            for one, at in zip(QUESTIONS, felt, strict=True)
        ]
        said = [len(one.steps) - step if one.falls else step for one, step in zip(QUESTIONS, steps, strict=True)]
        told = {
            one.name: int(one.steps[step - 1]) if step else int(one.steps[0]) - 1
            for one, step in zip(QUESTIONS, said, strict=True)
        }
        forms.append(
            Response(
                account_id=asked[place // 2],
                contact=contact,
                way="file",
                part=PARTS[place % 3],
                answers=told,
                answered_on=synthetic.AS_OF,
                answered_at=now,
            )
        )
    Response.objects.bulk_create(forms, batch_size=2_000)


def run() -> dict[str, object]:
    """One refresh in this process: seconds by stage, CPU, peak memory."""
    from vitalfew.ground import clock
    from vitalfew.rounds.refresh import refresh
    from vitalfew.trust.actors import operator

    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    stages = [("", time.perf_counter())]
    cpu = time.process_time()
    report = refresh(
        by=operator(),
        at=clock.now(),
        as_of=synthetic.AS_OF,
        progress=lambda stage, done: stages.append((stage, time.perf_counter())),
    )
    spans = {stage or "Before": after - at for (stage, at), (_, after) in pairwise(stages)}
    return {
        "lines": report.lines,
        "accounts": report.accounts,
        "wall_s": stages[-1][1] - stages[0][1],
        "cpu_s": time.process_time() - cpu,
        "idle_gib": idle,
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "stages_s": spans,
    }


def measure(lines: int) -> dict[str, object]:
    """One size: prepared in one process, refreshed twice in two more, the second of them warm."""
    with TemporaryDirectory(prefix="vitalfew-bench-") as home:
        _child("prepare", lines, home)
        runs = [_child("run", lines, home) for _ in range(2)]
    part, whole, memory = BUDGET.get(lines, (None, None, None))
    for word, found in zip(("first", "again"), runs, strict=True):
        stages = ", ".join(f"{stage} {span:.2f}" for stage, span in found["stages_s"].items())
        alone = found["wall_s"] - sum(found["stages_s"][stage] for stage in RELATIONSHIP)
        print(
            f"{lines:>11,} lines, {word}: {found['wall_s']:.2f} s (budget {whole}), ledger and selection {alone:.2f} s (budget {part}), CPU {found['cpu_s']:.2f} s, peak {found['peak_gib']:.2f} GiB (budget {memory}); {stages}",
            flush=True,
        )
    return {"lines": lines, "runs": runs}


def _child(role: str, lines: int, home: str) -> dict[str, object]:
    environment = {
        **os.environ,
        "VITALFEW_HOME": home,
        "DJANGO_SETTINGS_MODULE": "vitalfew.config.settings",
        "OPENBLAS_NUM_THREADS": "1",
    }
    words = [sys.executable, "-m", "benchmarks.refresh", "--as", role, str(lines)]
    done = subprocess.run(words, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout or "{}")


def main() -> None:
    """Print a row for each run and keep the figures under benchmarks/results/."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("sizes", nargs="*", type=int, default=tuple(BUDGET), metavar="LINES")
    asked.add_argument("--as", dest="role", choices=("prepare", "run"), help=argparse.SUPPRESS)
    words = asked.parse_args()
    if words.role:
        django.setup()
    if words.role == "prepare":
        prepare(words.sizes[0], Path(os.environ["VITALFEW_HOME"]))
    elif words.role == "run":
        print(json.dumps(run()))
    else:
        found = {
            "cores": os.cpu_count(),
            "load_before": os.getloadavg()[0],
            "sizes": [measure(lines) for lines in words.sizes],
        }
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "refresh.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
