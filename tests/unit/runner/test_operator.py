"""Who types a command that stays in a journal is named."""

import getpass

import pytest

from deploy.command.trouble import Trouble
from deploy.local import cli
from deploy.operator.operator_name import operator


def test_a_name_is_kept_in_one_line_of_so_many_characters() -> None:
    assert operator("  Anne \n Martin ") == "Anne Martin"
    with pytest.raises(Trouble):
        operator("a" * 81)


@pytest.mark.parametrize("named", [None, "", "  "])
def test_without_a_name_the_operator_is_the_account(monkeypatch: pytest.MonkeyPatch, named: str | None) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "amartin")

    assert operator(named) == "amartin"


def test_in_a_container_the_name_of_the_operator_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_SETTINGS", "environment")

    with pytest.raises(Trouble, match="--by"):
        operator(None)
    assert operator("Anne Martin") == "Anne Martin"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        (
            ["dead-letters", "dismiss", "requests", "0123456789ab", "--reason", "un essai", "--by", "A"],
            ("un essai", "A"),
        ),
        (["retention", "approve", "x", "--visa", "v", "--by", "A"], ("v", "A")),
    ],
)
def test_the_commands_take_a_name(typed: list[str], names: tuple[str, str]) -> None:
    options = vars(cli.parser().parse_args(typed))

    assert (options.get("reason") or options["visa"], options["by"]) == names
