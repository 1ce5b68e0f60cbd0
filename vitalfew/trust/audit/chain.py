"""The arithmetic of the audit trail's chain: a keyed digest of each entry, and a link over that digest and the entry before."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

GENESIS = "0" * 64


def key() -> bytes:
    """This installation's own key of the trail."""
    return str(settings.VITALFEW_AUDIT_KEY).encode()


def digest(content: Mapping[str, Any], *, key: bytes) -> str:
    """The keyed digest of an entry's content, the same on every database; HMAC-SHA-256 (RFC 2104), hexadecimal."""
    told = {
        **content,
        "at": _moment(content["at"]),
        "before": _plain(content["before"]),
        "after": _plain(content["after"]),
    }
    words = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hmac.digest(key, words.encode(), "sha256").hex()


def link(*, number: int, digest: str, before: str, key: bytes) -> str:
    """The chain's value at an entry: it covers the digest only, so that erased content leaves the chain whole."""
    return hmac.digest(key, f"{number}:{digest}:{before}".encode(), "sha256").hex()


def seal(content: Mapping[str, Any], *, digest: str, erased_at: datetime, key: bytes) -> bytes:
    """What an erasure leaves: only whoever has the key can make it, and it covers all of the entry that is left."""
    return bytes.fromhex(_sealed(content, digest=digest, erased_at=_moment(erased_at), key=key))


def _sealed(content: Mapping[str, Any], *, key: bytes, **more: str) -> str:
    return digest({**content, **more, "erased": True}, key=key)


def _plain(value: Any) -> Any:
    """A value as every database gives it back: names of fields as texts, and 1.0 or 1e23 as the whole numbers they are."""
    if isinstance(value, dict):
        return {_name(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(Decimal(repr(value)))
    return value


def _name(name: Any) -> str:
    return name if isinstance(name, str) else next(iter(json.loads(json.dumps({name: 0}))))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
