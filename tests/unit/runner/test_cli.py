"""The commands speak French and fail with one sentence."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from deploy.command.layout import ROOT
from deploy.command.parser import WRONG_USAGE
from deploy.command.trouble import INTERRUPTED, Trouble, of_a_service
from deploy.local import cli
from services.chassis.errors import Invalid
from services.chassis.rpc.client import ServiceFailed

COMMANDS = (
    "up", "down", "status", "logs", "version", "test", "check", "bench", "import", "code", "rebuild", "verify",
    "republish", "psql", "dead-letters", "partner", "agent", "admin", "lock", "retention", "vault",
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
        (["psql"], "il manque SERVICE\N{NO-BREAK SPACE}; les services\N{NO-BREAK SPACE}: accounts, content, documents"),
        (["up", "--port", "abc"], "un nombre entier est attendu, pas « abc »"),
        (["nothing"], "« nothing » n’est pas un choix ; les choix : up, down"),
        (["up", "--unknown"], "inconnu : --unknown"),
        (
            ["republish", "requests", "--from", "9" * 5000],
            "99999999999999999999… ne convient pas, il faut au plus 9999",
        ),
        (["republish", "requests", "--from", "0"], "0 ne convient pas, il faut au moins 1"),
        (["up", "--port", "70000"], "--port : 70000 ne convient pas, il faut entre 1 et 65535"),
        (["logs", "-n", "0"], "0 ne convient pas, il faut au moins 1"),
        (["dead-letters", "dismiss", "requests", "0123456789ab"], "il manque --reason"),
    ],
)
def test_a_bad_command_is_refused_in_french(argv: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args(argv)
    assert ended.value.code == WRONG_USAGE
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["-n0", "-p", "no:randomly", "tests/unit"], ["tests/unit", "-k", "help"], ["-x", "--help-of-pytest"], []],
)
def test_the_arguments_after_test_are_passed_on_in_their_order(arguments: list[str]) -> None:
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
        (IsADirectoryError(21, "Is a directory", "/x/lock"), "/x/lock n’est pas ce que Parvis y met"),
        (IsADirectoryError(21, "Is a directory", "/x/a.new", None, "/x/a"), "/x/a n’est pas ce que Parvis y met"),
        (FileExistsError(17, "File exists", "/x/log"), "/x/log n’est pas ce que Parvis y met"),
        (OSError(36, "File name too long", "/x"), "est un nom trop long"),
        (psycopg.OperationalError("connection refused"), "La base de données ne répond pas"),
        (ServiceFailed("procedures.import_town failed: 'slug'"), "Un service a rencontré une erreur de son côté"),
    ],
)
def test_a_refusal_of_the_machine_is_one_sentence_and_exit_code_1(
    error: BaseException, sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.FrenchParser, "parse_args", lambda *_: failing(error))
    assert cli.main([]) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.splitlines()) == 1


def ours(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "deploy.local", *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [["--help"], ["bench", "--help"], ["version"]])
def test_a_closed_output_pipe_prints_no_traceback(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "deploy.local", *arguments],
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert "Error" not in done.stderr
    assert done.returncode == INTERRUPTED or "--help" in arguments  # argparse is content without a reader


def test_a_help_needs_no_environment(tmp_path: Path) -> None:
    (tmp_path / "parvis").write_bytes((ROOT / "parvis").read_bytes())
    for folder in ("deploy", "services"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    done = subprocess.run(
        ["sh", "parvis", "bench", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "--chain-rate N" in done.stdout
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (Invalid("Non."), "Non."),
        (Invalid("Non.", fields={"agent.email": "Il manque."}), "Non. courriel\N{NO-BREAK SPACE}: Il manque."),
        (Invalid("Non.", fields={"numbers": "Non. (7)"}), "Non. (7)"),
        (Invalid("Non.", fields={"text": "Non."}), "Non."),
    ],
)
def test_a_refusal_repeats_no_sentence(refusal: Invalid, sentence: str) -> None:
    assert of_a_service(refusal) == sentence


def test_the_version_is_asked_for_either_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Parvis ")
    assert cli.main(["version"]) == 0
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("command", ["up", "down", "status"])
def test_a_folder_in_the_place_of_the_lock_is_refused(command: str, tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    done = ours(command, PARVIS_HOME=str(tmp_path))
    assert done.returncode == 1
    assert f"{tmp_path / 'lock'} n’est pas ce que Parvis y met" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_of_another_machine_is_refused_before_any_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = ours("up", PARVIS_HOME=str(home), GATEWAY_HOST="203.0.113.9")
    assert done.returncode == 1
    assert "203.0.113.9 n’est pas une adresse de cette machine" in done.stderr
    assert not (home / "postgres").exists()
