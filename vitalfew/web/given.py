"""A file that somebody hands over with a form, as a path for as long as it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from vitalfew.ground.errors import Refusal
from vitalfew.trust.files import shown_name
from vitalfew.web.doorway import Request


class NoFile(Refusal):
    """No file was handed over."""


@contextmanager
def given_file(request: Request, *, field: str = "file") -> Iterator[tuple[Path, str]]:
    """The one file of a form and the name it came under; it is gone when the reading is done. Raises NoFile."""
    given = request.FILES.get(field)
    if given is None or given.name is None:
        raise NoFile(_("No file was handed over. Choose one first. Nothing was changed."))
    with tempfile.TemporaryDirectory(prefix="vitalfew-given-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as copy:
            for chunk in given.chunks():
                copy.write(chunk)
        yield path, shown_name(given.name)
