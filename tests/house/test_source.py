"""The rules of the house that source can show."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.source import ROOT, functions, modules

STEPS = ("ledger", "selection")


@pytest.mark.parametrize("path", sorted(modules()))
def test_every_module_says_what_it_is_for(path):
    told = ast.get_docstring(modules()[path]) or ""
    assert re.match(r"\S.*[.?!:]$", told.split("\n")[0]), f"{path} begins with {told[:60]!r}"


@pytest.mark.parametrize("path", sorted(modules()))
def test_no_module_is_a_junk_drawer(path):
    assert not re.search(r"(^|/)(utils?|helpers?|common|misc|managers?)(/|\.py$)", path)


def test_no_file_grows_past_four_hundred_lines():
    long = {path: len((ROOT / path).read_text().splitlines()) for path in modules()}
    assert {path: lines for path, lines in long.items() if lines > 400} == {}


def test_no_function_grows_past_sixty_lines():
    long = [
        f"{path}:{found.lineno} {found.name}"
        for path, tree in modules().items()
        for found in functions(tree)
        if (found.end_lineno or 0) - found.lineno + 1 > 60
    ]
    assert long == []


def test_nothing_is_caught_that_was_not_meant():
    broad = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) == "Exception")
    ]
    assert broad == []


def test_imports_inside_functions_carry_their_reason():
    bare = []
    for path, tree in modules().items():
        lines = (ROOT / path).read_text().splitlines()
        for found in functions(tree):
            for node in ast.walk(found):
                if isinstance(node, ast.Import | ast.ImportFrom) and "# reason:" not in lines[node.lineno - 1]:
                    bare.append(f"{path}:{node.lineno}")
    assert bare == []


def test_no_unfinished_marks_are_left():
    assert [path for path in modules() if re.search(r"\b(TODO|FIXME)\b", (ROOT / path).read_text())] == []


def writes_the_trail(path):
    """True for a module that writes the audit trail itself, or by a `record` of the same step that does."""
    text = ast.unparse(modules()[path])
    lent = re.search(r"from vitalfew\.(\S+) import .*\brecord\b", text)
    return "audit.record(" in text or (
        lent is not None and writes_the_trail(f"vitalfew/{lent.group(1).replace('.', '/')}.py")
    )


@pytest.mark.parametrize("step", STEPS)
def test_every_operation_writes_the_audit_trail(step):
    silent = []
    for node in modules()[f"vitalfew/{step}/operations.py"].body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith(("_", "find_")):
            continue
        named = {
            part.value.id
            for part in ast.walk(node)
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name)
        }
        rooms = [
            path for path in modules() if path.startswith(f"vitalfew/{step}/") and path.split("/")[-1][:-3] in named
        ]
        if "audit.record(" not in ast.unparse(node) and not any(writes_the_trail(path) for path in rooms):
            silent.append(node.name)
    assert silent == []


def test_public_functions_of_steps_take_their_words_by_name():
    loose = []
    for step in STEPS:
        for name in ("operations", "queries"):
            for node in modules()[f"vitalfew/{step}/{name}.py"].body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and len(node.args.args) > 1:
                    loose.append(f"{step}.{name}.{node.name}")
    assert loose == []
