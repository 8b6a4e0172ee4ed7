"""The towns that the command can start with are whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.import_town import REQUIRED, check_samples, left_out, read_town, refused
from deploy.local.trouble import Trouble
from deploy.local.up import DEMO_TOWN, EMPTY_TOWN
from services.chassis.errors import Invalid
from services.chassis.problems import TOLD, ImportRefused, Problem
from services.procedures import coherence


@pytest.mark.parametrize("folder", [DEMO_TOWN, EMPTY_TOWN], ids=lambda folder: folder.name)
def test_a_town_that_we_bring_is_accepted_by_the_door_that_any_town_uses(folder: Path) -> None:
    town = read_town(folder)
    coherence.check({name: town[name] for name in REQUIRED})


def test_the_empty_town_has_nothing_to_file_and_nobody_in_it() -> None:
    town = read_town(EMPTY_TOWN)
    assert (town["procedures"]["procedures"], town["agendas"]["agendas"], town.get("accounts")) == ([], [], None)


@pytest.mark.parametrize("content", ["", "- a list", "3"])
def test_a_file_that_is_no_set_of_headings_is_told_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "town.yaml").write_text(content)
    with pytest.raises(Trouble, match=r"town\.yaml doit commencer par des rubriques"):
        read_town(tmp_path)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"news:\n  - a: [\n", r"news\.yaml, ligne 3, colonne 1 : ce n’est pas du YAML valable"),
        (b"a: 1\nb: \xff\n", r"news\.yaml, ligne 2 : le fichier n’est pas en UTF-8"),
        (b"a: 1\nb: \x01\n", r"news\.yaml : ce n’est pas du YAML valable"),
        (b"a: !!python/name:os.system x", r"news\.yaml, ligne 1, colonne 4 : ce n’est pas du YAML valable"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_file_and_line(tmp_path: Path, content: bytes, place: str) -> None:
    (tmp_path / "news.yaml").write_bytes(content)
    with pytest.raises(Trouble, match=place) as told:
        read_town(tmp_path)
    assert len(str(told.value).splitlines()) == 1


def test_a_sample_of_no_procedure_is_told_before_anything_is_imported() -> None:
    citizen = {"username": "camille", "sample_requests": [{"ref": "CE-1", "procedure": "nowhere"}]}
    town = {"procedures": {"procedures": [{"slug": "somewhere"}]}, "accounts": {"citizens": [citizen]}}
    with pytest.raises(Trouble, match=r"accounts\.yaml › camille › sample_requests › CE-1 : la démarche « nowhere »"):
        check_samples(town)


@pytest.mark.parametrize("odd", [None, 3, "text", [1], [{"sample_requests": 4}]])
def test_what_is_no_list_of_people_is_left_to_the_service_that_refuses_it(odd: object) -> None:
    check_samples({"procedures": {"procedures": odd}, "accounts": {"citizens": odd}})


@pytest.mark.parametrize(
    ("published", "told"),
    [
        ({"absent": [], "withdrawn": []}, []),
        (
            {"absent": ["acte-deces", "cantine"], "withdrawn": []},
            ["Absentes de ces fichiers et toujours proposées : acte-deces, cantine (--withdraw les retire)"],
        ),
        ({"absent": [], "withdrawn": ["cantine"]}, ["Retirées du portail : cantine"]),
    ],
)
def test_what_the_files_leave_out_is_told(published: dict[str, list[str]], told: list[str]) -> None:
    assert left_out(published) == told


def test_every_fault_has_a_line_with_its_file() -> None:
    told = ImportRefused(
        [Problem(file="town.yaml", entry=f"e{n}", field="slug", message="Il manque.") for n in range(TOLD + 2)]
    )
    lines = refused("procedures.import_town", told).split("\n")
    assert lines[:2] == [told.message, "  town.yaml › e0 › slug : Il manque."]
    assert lines[-1] == "  et 2 autres."
    assert len(lines) == 1 + TOLD + 1


def test_a_fault_of_people_names_their_file() -> None:
    odd = Invalid("À corriger.", fields={"agents": "Il faut une liste."})
    assert refused("accounts.import_accounts", odd).split("\n") == [
        "Comptes des agents et des citoyens : À corriger.",
        "  accounts.yaml › agents : Il faut une liste.",
    ]
