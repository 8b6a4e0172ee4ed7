"""What an import is about to change, shown before it does, and confirmed where another town would lose its name."""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from deploy.command.console import Console
from deploy.command.trouble import Trouble
from deploy.operator.town_folder import Town

Changes = Mapping[str, Any]
"""The `changes` that `CheckTown` and `CheckContent` answer, in one."""

KINDS = {
    "procedures": "Démarches",
    "agendas": "Agendas",
    "news": "Actualités",
    "activities": "Activités",
    "practical_info": "Informations pratiques",
    "polls": "Sondages",
    "partner_spaces": "Autres espaces",
    "home": "Accueil",
}
TO_FILL = re.compile(r"à renseigner", re.IGNORECASE)
SHOWN_PLACES = 3


def table(changes: Changes, *, withdraw: bool) -> Iterator[str]:
    """The table of what changes, a line a kind; one line where all is published already as it is written."""
    rows = [(name, changes[kind], kind) for kind, name in KINDS.items()]
    withdrawn = withdraw and changes["procedures"]["left"]
    moving = any(row["added"] or row["changed"] for _, row, _ in rows)
    if not (changes["town_changes"] or moving or withdrawn):
        yield "Rien ne change de ce qui est publié : ces fichiers le sont tels quels."
        return
    yield f"{'Ce que l’import change':<24} {'ajoutés':>8} {'modifiés':>9} {'inchangés':>10}  absents de ces fichiers"
    yield f"{'Commune':<24} " + (
        "modifiée"
        if changes["town_before"] and changes["town_changes"]
        else "inchangée"
        if changes["town_before"]
        else "ajoutée"
    )
    for name, row, kind in rows:
        left = len(row["left"])
        fate = "retirés" if withdraw and kind == "procedures" else "restent"
        if left or row["added"] or row["changed"] or row["same"]:
            counted = f"{row['added']:>8} {row['changed']:>9} {row['same']:>10}"
            yield f"{name:<24} {counted}  " + (f"{left}, {fate}" if left else "0")


def agree(name: str, changes: Changes, console: Console) -> None:
    """Asks the person at the terminal before another town's name is replaced; raises Trouble without a yes."""
    before = changes["town_before"]
    if before in (None, name) or not (
        changes["procedures"]["same"] or changes["procedures"]["changed"] or changes["procedures"]["left"]
    ):
        return  # nothing is published, or nothing but the name of a town that was never filled in
    warning = (
        f"Ce portail est celui de {before}, et ces fichiers sont ceux de {name} : ce qu’ils ne nomment pas, les comptes et les "
        f"demandes de {before} restent. Une commune à part veut un portail à part (docs/changing.md)."
    )
    if not sys.stdin.isatty():
        raise Trouble(f"{warning} Rien n’a été modifié ; pour remplacer {before} tout de même, ajoutez --yes.")
    console.say(warning)
    console.say(f"Remplacer {before} par {name} (oui ou non) :")
    if sys.stdin.readline().strip().lower() not in ("oui", "o"):
        raise Trouble("Rien n’a été modifié.")


def unfilled(town: Town) -> Iterator[str]:
    """The texts that are still to be filled in, a line a file, with the first places of each."""
    for file, document in town.items():
        places = list(_places(document, ""))
        if places:
            more = f" et {len(places) - SHOWN_PLACES} autres" if len(places) > SHOWN_PLACES else ""
            yield f"À renseigner encore dans {file}.yaml : {', '.join(places[:SHOWN_PLACES])}{more}"


def _places(node: Any, at: str) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from _places(value, f"{at}.{name}" if at else str(name))
    elif isinstance(node, list):
        for number, value in enumerate(node, 1):
            yield from _places(value, f"{at}[{number}]")
    elif isinstance(node, str) and TO_FILL.search(node):
        yield at
