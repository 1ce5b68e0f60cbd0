"""The product's own source as syntax trees, for the rules of the house."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HOUSE = ROOT / "vitalfew"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module but migrations, by its path from the root."""
    paths = (path for path in sorted(HOUSE.rglob("*.py")) if "migrations" not in path.parts and path.stat().st_size)
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in paths}


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, nested ones too."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
