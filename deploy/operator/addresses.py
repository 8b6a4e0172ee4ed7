"""`parvis addresses`: the town's own address file, from which the forms propose addresses."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from deploy.command.console import Console
from deploy.command.layout import caller_path, here
from deploy.command.running import running_settings
from deploy.command.trouble import Trouble
from services.chassis.settings import Settings
from services.procedures.operations import Import, has_file, import_file, remove_file

OF_A_TOWN = "addresses.csv"
"""The extract in a town's folder that its first start brings in."""


def import_addresses(options: argparse.Namespace) -> Iterator[str]:
    """What was read, and each line that was left out, with its reason."""
    yield from _imported(running_settings(here()), caller_path(options.file), Console())


def remove(_options: argparse.Namespace) -> str:
    if remove_file(running_settings(here())):
        return "Le fichier d’adresses est retiré : les formulaires ne proposent plus d’adresse."
    return "Il n’y a pas de fichier d’adresses : rien n’a été modifié."


def bring_in_first(settings: Settings, folder: Path, console: Console) -> None:
    """Of a new portal: the extract that lies beside the town's files. One that was imported since stays."""
    file = folder / OF_A_TOWN
    if file.exists() and not has_file(settings):
        for line in _imported(settings, file, console):
            console.step(line)


def _imported(settings: Settings, file: Path, console: Console) -> Iterator[str]:
    found = Import()
    with console.busy(lambda: f"Import des adresses : {found.lines} lignes lues"):
        try:
            import_file(settings, file, found)
        except FileNotFoundError:
            raise Trouble(f"Le fichier {file} n’existe pas.") from None
        except IsADirectoryError:
            raise Trouble(f"{file} est un dossier : donnez le fichier de l’extrait (.csv ou .csv.gz).") from None
        except PermissionError:
            raise Trouble(
                f"Le fichier {file} n’est pas lisible par ce compte : donnez-lui le droit de le lire."
            ) from None
    if found.same:
        yield f"Ce fichier est déjà en place ({found.addresses} adresses) : rien ne change."
        return
    yield (
        f"Lignes lues : {found.lines}. Adresses : {found.addresses}, dans {found.streets} rues. "
        f"Lignes écartées : {found.bad_lines}."
    )
    yield from (f"  {line}" for line in found.bad)
    if (more := found.bad_lines - len(found.bad)) > 0:
        yield f"  et {more} autres."
    yield "Les formulaires proposent ces adresses dans les secondes qui viennent."
