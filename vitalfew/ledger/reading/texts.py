"""One canonical text for each value that a typed file (Excel, Parquet) holds."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any


def text_of(value: object) -> str | None:
    """Numbers without exponent and without a trailing .0, dates in ISO 8601, true/false; None for nothing.

    >>> text_of(17850.0), text_of(0.1), text_of(1e-7), text_of(True), text_of(float("nan"))
    ('17850', '0.1', '0.0000001', 'true', None)
    """
    if value is None or value == "":
        return None
    writer = _WRITERS.get(type(value), str)
    return writer(value)


def texts_of(values: Sequence[object]) -> list[str | None]:
    """`text_of` each value; a value that comes again is written once."""
    if bool in set(map(type, values)):
        return [text_of(value) for value in values]  # True and 1 are one key of a dictionary, and two texts
    written = {value: text_of(value) for value in set(values)}
    return [written[value] for value in values]


def _number(value: float | Decimal) -> str | None:
    if not math.isfinite(value):
        return None if math.isnan(value) else str(value).lower()
    if isinstance(value, float) and "e" not in (short := repr(value)):
        return short.removesuffix(".0") if value else "0"
    text = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _instant(value: datetime | time) -> str:
    # A zone is noted once for the column; the wall clock is what the firm's people mean by a day.
    return value.replace(tzinfo=None).isoformat()


def _duration(value: timedelta) -> str:
    """Hours may pass 24, as in Excel's [h]:mm:ss."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _bytes(value: bytes) -> str | None:
    return value.decode("utf-8", "replace").replace("\0", "\ufffd") or None


def _nested(value: object) -> str:
    return json.dumps(value, default=text_of, ensure_ascii=False)


_WRITERS: dict[type, Callable[[Any], str | None]] = {
    bool: _truth,
    float: _number,
    Decimal: _number,
    datetime: _instant,
    date: date.isoformat,
    time: _instant,
    timedelta: _duration,
    bytes: _bytes,
    list: _nested,
    dict: _nested,
    tuple: _nested,
}
