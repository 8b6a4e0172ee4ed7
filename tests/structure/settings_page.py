"""docs/settings.md, made of the settings' own descriptions: `python -m tests.structure.settings_page` writes it."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from services.chassis.setting_forms import Between
from services.chassis.settings import Settings
from services.townhall.typography import typeset

PAGE = Path(__file__).parent.parent.parent / "docs" / "settings.md"
HEAD = """\
# Réglages

Chaque processus lit les mêmes réglages dans son environnement, une fois, quand il démarre. `NOM_FILE` donne le chemin d’un
fichier qui contient la valeur, à la place de `NOM` : servez-vous-en pour ce qui est marqué secret. Une valeur qu’un réglage ne
peut pas avoir est refusée avant que rien ne démarre, par une phrase qui dit ce qu’il faut. Cette page est tirée de
`services/chassis/settings.py` ; un test les tient égales. La commande `./parvis` elle-même en lit deux de plus : `PARVIS_HOME`,
le dossier de son instance (`.parvis`), et `PARVIS_PYTHON`, le Python qui fait son environnement (`python3`, sinon l’un de 3.13,
3.12 et 3.11).

| Réglage | Ce que c’est | Par défaut |
| --- | --- | --- |
"""


def settings_page() -> str:
    """The whole page."""
    return typeset(HEAD + "".join(_line(setting) for setting in fields(Settings)))


def _line(setting: Field[Any]) -> str:
    meant = setting.metadata["help"] + _limits(setting) + (" *(secret)*" if setting.metadata["secret"] else "")
    return f"| `{setting.name.upper()}` | {meant.replace('|', chr(92) + '|')} | {_default(setting)} |\n"


def _limits(setting: Field[Any]) -> str:
    match setting.metadata["limit"]:
        case Between(lowest, highest):
            return f" ; de {lowest} à {highest}"
        case _:
            return ""


def _default(setting: Field[Any]) -> str:
    match setting.default:
        case None | "" | b"" | ():
            return "–"
        case bool():
            return f"`{int(setting.default)}`"
        case _:
            return f"`{setting.default}`"


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8")
