"""Every test has a data folder of its own; the settings never keep the user's."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings as loaded

# pytest-django loads the settings before it comes here: what they took from the environment is put right at once,
# and what a test starts as a process of its own finds the folder in the environment.
os.environ["VITALFEW_HOME"] = tempfile.mkdtemp(prefix="vitalfew-tests-")
loaded.VITALFEW_HOME = Path(os.environ["VITALFEW_HOME"])
atexit.register(shutil.rmtree, loaded.VITALFEW_HOME, ignore_errors=True)
loaded.VITALFEW_MAIL = None  # no test writes to anybody out there


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    """An empty data folder for this test alone."""
    settings.VITALFEW_HOME = tmp_path / "home"
    settings.VITALFEW_HOME.mkdir()
    return settings.VITALFEW_HOME


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """With VITALFEW_STRICT a test that needs a browser, PostgreSQL or the reference ledgers may not be skipped."""
    report = yield
    needs = [name for name in ("browser", "postgres", "data") if item.get_closest_marker(name)]
    if report.skipped and needs and os.environ.get("VITALFEW_STRICT"):
        report.outcome = "failed"
        report.longrepr = (
            f"Skipped although nothing may be left out here: it needs {', '.join(needs)}.\n{report.longrepr}"
        )
    return report
