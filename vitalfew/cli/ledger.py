"""Commands of the ledger: import, batches, rates, merge."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ground.money import Money
from vitalfew.ledger import operations, queries
from vitalfew.ledger.importing.recognising import Wishes
from vitalfew.ledger.intake.report import ImportReport, sentence
from vitalfew.trust.actors import Actor

_SHOWN = 5


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this step's commands."""
    made = commands.add_parser("import", help="import sales lines, customer lists or rates from files")
    made.add_argument("files", nargs="+", metavar="FILE")
    _reading_options(made)
    made.set_defaults(command=import_files, only="")
    made = commands.add_parser("rates", help="import currency rates: date, from, to, rate")
    made.add_argument("files", nargs=1, metavar="FILE")
    _reading_options(made)
    made.set_defaults(command=import_files, only="rates")
    made = commands.add_parser("batches", help="the accepted files; undo one")
    made.add_argument("--undo", type=int, metavar="ID")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=batches)
    made = commands.add_parser("merge", help="say that two customers are one")
    made.add_argument("duplicate", metavar="ACCOUNT")
    made.add_argument("into", metavar="INTO")
    made.add_argument("--reason", required=True)
    made.set_defaults(command=merge)
    made = commands.add_parser("unmerge", help="take a merge back")
    made.add_argument("duplicate", metavar="ACCOUNT")
    made.set_defaults(command=unmerge)
    made = commands.add_parser("duplicates", help="customers that look like one another")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=duplicates)


def import_files(asked: argparse.Namespace, by: Actor) -> int:
    """Import each file; one that is refused leaves everything as it was and the others go on."""
    reports, failed = [], 0
    for word in asked.files:
        try:
            reports.append(_import(Path(word), asked, by))
        except Refusal as refusal:
            failed += 1
            output.complain(str(refusal))
            continue
        if not asked.json:
            _show(reports[-1])
    if asked.json and reports:
        output.as_json(_joined(reports))
    return 1 if failed else 0


def batches(asked: argparse.Namespace, by: Actor) -> int:
    """List the accepted files, or undo one."""
    if asked.undo is not None:
        undone = operations.undo_batch(number=asked.undo, by=by, at=clock.now())
        if not asked.json:
            output.say(
                f"Batch {undone.number} ({undone.file_name}) is undone: {undone.lines:,} lines taken out. Run `vitalfew refresh` to see it in the numbers."
            )
            return 0
    rows = queries.batch_rows(limit=10_000)
    if asked.json:
        output.as_json([_batch(row) for row in rows])
        return 0
    if not rows:
        output.say("The ledger is empty. Import a file: vitalfew import sales.xlsx")
        return 0
    shown = [
        (
            str(row.number),
            row.file,
            row.kind,
            f"{row.lines:,}",
            f"{row.first_day or ''} – {row.last_day or ''}",
            f"{row.accepted_at:%Y-%m-%d %H:%M}",
            "undone" if row.undone_at else "",
        )
        for row in rows
    ]
    output.table(("Batch", "File", "Kind", "Lines", "Days", "Accepted", ""), shown, right=(0, 3))
    return 0


def merge(asked: argparse.Namespace, by: Actor) -> int:
    """Merge a duplicate into another customer."""
    made = operations.merge_customers(
        duplicate=asked.duplicate, into=asked.into, reason=asked.reason, by=by, at=clock.now()
    )
    output.say(
        f"{made.duplicate} now counts for {made.into}. Run `vitalfew refresh`; take it back with `vitalfew unmerge {made.duplicate.key}`."
    )
    return 0


def unmerge(asked: argparse.Namespace, by: Actor) -> int:
    """Take a merge back."""
    made = operations.unmerge_customer(duplicate=asked.duplicate, by=by, at=clock.now())
    output.say(f"{made.duplicate} stands for itself again. Run `vitalfew refresh`.")
    return 0


