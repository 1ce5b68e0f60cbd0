"""A signed-in client of the API, a ledger of the test's own, and work done at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import alice
from tests.ledger.ledgers import HEADER, csv_of
from tests.sales import monthly


@pytest.fixture(autouse=True)
def _at_once(settings, home: Path) -> None:
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def api(client, transactional_db) -> Callable[..., Any]:
    """api("get", "/accounts", limit=5) or api("post", "/designations", account=…, reason=…) as Alice.

    What edits is sent with “If-Match: *” unless headers={…} says otherwise.
    """
    client.force_login(alice())

    def call(verb: str, path: str, headers: dict[str, str] | None = None, **words: Any) -> Any:
        if verb == "get":
            return client.get(f"/api{path}", words, headers=headers)
        headers = {"If-Match": "*"} if headers is None else headers
        return client.post(f"/api{path}", words, content_type="application/json", headers=headers)

    return call


@pytest.fixture
def handed(client, api) -> Callable[..., Any]:
    """handed(rows, dates="dmy") posts a CSV as Alice; the monthly sales unless given."""

    def post(
        rows: Iterable[Sequence[object]] | str | None = None,
        *,
        name: str = "sales.csv",
        header: Sequence[str] = HEADER,
        **words: Any,
    ) -> Any:
        text = rows if isinstance(rows, str) else csv_of(monthly() if rows is None else rows, header)
        return client.post("/api/imports", {"file": SimpleUploadedFile(name, text.encode()), **words})

    return post


@pytest.fixture
def found(api, handed) -> Callable[[int], None]:
    """found(30) imports the monthly sales of so many customers and finds everything."""

    def find(customers: int) -> None:
        assert handed(monthly(customers)).status_code == 201
        assert api("post", "/refreshes").status_code == 202

    return find
