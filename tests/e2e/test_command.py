"""The command itself, on an instance of its own: a start that is killed, one that runs in the foreground, and its end."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.local.object_store import GRPC
from deploy.local.processes import INSTANCE_VARIABLE
from services.chassis.service_list import service_names
from tests.servers.portal import ROOT, Portal, free_port, parvis

SUPERVISOR = "supervision"
PROCESSES = {
    *service_names(),
    "gateway",
    "relay",
    "mail",
    "PostgreSQL",
    "RabbitMQ",
    "RabbitMQ (epmd)",
    "Stockage S3",
    "supervision",
}
ADDRESSES = {"gateway", "mail", "mail_token", "amqp", "partner_amqp", "logins", "openapi", "asyncapi", "settings"}
UP_SECONDS = 180
NEEDED_FIRST = ("PostgreSQL", "RabbitMQ", "requests", "gateway")
"""Some of them, each before those that need it."""
NO_BREAK = "\N{NO-BREAK SPACE}"
DATABASES_ARE_MADE = "PostgreSQL, RabbitMQ (epmd) : prêt"


@dataclass
class Started:
    """A command in the foreground, and all that it has said."""

    running: subprocess.Popen[str]
    said: str = ""

    def until(self, words: str) -> None:
        """Reads on until it has said that; fails when it ends before."""
        output = self.running.stdout
        assert output is not None
        while words not in self.said:
            line = output.readline()
            assert line, self.said
            self.said += line.replace(NO_BREAK, " ")

    def exit_code(self) -> int:
        """Once it has ended; what it said until then is kept."""
        rest, _ = self.running.communicate(timeout=UP_SECONDS)
        self.said += rest.replace(NO_BREAK, " ")
        return self.running.returncode


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="parvis-e2e-"))
    yield folder / "une commune à part"
    parvis(folder / "une commune à part", "down")
    shutil.rmtree(folder)


def start(home: Path, *options: str) -> Started:
    return Started(
        subprocess.Popen(
            [str(ROOT / "parvis"), "up", "--no-demo", "--port", str(free_port()), *options],
            env={**os.environ, "PARVIS_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    )


def left(home: Path) -> list[str]:
    """The processes of the instance that still run, whatever their parent is."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(INSTANCE_VARIABLE) == str(home):
                found.append(process.name())
        except psutil.Error:
            continue
    return found


def until_nothing_is_left(home: Path) -> None:
    deadline = time.monotonic() + UP_SECONDS
    while running := left(home):
        assert time.monotonic() < deadline, running
        time.sleep(0.05)


def test_a_start_that_is_killed_leaves_no_process_and_the_next_one_works(home: Path) -> None:
    killed = start(home)
    killed.until(DATABASES_ARE_MADE)
    assert left(home)
    killed.running.kill()
    killed.exit_code()
    until_nothing_is_left(home)
    assert parvis(home, "status").returncode != 0

    running = start(home)
    running.until("/api/v1/asyncapi.json")
    its_ports = set(json.loads((home / "ports.json").read_text("utf-8")).values())
    check_the_commands(home)

    processes = {one["name"]: psutil.Process(one["pid"]) for one in listed(home) if one["name"] != SUPERVISOR}
    running.running.send_signal(signal.SIGINT)
    ends = list(order_of_end(processes))
    assert running.exit_code() == 0
    assert left(home) == []
    assert not (home / "running.json").exists()
    sockets = Path("/tmp").glob("seaweedfs-*.sock")
    assert [one.name for one in sockets if any(str(port + GRPC) in one.name for port in its_ports)] == []
    assert "Tout est arrêté." in running.said
    inner = [name for name in ends if name in NEEDED_FIRST]
    assert inner == list(reversed(NEEDED_FIRST)), "a process ends after one that it needs"
    check_a_new_beginning(home)


def test_a_port_in_use_is_reported_in_a_sentence_and_nothing_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        ended = parvis(tmp_path / "home", "up", "--no-demo", "--port", str(taken))

    assert ended.returncode != 0
    assert f"Le port {taken} est déjà pris par un autre programme" in (ended.stdout + ended.stderr).replace(
        NO_BREAK, " "
    )
    assert "Traceback" not in ended.stderr
    assert left(tmp_path / "home") == []
    assert parvis(tmp_path / "home", "status").returncode != 0


def order_of_end(processes: dict[str, psutil.Process]) -> Iterator[str]:
    """Their names as they end. What others need is looked at before them: of several that end between two looks, it comes last."""
    running, deadline = {name: processes.pop(name) for name in NEEDED_FIRST} | processes, time.monotonic() + UP_SECONDS
    while running:
        assert time.monotonic() < deadline, running
        for name in reversed([name for name, process in running.items() if not process.is_running()]):
            del running[name]
            yield name
        time.sleep(0.01)


def listed(home: Path) -> list[dict[str, Any]]:
    return json.loads(parvis(home, "status", "--json").stdout)["processes"]


def check_the_commands(home: Path) -> None:
    """What an operator asks of an instance that runs."""

    def said(*arguments: str) -> str:
        done = parvis(home, *arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return (done.stdout + done.stderr).replace(NO_BREAK, " ")

    processes = listed(home)
    assert {one["name"] for one in processes} == PROCESSES
    assert {one["health"] for one in processes} == {"ready", "running"}
    assert all(one["pid"] > 0 and one["memory"] > 0 for one in processes)
    assert said("verify").count("tout est intact") == len(service_names())
    assert "publiés à nouveau : 1 ;" in said("republish", "procedures", "--from", "1")
    assert "Aucun message en échec" in said("dead-letters", "list")
    assert "1 row" in said("psql", "requests", "-c", "SELECT count(*) FROM events")
    added = said("admin", "add", "mairie", "--email", "mairie@ville.example")
    assert "otpauth://" in added
    assert "(1 row)" in said("psql", "accounts", "-c", "SELECT FROM agents")
    assert "method=heard" in said("logs", "requests")
    assert said("import", str(ROOT / "deploy" / "empty-town"), "--yes")


def check_a_new_beginning(home: Path) -> None:
    """`--fresh` keeps nothing of what was there: its databases are others, which hold nothing yet."""
    [cluster] = home.glob("**/pg_control")
    identity = cluster.read_bytes()[:8]

    fresh = start(home, "--fresh")
    fresh.until(DATABASES_ARE_MADE)
    fresh.running.send_signal(signal.SIGINT)

    assert fresh.exit_code() != 0
    assert "Démarrage interrompu : tout est arrêté." in fresh.said
    assert cluster.read_bytes()[:8] != identity


def test_a_detached_start_prints_where_everything_is(portal: Portal) -> None:
    assert set(portal.addresses) == ADDRESSES
