"""One canonical text for each value that a typed file (Excel, Parquet) holds."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal


def text_of(value: object) -> str | None:
    """Numbers without exponent and without a trailing .0, dates in ISO 8601, true/false; None for nothing.

    >>> text_of(17850.0), text_of(0.1), text_of(1e-7), text_of(True), text_of(float("nan"))
    ('17850', '0.1', '0.0000001', 'true', None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (float, Decimal)):
        return _number(value)
    if isinstance(value, datetime):
        # A zone is noted once for the column; the wall clock is what the firm's people mean by a day.
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (list, dict, tuple)):
        return json.dumps(value, default=text_of, ensure_ascii=False)
    return str(value)


def _number(value: float | Decimal) -> str | None:
    if not math.isfinite(value):
        return None if math.isnan(value) else str(value).lower()
    text = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _duration(value: timedelta) -> str:
    """Hours may pass 24, as in Excel's [h]:mm:ss."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
