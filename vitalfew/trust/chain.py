"""The arithmetic of the audit trail's chain: a keyed digest of each entry, and a link over that digest and the entry before."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

GENESIS = "0" * 64


def key() -> bytes:
    """This installation's own key of the trail."""
    return str(settings.VITALFEW_AUDIT_KEY).encode()


def digest(content: Mapping[str, Any], *, key: bytes) -> str:
    """The keyed digest of an entry's content, the same on every database; HMAC-SHA-256 (RFC 2104), hexadecimal."""
    told = {**content, "at": _moment(content["at"])}
    words = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()


def link(*, number: int, digest: str, before: str, key: bytes) -> str:
    """The chain's value at an entry: it covers the digest only, so that erased content leaves the chain whole."""
    return hmac.new(key, f"{number}:{digest}:{before}".encode(), hashlib.sha256).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
