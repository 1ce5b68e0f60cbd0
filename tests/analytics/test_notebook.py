"""The notebook page runs as it is printed."""

import re
import runpy
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "notebook.md"


def test_the_printed_notebook_runs(capsys, tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1
    (tmp_path / "notebook.py").write_text(blocks[0], encoding="utf-8")
    runpy.run_path(str(tmp_path / "notebook.py"))
    assert "Estimate" in capsys.readouterr().out


def test_every_room_is_told():
    rooms = {path.parent.name for path in (PAGE.parents[2] / "vitalfew" / "analytics").glob("*/__init__.py")}
    told = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == rooms
