"""An import says what it changes before it does, and asks before one town takes another one's place."""

import io
import sys
from typing import Any

import pytest

from deploy.command.console import Console
from deploy.command.trouble import Trouble
from deploy.local.up import DEMO_TOWN, EMPTY_TOWN
from deploy.operator import import_changes
from deploy.operator.town_folder import read_town


def changes(before: str | None, **kinds: dict[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = {"added": 0, "changed": 0, "same": 0, "left": []}
    return {
        "town_before": before,
        "town_changes": before != "Caen",
        **{kind: nothing | kinds.get(kind, {}) for kind in import_changes.KINDS},
    }


FULL = {"same": 2, "left": ["cantine"]}


def test_the_table_counts_each_kind_and_entries_absent_from_the_files() -> None:
    found = changes(
        "Caen", procedures={"added": 3, "changed": 1, "same": 20, "left": ["cantine"]}, news={"left": ["a"]}
    )
    lines = list(import_changes.table(found, withdraw=False))
    assert [line.split() for line in lines[1:]] == [
        ["Commune", "inchangée"],
        ["Démarches", "3", "1", "20", "1,", "restent"],
        ["Actualités", "0", "0", "0", "1,", "restent"],
    ]
    assert list(import_changes.table(found, withdraw=True))[2].endswith("1, retirés")
    assert max(map(len, lines)) <= 80


def test_files_that_are_published_already_change_nothing() -> None:
    assert list(import_changes.table(changes("Caen", procedures=FULL), withdraw=False)) == [
        "Rien ne change de ce qui est publié\N{NO-BREAK SPACE}: ces fichiers le sont tels quels."
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("answer", ["non\n", "\n", ""])
def test_another_town_is_replaced_only_after_a_yes(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    with pytest.raises(Trouble, match="Rien n’a été modifié"):
        import_changes.agree("Caen", changes("Bayeux", procedures=FULL), Console(said))
    assert "les comptes et les demandes de Bayeux restent" in said.getvalue()
    monkeypatch.setattr(sys, "stdin", Terminal("oui\n"))
    import_changes.agree("Caen", changes("Bayeux", procedures=FULL), Console(said))


def test_a_script_must_confirm_by_its_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("oui\n"))
    with pytest.raises(Trouble, match="ajoutez --yes"):
        import_changes.agree("Caen", changes("Bayeux", procedures=FULL), Console(io.StringIO()))


@pytest.mark.parametrize("before", [None, "Caen", "Votre commune"])
def test_a_first_an_unchanged_and_an_unfilled_town_need_no_confirmation(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    offered = FULL if before == "Caen" else {"added": 3}
    import_changes.agree("Caen", changes(before, procedures=offered), Console(io.StringIO()))


def test_values_left_to_fill_in_are_listed_with_their_file() -> None:
    assert list(import_changes.unfilled(read_town(DEMO_TOWN))) == []
    [line] = import_changes.unfilled(read_town(EMPTY_TOWN))
    assert "town.yaml" in line
    assert "town.department_name" in line
    assert line.endswith(" et 8 autres")
