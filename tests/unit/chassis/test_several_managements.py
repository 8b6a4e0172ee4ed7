"""Any server of a cluster will do for its management API: the next is asked where one does not answer, and nothing twice in vain."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from services.chassis.bus import management
from services.chassis.bus.management import Management

ASKED_TIMES = 40  # of two servers, each is the first in some of them


class Answering(HTTPServer):
    """Keeps what it is asked, and answers with the method; where it drops, it ends the connection without an answer."""

    def __init__(self, *, drops: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.drops = drops
        self.asked: list[tuple[str, str, str | None]] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    server: Answering  # pyright: ignore[reportIncompatibleVariableOverride] -- what http.server sets it to

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers["Authorization"]))
        if not self.server.drops:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.command.encode())

    def do_PUT(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def answers() -> Iterator[Answering]:
    yield from served(Answering())


@pytest.fixture
def drops() -> Iterator[Answering]:
    yield from served(Answering(drops=True))


@pytest.fixture
def refuses() -> Iterator[str]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield "127.0.0.1:{1}".format(*bound.getsockname())


def served(server: Answering) -> Iterator[Answering]:
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


def at(*places: str) -> Management:
    return Management(f"http://compte:secret@{','.join(places)}")


def test_each_server_is_asked_with_the_one_login(answers: Answering) -> None:
    assert at(answers.place).request("GET", "/api/overview") == (200, "GET")
    assert answers.asked == [("GET", "/api/overview", "Basic Y29tcHRlOnNlY3JldA==")]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_one_that_is_down_is_passed_over(answers: Answering, refuses: str, method: str) -> None:
    for _ in range(ASKED_TIMES):
        assert at(refuses, answers.place).request(method, "/") == (200, method)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_comes_to_the_same_is_asked_again_elsewhere(answers: Answering, drops: Answering, method: str) -> None:
    for _ in range(ASKED_TIMES):
        assert at(drops.place, answers.place).request(method, "/") == (200, method)
    assert drops.asked


def test_a_deletion_that_may_be_done_is_not_asked_for_again(answers: Answering, drops: Answering) -> None:
    said = [at(drops.place, answers.place).request("DELETE", "/api/users/partner-x") for _ in range(ASKED_TIMES)]

    assert said.count((503, "")) == len(drops.asked) > 0
    assert said.count((200, "DELETE")) == len(answers.asked) > 0


def test_none_that_answers_is_503(refuses: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(management, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        places = refuses, "127.0.0.1:{1}".format(*silent.getsockname())

        assert at(*places).request("GET", "/") == (503, "")
