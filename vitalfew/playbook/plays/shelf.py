"""All plays a firm has: those that come with the house, files of its own in the data folder, and those made by a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from vitalfew.playbook.plays.play import Origin, Play
from vitalfew.playbook.plays.reading import MOST_BYTES, read_play
from vitalfew.playbook.plays.taking import NOT_TAKEN, PlayRefused
from vitalfew.playbook.running.records import OwnPlay

FOLDER = "plays"
MOST_FILES = 200
_BUILT_IN = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Broken:
    """A play of the firm's that could not be taken: its name, and the sentence that says why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every play by its name, and what could not be taken: a broken play never stops the others."""

    plays: Mapping[str, Play]
    broken: tuple[Broken, ...] = ()


@cache
def built_in() -> Mapping[str, Play]:
    """The plays that come with the house, by name. They are read once: their files change with the code only."""
    return {path.stem: read_play(name=path.stem, text=path.read_bytes()) for path in sorted(_BUILT_IN.glob("*.toml"))}


def shelf() -> Shelf:
    """All plays. A name that is taken stays with whoever had it first: the house, then the firm's files, then forms."""
    plays, broken = dict(built_in()), []
    for found in (*_files(settings.VITALFEW_HOME / FOLDER), *_forms()):
        if isinstance(found, Broken):
            broken.append(found)
        elif found.name in plays:
            broken.append(Broken(found.name, taken(found.name, plays[found.name])))
        else:
            plays[found.name] = found
    return Shelf(plays, tuple(broken))


def taken(name: str, by: Play) -> str:
    """The sentence for a name that another play has already."""
    whose = {
        Origin.BUILT_IN: "comes with Vital Few",
        Origin.FILE: "is a file of yours",
        Origin.FORM: "was made by a form",
    }
    return f"A play called “{name}” {whose[by.origin]}: give yours another name. {NOT_TAKEN}"


def _files(folder: Path) -> Iterator[Play | Broken]:
    if not folder.is_dir():
        return
    paths = sorted(folder.glob("*.toml"))
    for path in paths[:MOST_FILES]:
        yield _file(path)
    if len(paths) > MOST_FILES:
        yield Broken(
            FOLDER, f"There are {len(paths)} plays in the folder and {MOST_FILES} are read. The rest was left."
        )


def play_in(path: Path) -> Play:
    """The play that a file of the firm's holds, under the file's name. Raises PlayRefused, OSError."""
    if not path.is_file():  # a pipe would never end
        raise PlayRefused(f"{path.name} is no file. {NOT_TAKEN}")
    with path.open("rb") as opened:
        return read_play(name=path.stem, text=opened.read(MOST_BYTES + 1), origin=Origin.FILE)


def _file(path: Path) -> Play | Broken:
    try:
        return play_in(path)
    except PlayRefused as refused:
        return Broken(path.stem[:80], str(refused))
    except OSError as failed:
        return Broken(path.stem[:80], unread(path, failed))


def unread(path: Path, failed: OSError) -> str:
    """The sentence for a file that the disk does not give."""
    return f"{path.name} cannot be read: {failed.strerror}. {NOT_TAKEN}"


def _forms() -> Iterator[Play | Broken]:
    for row in OwnPlay.objects.filter(ended_on=None).order_by("name"):
        try:
            yield read_play(name=row.name, text=row.text, origin=Origin.FORM)
        except PlayRefused as refused:  # the house has grown stricter since it was made
            yield Broken(row.name, str(refused))
