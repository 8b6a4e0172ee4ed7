"""The towns that the command can start with are whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.import_town import REQUIRED, read_town
from deploy.local.trouble import Trouble
from deploy.local.up import DEMO_TOWN, EMPTY_TOWN
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
