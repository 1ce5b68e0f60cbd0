"""What the tests of the ledger ask of it: import a file, see every line that counts, see the whole state of the store."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings

from vitalfew.ledger import batches, operations
from vitalfew.ledger.engines import duck
from vitalfew.ledger.importing.recognising import Wishes
from vitalfew.ledger.intake.report import ImportReport
from vitalfew.ledger.models import Alias, Batch, Customer, Membership, Product, Rate, Shape
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry, StoredFile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEADER = ("Invoice", "Date", "Customer", "Item", "Quantity", "Price")
FAR = date(2199, 12, 31)


def csv_of(rows: Iterable[Sequence[object]], header: Sequence[str] = HEADER) -> str:
    """Rows below a header as CSV."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([header, *rows])
    return made.getvalue()


def take(path: Path, *, dry_run: bool = False, **wishes: object) -> ImportReport:
    """Import a file as the operator; `wishes` are those of `Wishes`."""
    return operations.import_file(
        path=path, name=path.name, wishes=Wishes(**wishes), by=operator(), at=NOW, dry_run=dry_run
    )  # type: ignore[arg-type]


def undo(number: int) -> Batch:
    return operations.undo_batch(number=number, by=operator(), at=NOW)


def counting(columns: str = "invoice::VARCHAR, k.key, i.key, day, quantity_e6, amount") -> Counter[tuple[object, ...]]:
    """Every line that counts, as (invoice, customer, item, day, quantity in millionths, amount), with how often."""
    with duck.session(batches.scope(as_of=FAR)) as session:
        opened = session._opened  # the one relation `lines` is what every measure reads
        opened.execute("CREATE TEMP TABLE k (id INT, key VARCHAR)")
        opened.execute("CREATE TEMP TABLE i (id INT, key VARCHAR)")
        for table, rows in (
            ("k", Customer.objects.values_list("pk", "key")),
            ("i", Product.objects.values_list("pk", "key")),
        ):
            for row in rows:
                opened.execute(f"INSERT INTO {table} VALUES (?, ?)", list(row))
        found = opened.sql(
            f"SELECT {columns} FROM lines LEFT JOIN k ON k.id = lines.customer LEFT JOIN i ON i.id = lines.item"
        ).fetchall()
    return Counter(found)


def totals() -> tuple[int, int, int, int, int]:
    """Lines, net, invoices, customers and items of all that counts."""
    with duck.session(batches.scope(as_of=FAR)) as session:
        row = session._opened.sql(
            "SELECT COUNT(*), COALESCE(SUM(amount), 0), COUNT(DISTINCT invoice::VARCHAR), COUNT(DISTINCT NULLIF(customer, 0)),"
            " COUNT(DISTINCT NULLIF(item, 0)) FROM lines"
        ).fetchall()[0]
    return tuple(int(value) for value in row)  # type: ignore[return-value]


def everything() -> dict[str, object]:
    """All rows of the store and all files of the data folder but locks and rooms made beforehand."""
    root = Path(settings.VITALFEW_HOME)
    rows = {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in (Batch, Shape, Customer, Product, Alias, Membership, Rate, StoredFile, AuditEntry)
    }
    files = {
        str(path.relative_to(root)): path.stat().st_size
        for path in root.rglob("*")
        if path.is_file() and path.suffix != ".lock" and "sqlite3" not in path.name
    }
    return rows | {"files": files}
