"""What the ledger holds on people: little, since its customers are firms."""

from __future__ import annotations

from vitalfew.trust.register import Held, Kind, held

HELD: tuple[Held, ...] = (
    held("ledger.Batch", Kind.SIGNATURE, "accepted_by"),
    held("ledger.Batch", Kind.WORDS, "file_name"),
    held("ledger.Batch", Kind.THING, "kind", "parts", "superseded", "confirmed", "report"),
    held("ledger.Shape", Kind.THING, "changed", "digest", "columns", "reading"),
    held("ledger.Customer", Kind.SIGNATURE, "salesperson"),
    held("ledger.Customer", Kind.THING, "changed", "key", "name", "kind", "country", "town", "industry", "size"),
    held("ledger.Alias", Kind.THING, "key"),
    held("ledger.Merge", Kind.WORDS, "reason"),
    held("ledger.Merge", Kind.SIGNATURE, "merged_by"),
    held("ledger.Product", Kind.THING, "key", "description", "category"),
    held("ledger.Rate", Kind.THING, "source", "target"),
    held("ledger.Setting", Kind.SIGNATURE, "chosen_by"),
    held("ledger.Setting", Kind.THING, "changed", "name", "value"),
    held("ledger.Arrival", Kind.WORDS, "file_name", "word"),
    held("ledger.Arrival", Kind.THING, "changed", "state", "choices", "preview"),
    held("ledger.Run", Kind.THING, "totals"),
    held("ledger.AccountTotals", Kind.THING, "months"),
)
