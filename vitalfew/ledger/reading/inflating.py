"""Takes compressed bytes apart, counting what really comes out: no declared size is believed."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.refusal import Damaged, Unreadable

CHUNK = 256 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")  # the header before each zip entry: 30 bytes, then name and extra


class Bomb(Unreadable):
    """{name} unpacks to more than {size}, far more than its own size can hold honestly. Nothing was changed. Unpack it yourself and look at what is inside."""


class CutShort(Unreadable):
    """{name} is cut short: {what}. Nothing was changed. Export or download the file again."""


class Locked(Unreadable):
    """{name} is protected with a password. Nothing was changed. Save it without a password and import it again."""


@dataclass(slots=True)
class Meter:
    """Counts inflated bytes of one file of `packed` bytes; raises Bomb when a limit is passed."""

    name: str
    packed: int
    limits: Limits
    seen: int = 0

    def add(self, size: int) -> None:
        self.seen += size
        allowed = max(self.limits.ratio_from, self.packed * self.limits.max_ratio)
        if self.seen > min(allowed, self.limits.max_bytes):
            raise Bomb(name=self.name, size=f"{self.seen // 1_000_000:,} MB")


def gunzipped(file: IO[bytes], *, meter: Meter) -> Iterator[bytes]:
    """The bytes of a gz file, all its members. Raises Bomb, CutShort or Damaged."""
    engine, data = zlib.decompressobj(31), b""
    while data := data or file.read(CHUNK):
        if engine.eof:
            # Members may follow one another; zero bytes behind the last are padding from tapes and block devices.
            data = data.lstrip(b"\0")
            if not data:
                continue
            engine = zlib.decompressobj(31)
        try:
            part = engine.decompress(data, CHUNK)
        except zlib.error as error:
            raise Damaged(name=meter.name, what="its gz packing does not add up") from error
        data = engine.unused_data if engine.eof else engine.unconsumed_tail
        meter.add(len(part))
        yield part
    if not engine.eof:
        raise CutShort(name=meter.name, what="its gz packing ends too early")


def opened_zip(*, path: Path, name: str, limits: Limits) -> zipfile.ZipFile:
    """The zip's directory, checked: complete, not protected, no entries that share their bytes."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError) as error:
        raise CutShort(name=name, what="the directory at the end of the file is missing or broken") from error
    try:
        _check_directory(archive, path.stat().st_size, name=name, limits=limits)
    except Unreadable:
        archive.close()
        raise
    return archive


def _check_directory(archive: zipfile.ZipFile, size: int, *, name: str, limits: Limits) -> None:
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    if len(entries) > limits.zip_entries:
        raise Damaged(name=name, what=f"it holds {len(entries):,} files where one table is expected")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Locked(name=name)
    ends = [entry.header_offset + _LOCAL.size + len(entry.orig_filename) + entry.compress_size for entry in entries]
    starts = [entry.header_offset for entry in entries[1:]] + [size]
    if any(end > start for end, start in zip(ends, starts, strict=True)):
        raise Damaged(name=name, what="files inside it overlap")


def unzipped(file: IO[bytes], entry: zipfile.ZipInfo, *, meter: Meter) -> Iterator[bytes]:
    """The bytes of one zip entry as they really inflate. Raises Bomb, CutShort or Damaged."""
    file.seek(entry.header_offset)
    local = file.read(_LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(b"PK\x03\x04"):
        raise Damaged(name=meter.name, what=f"{entry.filename} is not where its directory says")
    *_, name_size, extra_size = _LOCAL.unpack(local)
    file.seek(name_size + extra_size, 1)
    if entry.compress_type == zipfile.ZIP_STORED:
        parts = _stored(file, entry)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        parts = _deflated(file, entry, meter)
    else:
        raise Damaged(
            name=meter.name,
            what=f"{entry.filename} is packed in a way that cannot be read here; pack it as an ordinary zip",
        )
    check = 0
    for part in parts:
        check = zlib.crc32(part, check)
        meter.add(len(part))
        yield part
    if check != entry.CRC:
        raise Damaged(name=meter.name, what=f"{entry.filename} inside it does not match its check sum")


def _stored(file: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    left = entry.compress_size
    while left and (part := file.read(min(left, CHUNK))):
        left -= len(part)
        yield part


def _deflated(file: IO[bytes], entry: zipfile.ZipInfo, meter: Meter) -> Iterator[bytes]:
    engine, left = zlib.decompressobj(-15), entry.compress_size
    data = b""
    while not engine.eof:
        if not data:
            data = file.read(min(left, CHUNK))
            left -= len(data)
            if not data:
                raise CutShort(name=meter.name, what=f"{entry.filename} inside it ends too early")
        try:
            part = engine.decompress(data, CHUNK)
        except zlib.error as error:
            raise Damaged(name=meter.name, what=f"{entry.filename} inside it cannot be unpacked") from error
        data = engine.unconsumed_tail
        yield part
