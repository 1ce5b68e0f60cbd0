"""Finds how a text file is encoded: by its mark, by its whole content for UTF-8, by likelihood for the rest."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path

from vitalfew.ledger.reading.likelihood import likeliest_codec
from vitalfew.ledger.reading.refusal import Unreadable

_CHUNK = 4 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {
    "cp1252": "Windows-1252 (western Europe)",
    "cp1250": "Windows-1250 (central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp850": "code page 850 (DOS)",
    "mac_roman": "Mac Roman",
    "shift_jis": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}


class BinaryText(Unreadable):
    """{name} is not a plain table: line {line} holds bytes that no text has (NUL). Nothing was changed. Export the file again as CSV or Excel."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """`skip` bytes of mark stand before the text; `broken` characters are shown as � because the file has them wrong."""

    codec: str
    skip: int = 0
    broken: int = 0
    note: str = ""


@dataclass(slots=True)
class _Survey:
    """One pass over the bytes: is it UTF-8 throughout, and if not, what do its other bytes look like?"""

    clean: bool = True
    good: int = 0
    broken: int = 0
    regions: list[bytes] = field(default_factory=list)
    kept: int = 0

    def take(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace")
        wrong = text.count("\ufffd")
        self.broken += wrong
        self.good += sum(character > "\x7f" for character in text) - wrong
        if self.kept < 65_536:
            self.regions.append(line[:400])
            self.kept += len(line[:400])


def encoding_of(*, path: Path, name: str) -> Encoding:
    """The encoding of the text file at `path`. Raises BinaryText for NUL bytes in single-byte text."""
    with path.open("rb") as file:
        head = file.read(65_536)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            if codec != "utf-8":
                return Encoding(codec, len(mark), note=f"Read as {_NAMES[codec]}.")
            return _eight_bit(path, name, len(mark))
    if codec := _unmarked_wide(head):
        return Encoding(codec, note=f"Read as {_NAMES[codec]}, which the file does not say itself.")
    return _eight_bit(path, name, 0)


def _unmarked_wide(head: bytes) -> str:
    """UTF-16 without a mark: western text has a NUL in nearly every other byte, always on the same side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > 0.3 * half and even < 0.02 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * half and odd < 0.02 * half else ""


def _eight_bit(path: Path, name: str, skip: int) -> Encoding:
    survey = _surveyed(path, name, skip)
    if survey.clean:
        return Encoding("utf-8", skip)
    if skip or survey.good >= 20 * survey.broken:
        # Mostly right UTF-8 with a few wrong places, as when a system cuts a field in the middle of a character.
        places = "1 character is" if survey.broken == 1 else f"{survey.broken:,} characters are"
        note = f"{places} not valid UTF-8 and shown as �."
        return Encoding("utf-8", skip, survey.broken, note)
    codec = likeliest_codec(b"\n".join(survey.regions))
    return Encoding(codec, note=f"Read as {_NAMES.get(codec, codec.replace('_', '-').upper())}.")


def _surveyed(path: Path, name: str, skip: int) -> _Survey:
    survey, lines, checker = _Survey(), 1, codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        file.seek(skip)
        while chunk := file.read(_CHUNK):
            if (nul := chunk.find(0)) >= 0:
                raise BinaryText(name=name, line=f"{lines + chunk.count(10, 0, nul):,}")
            lines += chunk.count(10)
            if survey.clean and not (chunk.isascii() and not checker.getstate()[0]):
                survey.clean = _decodes(checker, chunk)
        if survey.clean:
            survey.clean = _decodes(checker, b"", final=True)
        if not survey.clean:
            _look_closer(path, skip, survey)
    return survey


def _decodes(checker: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        checker.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _look_closer(path: Path, skip: int, survey: _Survey) -> None:
    """Second look, only at files that are no clean UTF-8: collect the pieces that hold bytes above 127."""
    with path.open("rb") as file:
        file.seek(skip)
        while survey.kept < 65_536 and (line := file.readline(65_536)):
            if not line.isascii():
                survey.take(line)
