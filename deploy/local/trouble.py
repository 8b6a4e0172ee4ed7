"""The one way in which the command fails on purpose."""

from __future__ import annotations

import errno
from pathlib import Path

DISK_FULL = "Le disque est plein : libérez environ 1 Go, puis relancez la commande."


class Trouble(Exception):
    """What went wrong and what to do about it: one French sentence, shown as it is; the exit code is 1."""


def of_the_machine(error: OSError, where: Path) -> Trouble | None:
    """The sentence for what the machine refuses (space, rights); None for an error that is ours to mend."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return Trouble(DISK_FULL)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Trouble(
                f"{error.filename or where} n’est pas accessible à ce compte : relancez sous le compte qui l’a créé, "
                "ou choisissez un autre dossier avec PARVIS_HOME."
            )
        case errno.ENOMEM:
            return Trouble("La mémoire manque : fermez d’autres programmes (2 Go suffisent à Parvis), puis relancez.")
        case _:
            return None
