"""A text file as a stream of UTF-8 bytes, whatever its encoding, in flat memory."""

from __future__ import annotations

import codecs
import io
from collections.abc import Buffer
from pathlib import Path
from typing import Any

import pyarrow as pa

from vitalfew.ledger.reading.encoding import BinaryText, Encoding
from vitalfew.ledger.reading.refusal import Damaged

_CHUNK = 1 << 20


class Utf8Stream(io.RawIOBase):
    """Reads a file in its own encoding and gives UTF-8, without the encoding's mark."""

    def __init__(self, *, path: Path, encoding: Encoding, name: str) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._file.seek(encoding.skip)
        # Only text known to be mostly UTF-8 is read with replacements; anything else wrong means damage.
        self._decoder = codecs.getincrementaldecoder(encoding.codec)("replace" if encoding.broken else "strict")
        self._name, self._rest, self._line, self._ended = name, b"", 1, False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill `buffer` as far as the next chunk reaches; 0 at the end."""
        while not self._rest and not self._ended:
            self._rest = self._next()
        view = memoryview(buffer)
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def _next(self) -> bytes:
        data = self._file.read(_CHUNK)
        self._ended = not data
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeError as error:
            raise Damaged(
                name=self._name,
                what=f"near line {self._line:,} its text cannot be decoded ({error.__class__.__name__})",
            ) from error
        if "\0" in text:
            raise BinaryText(name=self._name, line=f"{self._line + text.count(chr(10), 0, text.index(chr(0))):,}")
        self._line += text.count("\n")
        return text.encode("utf-8", "replace")

    def close(self) -> None:
        self._file.close()
        super().close()


def opened_text(*, path: Path, encoding: Encoding, name: str, skip: int = 0) -> Any:
    """An Arrow input of the file's text as UTF-8, `skip` UTF-8 bytes into it."""
    if encoding.codec == "utf-8" and not encoding.broken:
        plain = pa.OSFile(str(path))
        plain.seek(encoding.skip + skip)
        return plain
    stream = Utf8Stream(path=path, encoding=encoding, name=name)
    while skip:
        part = stream.read(min(skip, _CHUNK))
        if not part:
            break
        skip -= len(part)
    return pa.PythonFile(stream, mode="r")


def start_of_text(*, path: Path, encoding: Encoding, name: str, size: int) -> tuple[str, bool]:
    """(text of the first `size` UTF-8 bytes or a little fewer, whether that is the whole file)."""
    with opened_text(path=path, encoding=encoding, name=name) as stream:
        parts: list[bytes] = []
        left = size + 1
        while left and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
    data = b"".join(parts)
    whole = left > 0
    return codecs.getincrementaldecoder("utf-8")("replace").decode(data, final=whole), whole


def end_of_text(*, path: Path, encoding: Encoding, size: int = 65_536) -> str:
    """The last characters of the file, a broken first one left out."""
    length = path.stat().st_size
    with path.open("rb") as file:
        # Wide encodings must be cut between characters: four bytes are a whole number of units in all of them.
        start = max(encoding.skip, length - size)
        file.seek(start - (start - encoding.skip) % 4)
        return file.read().decode(encoding.codec, "ignore")
