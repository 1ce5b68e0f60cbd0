"""What a log may say: never a token, although the address of a signed link carries one."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"[\w-]{40,}")  # ours have 43 signs or more; what else is as long loses nothing


class HideTokens(logging.Filter):
    """Takes every long run of signs out of a line before it is written; Django's own lines name the address asked for."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Pass every record on, without tokens in it."""
        told = record.getMessage()
        hidden = _TOKEN.sub("…", told)
        if hidden != told:
            record.msg, record.args = hidden, ()
        return True
