"""A customer list into the ledger: names, firmographics, aliases and the tree, added or brought up to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import batched

from django.db import transaction

from vitalfew.ledger import batches
from vitalfew.ledger.importing.codebook import clean_key
from vitalfew.ledger.intake import naming
from vitalfew.ledger.intake.accepting import Handover, keep, record, settled
from vitalfew.ledger.intake.report import ImportReport, plain_lines, reading_of, reasons_given, reasons_of_rows
from vitalfew.ledger.intake.understanding import Understood, bad_rows, column_letter_of
from vitalfew.ledger.models import Alias, Customer
from vitalfew.trust import versions

_KINDS = {"group": "group", "konzern": "group", "groupe": "group", "grupo": "group", "holding": "group", "site": "site", "branch": "site",
          "ship-to": "site", "filiale": "site", "standort": "site"}  # fmt: skip
_WORDS = {
    "customer_name": ("name", 200),
    "country": ("country", 80),
    "town": ("town", 80),
    "industry": ("industry", 120),
    "size": ("size", 60),
    "salesperson": ("salesperson", 120),
}


def import_customers(given: Handover) -> ImportReport:
    """Add the customers a list names and bring known ones up to date; an empty cell leaves a word as it was."""
    understood, letter = given.understood, column_letter_of(given.understood, "customer")
    total, refused, seen = 0, [], {}
    for row, words in _rows(understood):
        total += 1
        key = clean_key(words.get("customer", ""))[0]
        if key:
            seen[key] = words
        else:
            refused.append({"row": row, "cell": f"{letter}{row}", "text": ""})
        given.progress(total)
    bad = bad_rows(understood)
    total += len(bad)
    report = ImportReport(
        file=understood.table.name,
        kind="customers",
        state="dry-run" if given.dry_run else "accepted",
        batch=None if given.dry_run else given.number,
        lines=plain_lines(total, len(refused) + len(bad)),
        reasons=(*reasons_given("no-customer", "The customer's number is missing.", refused), *reasons_of_rows(bad)),
        customers={"new": len(seen) - len(naming.known_customers(seen))},
        reading=reading_of(understood.reading),
        notes=understood.table.notes,
    )  # fmt: skip
    if not settled(given, report, len(seen)):
        _accept(given, seen, report)
    return report


def _rows(understood: Understood) -> Iterator[tuple[int, dict[str, str]]]:
    columns = understood.reading.columns
    for block in understood.table.blocks():
        texts = {field: block.cells[column].to_pylist() for field, column in columns.items()}
        for place, row in enumerate(block.rows.tolist()):
            yield row, {field: " ".join((texts[field][place] or "").split()) for field in columns}


def _accept(given: Handover, seen: Mapping[str, Mapping[str, str]], report: ImportReport) -> None:
    keep(given)
    with transaction.atomic():
        fresh: set[str] = set()

        def describe(customer: Customer) -> None:
            fresh.add(customer.key)
            _write(customer, seen[customer.key])

        codes = naming.named_customers(set(seen), kind=Customer.Kind.FIRM, describe=describe)
        _bring_up_to_date({key: words for key, words in seen.items() if key not in fresh}, codes)
        _tree(seen, codes, given.at.date())
        record(given, report, lines=len(seen))


def _bring_up_to_date(seen: Mapping[str, Mapping[str, str]], codes: Mapping[str, int]) -> None:
    rows = (
        versions.held(Customer.objects.filter(pk__in=some))
        for some in batched(sorted({codes[key] for key in seen}), 500)
    )
    known, changed = {customer.pk: customer for some in rows for customer in some}, {}
    for key, words in seen.items():
        customer = known[codes[key]]
        if _write(customer, words):
            changed[customer.pk] = customer
    fields = [*(name for name, _ in _WORDS.values()), "kind", "version", "changed"]
    Customer.objects.bulk_update(changed.values(), fields, batch_size=200)


def _write(customer: Customer, words: Mapping[str, str]) -> bool:
    """Write the words that a list has for a customer; whether any is another than before."""
    said = {name: words[field][:longest] for field, (name, longest) in _WORDS.items() if words.get(field)}
    if words.get("kind"):
        said["kind"] = _KINDS.get(words["kind"].lower(), Customer.Kind.FIRM)
    changed = [name for name, value in said.items() if getattr(customer, name) != value]
    for name in changed:
        setattr(customer, name, said[name])
    if changed and not customer._state.adding:
        versions.written(customer, changed)
    return bool(changed)


def _tree(seen: Mapping[str, Mapping[str, str]], codes: Mapping[str, int], today: date) -> None:
    """Parents by number or name. Without an earlier membership a parent holds since the ledger begins."""
    parents = naming.named_customers(
        {words.get("parent", "") for words in seen.values()} - {""}, kind=Customer.Kind.GROUP
    )
    since = batches.first_day() or today
    for key, words in seen.items():
        if words.get("parent"):
            naming.belongs(customer=codes[key], parent=parents[clean_key(words["parent"])[0]], since=since)
        if words.get("alias"):
            alias = clean_key(words["alias"])[0]
            if not Customer.objects.filter(key=alias).exists():
                Alias.objects.get_or_create(
                    key=alias,
                    defaults={
                        "customer_id": codes[key],
                        "made_at": datetime.combine(today, datetime.min.time()).astimezone(),
                    },
                )
