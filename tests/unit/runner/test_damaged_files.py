"""A file that the command wrote and cannot read is reported in one sentence that names it and says what to do."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.command.layout import Layout
from deploy.local import cli
from tests.unit.runner.instances import SETTINGS

RUNNING: dict[str, Any] = {
    "pid": os.getpid(),
    "ready": True,
    "addresses": {"gateway": "http://portal"},
    "processes": {"PostgreSQL": {"pid": os.getpid(), "health": None}},
}
LOGIN = {"username": "a", "password": "b", "role": "agent"}
READERS = {
    "running.json": (["status"], ["status", "--json"]),
    "settings.json": (
        ["status"],
        ["verify"],
        ["partner", "list"],
        ["psql", "requests"],
        ["import", "deploy/demo-town"],
    ),
    "logins.txt": (["code", "agent.accueil"],),
    "lock": (["down"],),
}
"""Which commands read which file back."""
NO_JSON = (b"", b"[]", b"null", b"5", b'"x"', b'{"pid": 1', b"\xff\xfe", b"[" * 100_000, b'{"processes": {}}')
DAMAGES: dict[str, tuple[bytes, ...]] = {
    "running.json": (
        *NO_JSON,
        json.dumps(RUNNING | {"pid": "1"}).encode(),
        json.dumps(RUNNING | {"pid": 10**30}).encode(),
        json.dumps(RUNNING | {"processes": [1]}).encode(),
        json.dumps(RUNNING | {"processes": {"gateway": {"pid": 1, "health": "x"}}}).encode(),
        json.dumps(RUNNING | {"addresses": None}).encode(),
    ),
    "settings.json": (
        *NO_JSON,
        b"{}",
        json.dumps(SETTINGS | {"GATEWAY_PORT": 8000}).encode(),
        json.dumps(SETTINGS | {"DATABASE_URL": "nonsense"}).encode(),
        json.dumps(SETTINGS | {"MASTER_KEY": "short"}).encode(),
        json.dumps({name: value for name, value in SETTINGS.items() if name != "AMQP_URL"}).encode(),
    ),
    "logins.txt": (b"a: [", b"5", b"- 5", b"- {username: a}", b"\xff\xfe"),
    "lock": (b"no number", b"-5", b"9" * 40, b"\xff\xfe"),
}


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Layout]:
    """An instance that somebody runs."""
    monkeypatch.setenv("PARVIS_HOME", str(tmp_path))
    made = Layout(home=tmp_path)
    with made.lock():
        made.open()
        made.running.write_text(json.dumps(RUNNING))
        made.settings.write_text(json.dumps(SETTINGS))
        made.logins.write_text(json.dumps([LOGIN]))
        yield made


@pytest.mark.parametrize(
    ("name", "argv", "left"),
    [
        pytest.param(name, argv, left, id=f"{' '.join(argv)} {name} {number}")
        for name, commands in READERS.items()
        for argv in commands
        for number, left in enumerate(DAMAGES[name])  # a number is the same in every worker, an id of a process is not
    ],
)
def test_a_damaged_file_is_named(
    layout: Layout, name: str, argv: list[str], left: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (layout.home / name).write_bytes(left)

    assert cli.main(argv) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert f"parvis : Le fichier {layout.home / name} est abîmé : " in said.err.replace("\N{NO-BREAK SPACE}", " ")
    assert len([line for line in said.err.splitlines() if "encore en cours" not in line]) == 1  # said by a slow machine


def test_a_status_needs_every_address_of_a_server_of_ours(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    without = {name: value for name, value in SETTINGS.items() if name != "OWNER_DATABASE_URL"}
    layout.settings.write_text(json.dumps(without))
    assert cli.main(["status"]) == 1
    assert f"{layout.settings} est abîmé" in capsys.readouterr().err
