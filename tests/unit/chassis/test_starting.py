"""A process that could not serve safely does not begin, and says why in one sentence."""

import base64
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
KEY = base64.b64encode(bytes(range(32))).decode()
KEYS = {"MASTER_KEY": KEY, "RPC_KEY": KEY, "SIGNING_KEY": KEY}
MODULES = {
    "requests": ["services.chassis.process.run", "requests"],
    "gateway": ["gateway"],
    "relay": ["services.chassis.bus.relay"],
}


def started(name: str, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    bare = {variable: os.environ[variable] for variable in ("PATH", "HOME") if variable in os.environ}
    command = [sys.executable, "-m", *MODULES[name]]
    return subprocess.run(
        command, cwd=ROOT, env={**bare, **settings}, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("name", "missing"), [("requests", "MASTER_KEY"), ("requests", "RPC_KEY"), ("gateway", "SIGNING_KEY")]
)
def test_a_process_without_one_of_its_keys_names_it_and_ends(name: str, missing: str) -> None:
    ended = started(name, {**KEYS, missing: ""})

    assert ended.returncode == 2
    assert ended.stderr == f"{name} : {missing} : ce réglage manque, il faut une clé de 32 octets en base64.\n"


@pytest.mark.parametrize("name", ["requests", "relay", "gateway"])
def test_a_health_port_in_use_is_reported_in_a_sentence(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = started(name, {**KEYS, "HEALTH_PORT": port})

    assert ended.returncode == 2
    said = f"{name} : HEALTH_PORT : 127.0.0.1:{port} ne peut pas être ouvert (Address already in use).\n"
    assert ended.stderr == said
