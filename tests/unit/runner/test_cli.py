"""The commands speak French and fail with one sentence."""

from __future__ import annotations

import argparse
import re

import psycopg
import pytest

from deploy.local import cli
from deploy.local.trouble import Trouble
from services.chassis.errors import Invalid
from services.chassis.rpc import ServiceFailed

COMMANDS = (
    "up", "down", "status", "logs", "version", "test", "check", "bench", "import", "code", "rebuild", "verify",
    "republish", "psql", "dead-letters", "partner", "admin", "lock", "retention",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_french(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args([command, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert said.startswith("Usage\N{NO-BREAK SPACE}: ./parvis")
    assert "\nOptions\N{NO-BREAK SPACE}:\n" in said
    assert not re.search(r"\w:\s", said)
    assert "show this help" not in said


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["republish", "requests"], "il manque --from"),
        (["up", "--port", "abc"], "un nombre entier est attendu, pas « abc »"),
        (["nothing"], "« nothing » n’est pas un choix ; les choix : up, down"),
        (["up", "--unknown"], "inconnu : --unknown"),
        (["up", "--port", "70000"], "--port : 70000 ne convient pas, il faut entre 1 et 65535"),
        (["logs", "-n", "0"], "0 ne convient pas, il faut au moins 1"),
    ],
)
def test_a_wrong_command_is_told_in_french(argv: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args(argv)
    assert ended.value.code == cli.WRONG_USAGE
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["-n0", "-p", "no:randomly", "tests/unit"], ["tests/unit", "-k", "help"], ["-x", "--help-of-pytest"], []],
)
def test_what_follows_test_is_passed_on_in_its_order(arguments: list[str]) -> None:
    options = cli.parser().parse_args(cli.passed_on(["test", *arguments]))
    assert [argument for argument in options.arguments if argument != "--"] == arguments


def failing(error: BaseException) -> argparse.Namespace:
    def run(_options: argparse.Namespace) -> int:
        raise error

    return argparse.Namespace(run=run)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Trouble("Le port 80 est pris."), "Le port 80 est pris."),
        (OSError(28, "No space left on device"), "Le disque est plein"),
        (PermissionError(13, "Permission denied", "/x/lock"), "/x/lock n’est pas accessible à ce compte"),
        (psycopg.OperationalError("connection refused"), "La base de données ne répond pas"),
        (ServiceFailed("procedures.import_town failed: 'slug'"), "Un service a rencontré une erreur de son côté"),
    ],
)
def test_what_the_machine_refuses_is_one_sentence_and_exit_code_1(
    error: BaseException, sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.FrenchParser, "parse_args", lambda *_: failing(error))
    assert cli.main([]) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (Invalid("Non."), "Non."),
        (Invalid("Non.", fields={"email": "Il manque."}), "Non. email\N{NO-BREAK SPACE}: Il manque."),
        (Invalid("Non.", fields={"numbers": "Non. (7)"}), "Non. (7)"),
        (Invalid("Non.", fields={"text": "Non."}), "Non."),
    ],
)
def test_a_refusal_says_nothing_twice(refusal: Invalid, sentence: str) -> None:
    assert cli.told(refusal) == sentence
