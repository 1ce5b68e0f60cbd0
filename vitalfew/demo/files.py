"""The demo firm as files: yearly sales exports with their oddities, the lists, and the truth beside them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from vitalfew.demo.firm import Firm
from vitalfew.demo.papers import oddities
from vitalfew.demo.papers.oddities import Correction
from vitalfew.demo.papers.truth import Facts
from vitalfew.demo.scene.window import Window
from vitalfew.ground.errors import Refusal


class NotAFolder(Refusal):
    """The demo firm is written into a folder, and there is a file of that name: choose another place."""


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Where everything lies. `sales` holds one file for each year, to be imported in this order."""

    sales: tuple[Path, ...]
    customers: Path
    prospects: Path
    survey: Path
    price_list: Path
    truth: Path
    truth_json: Path


def write_files(*, firm: Firm, folder: Path) -> DemoFiles:
    """Write all files of the firm into `folder` (made where missing; files of the same names are replaced).

    UTF-8, comma, ISO dates. After all sales files are imported in order the ledger must equal `firm.lines`; what each
    import must report stands in truth.json under "files". Raises NotAFolder.
    """
    if folder.exists() and not folder.is_dir():
        raise NotAFolder(f"{folder.name} is a file: the demo firm needs a folder to be written into.")
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    sales, told = _write_sales(firm=firm, folder=folder)
    lists = {name: folder / f"{name}.csv" for name in ("customers", "prospects", "survey", "price_list")}
    for name, path in lists.items():
        path.write_bytes(_csv(getattr(firm, name)))
    for name, table in firm.truth.tables.items():
        pq.write_table(table, folder / "truth" / f"{name}.parquet")
    facts = folder / "truth" / "truth.json"
    facts.write_text(
        json.dumps({**firm.truth.facts, "files": told}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return DemoFiles(sales=sales, truth=folder / "truth", truth_json=facts, **lists)


def _write_sales(*, firm: Firm, folder: Path) -> tuple[tuple[Path, ...], list[Facts]]:
    window, lines = firm.window, firm.lines
    correction = oddities.choose_correction(lines=lines, window=window)
    first_written = oddities.as_first_written(lines=lines, correction=correction)
    paths, told = [], []
    last_year = window.months // 12 - 1
    for year in range(last_year + 1):
        part = _between(first_written if year == 0 else lines, *_span(year=year, window=window))
        odd = oddities.totals_row(lines=part) if year == 0 else ""
        if year == last_year:
            odd += _unreadable(firm=firm, part=part)
        path = folder / f"sales-{year + 1}-{window.month_start(12 * year):%Y-%m}.csv"
        path.write_bytes(_csv(part) + odd.encode())
        paths.append(path)
        told.append(
            {
                "name": path.name,
                **_expected(part=part, year=year, last_year=last_year, correction=correction, window=window),
            }
        )
    return tuple(paths), told


def _span(*, year: int, window: Window) -> tuple[date, date]:
    """First day of a year's file, which for the second year reaches back into the first, and the day after its last."""
    start = oddities.overlap_starts(window=window) if year == 1 else window.month_start(12 * year)
    return start, window.month_start(12 * (year + 1))


def _unreadable(*, firm: Firm, part: pa.Table) -> str:
    return oddities.unreadable_rows(
        columns=part.column_names,
        customer=firm.customers["id"][0].as_py(),
        item=firm.price_list["Item"][0].as_py(),
        day=firm.window.last,
    )


def _expected(*, part: pa.Table, year: int, last_year: int, correction: Correction, window: Window) -> Facts:
    """What an import of this file must report: rows of the file (header left out), and what becomes of them."""
    totals, unreadable = int(year == 0), 3 * int(year == last_year)
    facts: Facts = {
        "lines": part.num_rows + totals + unreadable,
        "readable": part.num_rows,
        "set_aside": totals,
        "refused": unreadable,
        "net": int(pc.sum(part["Net Amount"]).as_py().scaleb(2)),
    }
    if year == 1:
        repeated = _between(part, oddities.overlap_starts(window=window), window.month_start(12))
        facts["overlap"] = {
            "lines": repeated.num_rows,
            "invoices": pc.count_distinct(repeated["Invoice No"]).as_py(),
            "corrected_invoice": correction.invoice,
            "net_taken_off": correction.excess,
        }
    return facts


def _between(lines: pa.Table, first: date, after: date) -> pa.Table:
    day = lines["Invoice Date"]
    return lines.filter(pc.and_(pc.greater_equal(day, pa.scalar(first)), pc.less(day, pa.scalar(after))))


def _csv(table: pa.Table) -> bytes:
    written = pa.BufferOutputStream()
    # The header is written here: Arrow would put every name into quotes.
    written.write((",".join(table.column_names) + "\n").encode())
    pv.write_csv(table, written, pv.WriteOptions(include_header=False, quoting_style="needed"))
    return bytes(written.getvalue().to_pybytes())
