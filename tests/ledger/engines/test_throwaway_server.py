"""The throw-away PostgreSQL of the tests: there when asked for, gone without a trace."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from tests import postgres

pytestmark = pytest.mark.postgres


def test_server_leaves_nothing_behind() -> None:
    if reason := postgres.why_none():
        pytest.skip(reason)
    with postgres.server() as address:
        folder = Path(unquote(urlsplit(address).hostname or ""))
        with psycopg.connect(address) as opened:
            assert opened.execute("SHOW listen_addresses").fetchone() == ("",)
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)


def test_given_address_goes_before_a_server_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITALFEW_TEST_POSTGRES", "postgresql://given@host/base")
    assert next(postgres.given_or_own()) == "postgresql://given@host/base"


def test_machine_without_binaries_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    assert (
        postgres.why_none()
        == "no PostgreSQL server is installed here: install the package postgresql, or set VITALFEW_TEST_POSTGRES=postgresql://…"
    )