def duplicates(asked: argparse.Namespace, by: Actor) -> int:
    """Suggest customers that may be one."""
    del by
    pairs = queries.suspected_duplicates()
    if asked.json:
        output.as_json(
            [
                {"duplicate": second.key, "into": first.key, "names": [first.name, second.name]}
                for first, second in pairs
            ]
        )
    elif pairs:
        output.table(
            ("Account", "Looks like", "Merge with"),
            [
                (f"{b.key} {b.name}", f"{a.key} {a.name}", f"vitalfew merge {b.key} {a.key} --reason …")
                for a, b in pairs
            ],
        )
    else:
        output.say("No two customers look like one another.")
    return 0


def _reading_options(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="which column (name or letter) carries a field",
    )
    made.add_argument("--dates", choices=("dmy", "mdy", "ymd"), default="")
    made.add_argument("--decimal", choices=("point", "comma"), default="")
    made.add_argument("--currency", default="", metavar="CODE", help="the currency of files that name none")
    made.add_argument(
        "--invoices", choices=("number", "yearly"), default="", help="yearly: invoice numbers start anew each year"
    )
    made.add_argument("--dry-run", action="store_true", help="read and check everything, store nothing")
    made.add_argument("--json", action="store_true")


def _import(path: Path, asked: argparse.Namespace, by: Actor) -> ImportReport:
    with output.progress(f"Importing {path.name}", quiet=asked.json) as tell:
        return operations.import_file(
            path=path,
            name=path.name,
            wishes=_wishes(asked),
            by=by,
            at=clock.now(),
            dry_run=asked.dry_run,
            only=asked.only,
            progress=lambda lines: tell(f"{path.name}: {lines:,} lines read"),
        )


def _wishes(asked: argparse.Namespace) -> Wishes:
    return Wishes(
        columns=_mapping(asked.map),
        order=asked.dates,
        mark=asked.decimal,
        currency=asked.currency.upper(),
        invoices=asked.invoices,
    )


def _mapping(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        field, sign, column = pair.partition("=")
        if not sign:
            raise MapRefused(
                f'--map {pair}: write FIELD=COLUMN, for example --map customer="Sold to". Nothing was imported.'
            )
        found[field.strip()] = column.strip()
    return found


class MapRefused(Refusal):
    """A --map that is not FIELD=COLUMN."""


def _joined(reports: list[ImportReport]) -> dict[str, Any]:
    if len(reports) == 1:
        return reports[0].as_json()
    lines = {name: sum(report.lines[name] for report in reports) for name in reports[0].lines}
    return {"lines": lines, "files": [report.as_json() for report in reports]}


def _show(report: ImportReport) -> None:
    output.say(sentence(report))
    for reason in report.reasons:
        cells = ", ".join(f"{cell['cell']}: “{cell['text']}”" for cell in reason["first"][:_SHOWN])
        output.say(f"  {reason['lines']:,} {reason['state']}: {reason['sentence']} ({cells})")
    if report.kind == "sales" and report.state != "already-there":
        _show_sales(report)
    for note in report.notes:
        output.say(f"  {note}")


def _show_sales(report: ImportReport) -> None:
    told, read = report.invoices, report.reading
    columns = ", ".join(f"{field.replace('_', ' ')} = {column}" for field, column in read["columns"].items())
    output.say(f"  Read: {columns}; dates {read['dates']}, decimal {read['decimal']}.")
    output.say(
        f"  Net {Money(report.net, report.currency)}; {report.first_day} to {report.last_day}; {report.customers['new']:,} new customers, {report.items['new']:,} new items."
    )
    output.say(
        f"  Invoices: {told['new']:,} new, {told['replaced']:,} replaced, {told['unchanged']:,} already there unchanged, {told['vanished']:,} missing from this file and kept."
    )
    words = [f"{count:,} {word.replace('-', ' ')}" for word, count in report.notices.items()]
    output.say(f"  Lines: {', '.join(words)}; {report.repeats:,} repeat another line exactly and are kept.")
    if report.rounding != "0":
        output.say(f"  Lines rounded to the smallest coin differ from the file's exact total by {report.rounding}.")
    if report.state == "accepted":
        output.say("  Next: vitalfew refresh")


def _batch(row: queries.BatchRow) -> dict[str, Any]:
    return asdict(row) | {"state": "undone" if row.undone_at else "accepted"}
