"""RabbitMQ's management API. Asked directly, whatever proxy the environment names: each question carries the login.

Where the address names the servers of a cluster, any of them will do: they are tried in random order until one answers. What is
asked may then have been done by one that did not answer, and is done again by the next: a question and a PUT come to the same.
The second of two DELETEs would find nothing, so that one is asked of the next server only where it never left.
"""

import base64
import http.client
import json
import random
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from services.chassis import hosts

SECONDS = 5
OF_SEVERAL_SECONDS = 1  # to connect to one of several servers
DONE_AGAIN = ("GET", "PUT")


@dataclass(frozen=True)
class Management:
    """The API at `url`, which holds the login, and names one server or those of a cluster."""

    url: str

    def request(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """The status and what was answered; 503 and nothing where there is no answer."""
        servers = hosts.one_each(self.url)
        connect_seconds = SECONDS if len(servers) == 1 else OF_SEVERAL_SECONDS
        for server in random.sample(servers, len(servers)):
            connection = _to(server, connect_seconds)
            try:
                connection.connect()
            except OSError:
                continue
            answer = _asked(connection, method, path, body, _login(server))
            if answer is not None:
                return answer
            if method not in DONE_AGAIN:
                break
        return HTTPStatus.SERVICE_UNAVAILABLE, ""


def _to(server: str, seconds: float) -> http.client.HTTPConnection:
    parts = urlsplit(server)
    over = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return over(parts.hostname or "127.0.0.1", parts.port, timeout=seconds)


def _login(server: str) -> str:
    parts = urlsplit(server)
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
    return f"Basic {base64.b64encode(login).decode()}"


def _asked(
    connection: http.client.HTTPConnection, method: str, path: str, body: object, login: str
) -> tuple[int, str] | None:
    """None where no answer came."""
    headers = {"Authorization": login, "Content-Type": "application/json"}
    try:
        connection.sock.settimeout(SECONDS)
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
