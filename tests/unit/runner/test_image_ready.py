"""The probe of a container: ready or not, and in a swarm whether it was once and lives."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.image import ready


class Process(HTTPServer):
    """One that lives, and may wait for what it needs."""

    is_ready = False


class Answers(BaseHTTPRequestHandler):
    server: Process

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" or (self.server.is_ready and self.path == "/readyz") else 503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    monkeypatch.setattr(ready, "SERVED", f"{tmp_path}/served-{{port}}")
    with Process(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_container_is_healthy_while_its_process_is_ready(process: Process) -> None:
    found: list[int] = []
    for process.is_ready in (False, True, False):
        found.append(ready.main(process.server_port))
    assert found == [1, 0, 1]


def test_in_a_swarm_it_has_to_be_ready_once_and_then_to_live(process: Process) -> None:
    found: list[int] = []
    for process.is_ready in (False, True, False):
        found.append(ready.main(process.server_port, first=True))
    assert found == [1, 0, 0]


def test_what_does_not_answer_is_unhealthy_though_it_was_ready(process: Process) -> None:
    process.is_ready = True
    assert ready.main(process.server_port, first=True) == 0
    with HTTPServer(("127.0.0.1", 0), Answers) as bound:
        gone = bound.server_port
    Path(ready.SERVED.format(port=gone)).touch()

    assert ready.main(gone, first=True) == 1
