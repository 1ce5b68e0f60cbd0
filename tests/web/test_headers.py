"""What every answer carries, files and refusals too; and that the settings are fit for the open network."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests import cast

pytestmark = pytest.mark.django_db
ADDRESSES = (
    "/", "/accounts/1/", "/people/", "/import/", "/measures/", "/healthz", "/signin/", "/no-such-page/", "/accounts/99/", "/refresh/", "/?q=%00", "/?" + "x" * 9000,
    "/portfolio/export.csv", "/portfolio/export.xlsx", "/api/accounts", "/api/concentration", "/api/nothing", "/api/docs", "/api/openapi.json",
    "/api/accounts/C00001/selection", "/api/customers/C77777", "/api/designations", "/static/no-such-file",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _static(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    cast.portfolio()


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_guarded_and_kept_by_nobody(client, address, known):
    if known:
        client.force_login(cast.alice())
    answer = client.get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy and "*" not in policy


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_an_attachment_in_a_sandbox(client, kind):
    client.force_login(cast.alice())
    answer = client.get(f"/portfolio/export.{kind}")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"


def test_a_policy_needs_no_nonce_while_no_script_is_inline(client):
    client.force_login(cast.alice())
    answer = client.get("/")
    assert "script-src 'self';" in answer["Content-Security-Policy"] + ";"
    assert "nonce" not in answer["Content-Security-Policy"] + answer.content.decode()


@pytest.mark.parametrize("address", ["", "https://kam.example.org"])
def test_the_settings_are_fit_for_the_open_network(tmp_path, address):
    """Django's own checks for deployment; behind a proxy with a certificate none may complain."""
    own = {
        **os.environ,
        "VITALFEW_HOME": str(tmp_path),
        "VITALFEW_ADDRESS": address,
        "DJANGO_SETTINGS_MODULE": "vitalfew.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", *(["--fail-level", "WARNING"] if address else [])],
        env=own, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "WARNINGS" in done.stderr) == (0, not address), done.stderr
