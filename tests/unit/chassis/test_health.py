"""A probe that leaves before its answer is one line of the log, like all others."""

import socket
import struct
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import CapturingLogger

from deploy.local import ports
from services.chassis import health
from services.chassis.health import Health
from services.chassis.settings import Settings

PATIENCE_SECONDS = 20


def test_a_probe_that_leaves_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    said = CapturingLogger()
    monkeypatch.setattr(health, "log", said)
    port = ports.choose(["health"], home=tmp_path)["health"]
    left, asked = threading.Event(), threading.Event()

    def slow() -> bool:
        asked.set()
        return left.wait(PATIENCE_SECONDS)

    Health(replace(Settings(), health_host="127.0.0.1", health_port=port)).serve({"slow": slow})
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
    assert asked.wait(PATIENCE_SECONDS)
    line.close()
    left.set()

    deadline = time.monotonic() + PATIENCE_SECONDS
    while not said.calls and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [(call.method_name, call.args) for call in said.calls] == [("info", ("probe_left",))]
    assert "Traceback" not in "".join(capfd.readouterr())
