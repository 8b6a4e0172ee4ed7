"""`parvis addresses`: what the person at the terminal reads."""

import argparse
import io
from pathlib import Path

import pytest

from deploy.command.console import Console
from deploy.command.trouble import Trouble
from deploy.operator import addresses
from services.chassis.settings import Settings
from services.procedures.operations import Import
from services.townhall.typography import NBSP


@pytest.fixture(autouse=True)
def _running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "running_settings", lambda _: Settings())


def reading(monkeypatch: pytest.MonkeyPatch, **read: object) -> list[Path]:
    """Has each import read that; gives the files that were imported."""
    files: list[Path] = []

    def import_file(_: Settings, file: Path, found: Import) -> None:
        file.stat()
        files.append(file)
        for name, value in read.items():
            setattr(found, name, value)

    monkeypatch.setattr(addresses, "import_file", import_file)
    return files


def lines(file: Path) -> list[str]:
    said = addresses.import_addresses(argparse.Namespace(file=str(file)))
    return [line.replace(NBSP, " ") for line in said]


def test_an_import_says_what_it_read_and_names_bad_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = [f"ligne {number} : sans nom de voie" for number in range(2, 22)]
    reading(monkeypatch, lines=500, addresses=470, streets=31, bad_lines=30, bad=bad)

    said = lines(tmp_path)

    assert said[0].startswith("Lignes lues : 500. Adresses : 470, dans 31 rues.")
    assert said[1:3] == ["  ligne 2 : sans nom de voie", "  ligne 3 : sans nom de voie"]
    assert said[21] == "  et 10 autres."


def test_the_same_file_is_said_to_be_in_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reading(monkeypatch, same=True, addresses=470)

    assert lines(tmp_path) == ["Ce fichier est déjà en place (470 adresses) : rien ne change."]


def test_a_file_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reading(monkeypatch)

    with pytest.raises(Trouble, match="n’existe pas"):
        lines(tmp_path / "adresses.csv")


def test_a_removal_says_whether_there_was_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for found, words in ((True, "est retiré"), (False, "rien n’a été modifié")):
        monkeypatch.setattr(addresses, "remove_file", lambda _, found=found: found)

        assert words in addresses.remove(argparse.Namespace())


@pytest.mark.parametrize(("there", "known", "times"), [(True, False, 1), (True, True, 0), (False, False, 0)])
def test_a_first_start_brings_in_the_towns_own_extract_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: bool, known: bool, times: int
) -> None:
    files = reading(monkeypatch, lines=1, addresses=1, streets=1)
    monkeypatch.setattr(addresses, "has_file", lambda _: known)
    if there:
        (tmp_path / addresses.OF_A_TOWN).touch()

    addresses.bring_in_first(Settings(), tmp_path, Console(io.StringIO()))

    assert len(files) == times
