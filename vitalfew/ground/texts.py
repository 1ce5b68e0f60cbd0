"""What no text may hold: signs that no database keeps and no encoding carries."""

from __future__ import annotations


def flaw(text: str) -> str:
    """Why a text cannot be kept, in a few words; "" where it can."""
    if "\x00" in text:
        return "a NUL sign"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half of a surrogate pair, which is no letter"
    return ""


def flaw_of_bytes(raw: bytes) -> str:
    """The same for bytes that should be UTF-8."""
    try:
        return flaw(raw.decode())
    except UnicodeDecodeError:
        return "bytes that are not UTF-8"
