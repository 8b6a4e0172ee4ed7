"""Whether something answers on this machine, asked from outside and within seconds."""

import http.client
import socket


def from_here(host: str) -> str:
    """The address under which this machine reaches what listens on `host`, which may stand for all addresses."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (called, not listened on) # nosec B104


def answers(port: int, seconds: float = 0.5, path: str = "/readyz", host: str = "127.0.0.1") -> bool:
    """True when a process says over HTTP that it can serve."""
    connection = http.client.HTTPConnection(from_here(host), port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True
