"""The last step of a start: a portal gets its first town whole, however often that has to be begun."""

import io
from pathlib import Path
from typing import Any

import pytest

from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.local.up import DEMO_TOWN, EMPTY_TOWN
from deploy.operator import settle as settling
from deploy.operator.settle import settle


class Killed(BaseException):
    pass


class Portal:
    """Answers as the services do: the town is published first, its people come afterwards."""

    def __init__(self) -> None:
        self.town: int | None = None

    def call(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {"town": self.town, "procedures": {}, "agendas": {}}


@pytest.fixture
def imports(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The towns whose import was begun; the first one is killed once the town itself is published."""
    begun: list[str] = []

    def import_town(town: str, portal: Portal, *_: Any) -> None:
        begun.append(town)
        portal.town = 1
        if len(begun) == 1:
            raise Killed

    monkeypatch.setattr(settling, "import_town", import_town)
    monkeypatch.setattr(settling, "read_town", lambda folder: folder.name)
    return begun


def start(portal: Portal, folder: Path, home: Path) -> None:
    settle(portal, folder, Layout(home=home), Console(io.StringIO()))  # type: ignore[arg-type]


def test_a_killed_import_is_ended_by_the_next_start_and_never_repeated(imports: list[str], tmp_path: Path) -> None:
    portal = Portal()
    with pytest.raises(Killed):
        start(portal, DEMO_TOWN, tmp_path)

    for folder in (EMPTY_TOWN, EMPTY_TOWN):  # also where that start would have brought in another town
        start(portal, folder, tmp_path)

    assert imports == [DEMO_TOWN.name, DEMO_TOWN.name]


def test_a_town_that_is_published_already_is_left_as_it_is(imports: list[str], tmp_path: Path) -> None:
    portal = Portal()
    portal.town = 1
    start(portal, DEMO_TOWN, tmp_path)
    assert imports == []
