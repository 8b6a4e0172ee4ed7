"""The one way in which the command fails on purpose."""

from __future__ import annotations

import errno
from pathlib import Path


class Trouble(Exception):
    """What went wrong and what to do about it: one French sentence, shown as it is; the exit code is 1."""


def disk_full(error: OSError, where: Path | str) -> Trouble | None:
    """The sentence for a full disk (or quota), None for any other error."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return None
    return Trouble(f"Le disque est plein sous {where} : libérez environ 1 Go, puis relancez la commande.")
