"""What is done to a restored state before it counts, in a process that knows nothing but this state: run with `-m`.

It has its own data folder, keys and database, so that the present ones cannot be touched, and the trail is sealed with
the key that belongs to it.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any


def main() -> None:
    """Read what is to be done as JSON, do it, and say as JSON what was done."""
    import django  # reason: the environment names the settings of the restored state

    django.setup()
    from django.db import connections  # reason: models can be imported only after set-up

    from vitalfew.rounds.backup import settled_state  # reason: models can be imported only after set-up

    asked: dict[str, Any] = json.load(sys.stdin)
    done = settled_state.settle(asked, at=datetime.fromisoformat(asked["at"]))
    connections.close_all()
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    main()
