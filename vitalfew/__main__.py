"""The command `vitalfew`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Load the settings, then hand the words of the call to the command line door."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vitalfew.config.settings")
    # Our products of matrices are small: threads wait for each other and burn five times the CPU (docs/decisions/0008).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import django  # reason: settings must be named first

    django.setup()
    from vitalfew.cli.main import run  # reason: models can be imported only after set-up

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
