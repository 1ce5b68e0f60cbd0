"""How large a file, a cell or a sheet may be before reading refuses it."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes are counted as they really come out of a compressed file, never as the file declares them.

    `sheet_cells` is width × height of a sheet's used area: the Excel reader holds all of it (about 32 bytes a cell),
    so two cells in opposite corners of a sheet would otherwise take hundreds of gigabytes.
    `block_bytes`: Arrow reads up to 32 blocks ahead, so memory grows with a file until it is 32 blocks long; a single
    row must fit into one block.
    """

    max_bytes: int = 20_000 * MB
    max_ratio: int = 200
    ratio_from: int = 50 * MB
    columns: int = 2_000
    cell_bytes: int = 1 * MB
    sheet_cells: int = 60_000_000
    zip_entries: int = 10_000
    block_bytes: int = 2 << 20
    block_rows: int = 50_000


DEFAULT_LIMITS = Limits()
