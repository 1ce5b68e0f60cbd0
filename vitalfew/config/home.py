"""The data folder of one installation: where it lies and the secret that is made for it once."""

from __future__ import annotations

import os
import pwd
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg

from vitalfew.rounds.backup import exchange, occupancy
from vitalfew.rounds.backup.occupancy import BeingRestored, Occupancy


def data_folder() -> Path:
    """VITALFEW_HOME, or the user's data folder; made when first asked for, readable by its owner only."""
    named = os.environ.get("VITALFEW_HOME")
    if named:
        folder = Path(named).expanduser()
    else:
        share = os.environ.get("XDG_DATA_HOME")
        folder = (Path(share) if share else _user_folder() / ".local" / "share") / "vitalfew"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SystemExit(
            f"{folder} cannot be the data folder ({error.strerror}): name another in VITALFEW_HOME."
        ) from None
    return folder.resolve()


def entered(folder: Path) -> Occupancy:
    """A share in the use of the data folder, after a restore that was killed has been ended or undone.

    Every process that loads the settings holds one until it ends: no restore goes on beneath a server or an import.
    """
    try:
        share = occupancy.enter(folder)
        if exchange.unfinished(folder):
            share.alone_soon()
            _end_restore(folder)
            share.shared()
    except BeingRestored as refusal:
        raise SystemExit(str(refusal)) from None
    return share


def _end_restore(folder: Path) -> None:
    """Finish what was decided; remove what was not."""
    if not exchange.decided(folder):
        exchange.clear(folder)
        return
    try:
        exchange.carry_out(folder, database=os.environ.get("VITALFEW_DATABASE", ""))
    except (OSError, psycopg.Error) as error:
        raise SystemExit(f"A restore that broke off could not be ended: {error} See docs/howto/backup.md.") from None


def _user_folder() -> Path:
    """The user's own folder, also where HOME is set to nothing."""
    return Path(os.environ.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir)


def room(folder: Path, name: str) -> Path:
    """A folder in the data folder, made when first asked for."""
    place = folder / name
    place.mkdir(exist_ok=True, mode=0o700)
    return place


def secret(folder: Path, name: str) -> str:
    """A secret of this installation's own, made at the first start and kept with mode 0600."""
    path = folder / name
    if not path.exists():
        draft = folder / f"{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)  # the first of two starting processes wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def database(folder: Path) -> dict[str, object]:
    """Django's settings for VITALFEW_DATABASE: `sqlite:PATH` (default, in the data folder) or `postgresql://…`."""
    address = os.environ.get("VITALFEW_DATABASE", "sqlite:vitalfew.sqlite3")
    if address.startswith("sqlite:"):
        return _sqlite(folder / address.removeprefix("sqlite:"))
    if address.startswith(("postgres://", "postgresql://")):
        return _postgres(address)
    raise SystemExit("VITALFEW_DATABASE must begin with sqlite: or postgresql://, see docs/howto/settings.md.")


def _sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
        },
    }


def _postgres(address: str) -> dict[str, object]:
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        raise SystemExit(
            "VITALFEW_DATABASE names a port that is no number from 0 to 65535, see docs/howto/settings.md."
        ) from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),  # such as sslmode=require
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
