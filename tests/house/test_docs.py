"""The documentation is held to the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT
from vitalfew.cli.main import parser
from vitalfew.ledger.declared import numbers_declared
from vitalfew.ledger.engines import dialect
from vitalfew.ledger.measuring import BOUNDS
from vitalfew.process import STEPS

PAGES = sorted((ROOT / "docs").rglob("*.md")) + sorted(ROOT.glob("*.md"))
README = (ROOT / "README.md").read_text()


def commands():
    for action in parser()._actions:
        if hasattr(action, "choices") and isinstance(action.choices, dict):
            return set(action.choices)
    raise AssertionError("the command line has no commands")


def test_the_readme_stays_short():
    assert len(README.splitlines()) <= 80


def test_the_readme_names_every_command():
    table = README.split("## Commands")[1]
    assert {name for name in commands() if not re.search(rf"`[^`]*\b{name}\b", table)} == set()


def test_every_command_the_docs_call_exists():
    called = {
        word for page in PAGES for word in re.findall(r"(?:vitalfew|\./vitalfew\.sh) ([a-z]+)\b", page.read_text())
    }
    assert called <= commands()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_figure_names_a_measure_page():
    named = set()
    for path in (ROOT / "vitalfew").rglob("*.py"):
        named |= set(re.findall(r'measure="([a-z0-9_]+)"', path.read_text()))
    assert {name for name in named if not (ROOT / "docs" / "measures" / f"{name}.md").exists()} == set()


def test_every_sql_measure_states_its_bound():
    assert set(BOUNDS) == set(dialect.names())
    for name in dialect.names():
        assert "bound" in (dialect.MEASURES / f"{name}.sql").read_text().lower()


def test_every_step_that_stands_has_its_page():
    assert [step.name for step in STEPS if step.docs and not (ROOT / step.docs).exists()] == []


def test_every_setting_is_told():
    told = (ROOT / "docs" / "howto" / "settings.md").read_text()
    sources = [*(ROOT / "vitalfew" / "config").glob("*.py"), ROOT / "vitalfew.sh"]
    read = {name for path in sources for name in re.findall(r"VITALFEW_[A-Z]+\b", path.read_text())}
    assert read - {"VITALFEW_LOCK"} - set(re.findall(r"VITALFEW_[A-Z_]+", told)) - {"VITALFEW_TIME"} == set()


def test_every_threshold_is_told_with_its_usual_value():
    told = (ROOT / "docs" / "howto" / "thresholds.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|", told, flags=re.MULTILINE))
    assert {name: rows.get(name) for name in numbers_declared()} == {
        name: f"{found.number.usual:g}" for name, found in numbers_declared().items()
    }


def test_nothing_names_this_machine_or_a_registry():
    wrong = []
    for path in [*PAGES, *(ROOT / "requirements").glob("*.lock"), ROOT / "package-lock.json"]:
        text = path.read_text()
        if re.search(r"(?<![\w.])/(work|farm|root)/", text) or (path.suffix in (".lock", ".json") and "://" in text):
            wrong.append(path.name)
    assert wrong == []


def test_the_glossary_says_what_to_avoid():
    rows = [line for line in (ROOT / "GLOSSARY.md").read_text().splitlines() if line.startswith("| ")]
    assert all(line.count("|") == 4 for line in rows) and len(rows) > 20


def test_pages_are_found():
    assert Path(ROOT / "docs" / "measures" / "line_kinds.md") in PAGES
