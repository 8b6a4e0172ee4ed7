"""RabbitMQ's management API. Asked directly, whatever proxy the environment names: each question carries the login."""

import base64
import http.client
import json
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

SECONDS = 5


@dataclass(frozen=True)
class Management:
    """The API at `url`, which holds the login."""

    url: str

    def request(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """The status and what was answered; 503 and nothing where there is no answer."""
        parts = urlsplit(self.url)
        over = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = over(parts.hostname or "127.0.0.1", parts.port, timeout=SECONDS)
        login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
        headers = {"Authorization": f"Basic {base64.b64encode(login).decode()}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return HTTPStatus.SERVICE_UNAVAILABLE, ""
        finally:
            connection.close()
