"""`parvis status` is believed by machines: it says ready only where everything answers."""

import argparse
import json
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.command.layout import Layout, write_private
from deploy.local import object_store, postgres, rabbitmq, status as statuses
from deploy.local.status import NOT_RUNNING, status
from tests.unit.runner.instances import SETTINGS


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def healthy() -> Iterator[int]:
    """The port of a process that says it can serve."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Ready) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def stuck() -> Iterator[int]:
    """The port of a process that was stopped: the kernel still takes what is sent to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Layout]:
    monkeypatch.setenv("PARVIS_HOME", str(tmp_path))
    made = Layout(home=tmp_path)
    with made.lock():
        write_private(made.settings, json.dumps(SETTINGS))
        yield made


def shown(
    layout: Layout, capsys: pytest.CaptureFixture[str], ports: dict[str, int | None], *, started: bool = True
) -> tuple[int, bool, dict[str, str]]:
    """The exit code, what a program reads of it, and the health of each process."""
    processes = {name: {"pid": os.getpid(), "health": port} for name, port in ports.items()}
    facts = {"pid": os.getpid(), "ready": started, "addresses": {"gateway": "http://portal"}, "processes": processes}
    write_private(layout.running, json.dumps(facts))
    code = status(argparse.Namespace(json=True))
    whole = json.loads(capsys.readouterr().out)
    return code, whole["ready"], {one["name"]: one["health"] for one in whole["processes"][1:]}


def test_a_portal_that_answers_is_ready(layout: Layout, healthy: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(layout, capsys, {"gateway": healthy, "quiet": None})
    assert found == (0, True, {"gateway": "ready", "quiet": "running"})
    assert shown(layout, capsys, {"gateway": healthy}, started=False)[:2] == (NOT_RUNNING, False)


def test_a_silent_process_makes_the_portal_not_ready(
    layout: Layout, healthy: int, stuck: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statuses, "HEALTH_SECONDS", 4.0)  # enough for the one that answers
    found = shown(layout, capsys, {"gateway": healthy, "messaging": stuck})
    assert found == (NOT_RUNNING, False, {"gateway": "ready", "messaging": "not_ready"})

    assert status(argparse.Namespace(json=False)) == NOT_RUNNING
    assert "Ne répond pas : messaging." in capsys.readouterr().out


def test_departments_without_an_agent_for_erasures_are_named_once_all_is_ready(
    layout: Layout, healthy: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statuses.erasure_answers, "warnings", lambda _rpc: iter(["Sans agent : urbanisme."]))
    assert shown(layout, capsys, {"gateway": healthy})[0] == 0
    assert status(argparse.Namespace(json=False)) == 0
    assert "Sans agent : urbanisme." in capsys.readouterr().out


def test_servers_are_asked_as_well(layout: Layout, healthy: int, capsys: pytest.CaptureFixture[str]) -> None:
    answering = {"RABBITMQ_MANAGEMENT_URL": f"http://u:p@127.0.0.1:{healthy}", "S3_ENDPOINT": f"127.0.0.1:{healthy}"}
    write_private(layout.settings, json.dumps(SETTINGS | answering))
    found = shown(layout, capsys, dict.fromkeys((postgres.NAME, rabbitmq.NAME, object_store.NAME)))
    assert found == (NOT_RUNNING, False, {"PostgreSQL": "not_ready", "RabbitMQ": "not_ready", "Stockage S3": "ready"})


def test_the_file_that_holds_the_passwords_is_named(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    status(argparse.Namespace(json=True))

    assert json.loads(capsys.readouterr().out)["settings"] == str(layout.settings)
