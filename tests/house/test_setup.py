"""vitalfew.sh: sound POSIX shell, finds a Python that runs, sets up once; tried with stand-ins on a path of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import vitalfew as product
from tests.house.source import ROOT

SCRIPT = ROOT / "vitalfew.sh"
SYSTEM = ("sh", "cat", "cksum", "cp", "dirname", "env", "mkdir", "rm", "tr")
FITS = """#!/bin/sh
# Stands in for a Python that fits: says so, makes environments, and tells what it was asked to run.
case "$1 $2" in
    "-c "*) exit 0 ;;
    "--version "*) echo "Python 3.13.0 ($0)"; exit 0 ;;
    "-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit 0 ;;
    "-m vitalfew") shift 2; echo "ran vitalfew $*"; exit 0 ;;
esac
exit 9
"""
WRONG = "#!/bin/sh\nexit 1\n"
SHIM = "#!/bin/sh\nexit 127\n"
NOTHING = '#!/bin/sh\necho "$(basename "$0") $*" >>"$LOG"\nexit 0\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A checkout with the script and its locks, and a path on which only the most needed commands lie."""
    checkout = tmp_path / "a checkout"
    (checkout / "requirements").mkdir(parents=True)
    shutil.copy(SCRIPT, checkout)
    for lock in ("run", "test", "bench"):
        (checkout / "requirements" / f"{lock}.lock").write_text(f"{lock}\n")
    (checkout / "package-lock.json").write_text("{}\n")
    for path in (
        "@tabler/core/dist/css/tabler.min.css",
        *(f"@fontsource-variable/inter/files/inter-latin{part}-wght-normal.woff2" for part in ("", "-ext")),
    ):
        (checkout / "node_modules" / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / "node_modules" / path).write_text("")
    (tmp_path / "bin").mkdir()
    for name in (*SYSTEM, "basename"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    for name in ("uv", "npm"):
        lay(tmp_path / "bin" / name, NOTHING)
    return tmp_path


def lay(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def call(place: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    own = {"PATH": str(place / "bin"), "HOME": str(place / "home"), "LOG": str(place / "log"), **more}
    return subprocess.run(
        [str(place / "a checkout" / "vitalfew.sh"), *words],
        env=own,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def log(place: Path) -> list[str]:
    return (place / "log").read_text().splitlines() if (place / "log").exists() else []


def test_script_is_sound_shell():
    done = subprocess.run(["sh", "-n", str(SCRIPT)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    text = SCRIPT.read_text()
    assert text.startswith("#!/bin/sh\n") and "\nset -eu\n" in text and os.access(SCRIPT, os.X_OK)
    assert [word for word in ("[[", "function ", "local ", "<<<", "${BASH", "pipefail") if word in text] == []


def set_up() -> bool:
    """Whether vitalfew.sh would find nothing to set up here: what it noted is what its files say now."""
    for noted in (ROOT / ".venv").glob(".ready-*"):
        lock = ROOT / "requirements" / f"{noted.name.removeprefix('.ready-')}.lock"
        files = b"".join(path.read_bytes() for path in (lock, ROOT / "package-lock.json", SCRIPT))
        if subprocess.run(["cksum"], input=files, capture_output=True, check=True).stdout == noted.read_bytes():
            return True
    return False


@pytest.mark.skipif(
    not set_up(), reason="vitalfew.sh would set up first here: run `make test`, or ./vitalfew.sh --set-up-only"
)
def test_ready_checkout_only_runs(tmp_path):
    done = subprocess.run(
        [str(SCRIPT), "--version"],
        env={**os.environ, "VITALFEW_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"vitalfew {product.__version__}\n", "")


def test_shim_that_does_not_run_is_passed_over(place):
    lay(place / "bin" / "python3.13", SHIM)
    lay(place / "bin" / "python3.12", FITS)
    done = call(place, "import", "my sales.csv")
    assert (done.returncode, done.stdout) == (0, "ran vitalfew import my sales.csv\n")
    assert f"Setting up with Python 3.13.0 ({place}/bin/python3.12) …" in done.stderr


def test_old_default_python_is_passed_over(place):
    lay(place / "bin" / "python3", WRONG)
    lay(place / "bin" / "python", FITS)
    assert call(place, "batches").stdout == "ran vitalfew batches\n"


@pytest.mark.parametrize(
    "spot",
    [
        "home/.pyenv/versions/3.12.9",
        "home/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu",
        "py env/versions/3.13.1",
    ],
)
def test_python_off_the_path_is_found(place, spot):
    lay(place / "bin" / "python3", WRONG)
    lay(place / spot / "bin" / "python3", FITS)
    done = call(place, "batches", PYENV_ROOT=str(place / "py env"))
    assert (done.returncode, done.stdout) == (0, "ran vitalfew batches\n")
    assert f"({place / spot}/bin/python3)" in done.stderr


def test_shims_on_the_path_lead_to_their_pythons(place):
    lay(place / "elsewhere" / "shims" / "python3.13", SHIM)
    lay(place / "elsewhere" / "versions" / "3.13.5" / "bin" / "python3", FITS)
    done = call(place, "batches", PATH=f"{place}/elsewhere/shims:{place}/bin")
    assert (done.returncode, done.stdout) == (0, "ran vitalfew batches\n")


def test_no_python_at_all_is_told(place):
    lay(place / "bin" / "python3", WRONG)
    done = call(place, "batches", HOME="")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Vital Few needs Python 3.12 or 3.13, and found none on PATH, in pyenv or in uv.\n")
    assert not (place / "a checkout" / ".venv").exists() and log(place) == []


def test_named_python_is_taken_or_refused(place):
    lay(place / "bin" / "python3.13", WRONG)
    named = lay(place / "my python", FITS)
    assert call(place, "batches", VITALFEW_PYTHON=str(named)).stdout == "ran vitalfew batches\n"
    shutil.rmtree(place / "a checkout" / ".venv")
    done = call(place, "batches", VITALFEW_PYTHON=str(place / "bin" / "python3.13"))
    assert (done.returncode, done.stderr) == (
        1,
        f"VITALFEW_PYTHON names {place}/bin/python3.13, which is not Python 3.12 or 3.13.\n",
    )


def test_second_call_sets_nothing_up(place):
    lay(place / "bin" / "python3.12", FITS)
    call(place, "batches")
    first = log(place)
    assert [line for line in first if line.startswith("uv ")] == [
        f"uv pip install -q --compile-bytecode --require-hashes -r {place}/a checkout/requirements/run.lock"
    ]
    assert call(place, "batches").stderr == ""
    assert log(place) == first


def test_changed_lock_sets_up_again(place):
    lay(place / "bin" / "python3.12", FITS)
    call(place, "batches")
    (place / "a checkout" / "requirements" / "run.lock").write_text("newer\n")
    before = len(log(place))
    assert call(place, "batches").returncode == 0
    assert len(log(place)) > before


def test_larger_set_up_serves_a_smaller_wish(place):
    lay(place / "bin" / "python3.12", FITS)
    assert call(place, "--set-up-only", VITALFEW_LOCK="test").stdout == ""
    before = log(place)
    assert (call(place, "batches").returncode, log(place)) == (0, before)
    call(place, "--set-up-only", VITALFEW_LOCK="bench")
    assert any("bench.lock" in line for line in log(place))
