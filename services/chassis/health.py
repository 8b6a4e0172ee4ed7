"""/livez, /readyz and /metrics on a private port: a process says whether it lives, and whether it can serve.

Not ready is no reason to restart it: it waits for its database or its broker by itself.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from services.chassis import logs, metrics
from services.chassis.settings import Settings, WrongSetting

log = logs.get_logger(__name__)

Checks = Mapping[str, Callable[[], bool]]


class _Server(ThreadingHTTPServer):
    """One line of the log, a JSON object like all others, where a probe left before its answer, and never a traceback."""

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            log.info("probe_left", error=type(error).__name__)
        else:
            log.error("probe_failed", error=type(error).__name__)


class Health:
    """Takes HEALTH_PORT when it is made, so that a process that cannot have it does not begin; 0: takes none."""

    def __init__(self, settings: Settings) -> None:
        """Raises WrongSetting when the port cannot be had."""
        self._server: ThreadingHTTPServer | None = None
        if settings.health_port:
            address = (settings.health_host, settings.health_port)
            try:
                self._server = _Server(address, BaseHTTPRequestHandler)
            except OSError as error:
                raise WrongSetting(
                    f"HEALTH_PORT : {address[0]}:{address[1]} ne peut pas être ouvert ({error.strerror})."
                ) from None

    def serve(self, checks: Checks) -> None:
        """Answers from a thread of its own. `checks`: what being ready takes, by name."""
        if self._server is not None:
            self._server.RequestHandlerClass = _answering(checks)
            self._server.daemon_threads = True
            serve, never_asked_to_stop = self._server.serve_forever, {"poll_interval": 3600.0}
            threading.Thread(target=serve, kwargs=never_asked_to_stop, name="health", daemon=True).start()


def _answering(checks: Checks) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            match self.path:
                case "/livez" | "/healthz":
                    self._answer(200, b'{"alive": true}')
                case "/readyz":
                    found = {name: passes(check) for name, check in checks.items()}
                    self._answer(200 if all(found.values()) else 503, json.dumps(found).encode())
                case "/metrics":
                    self._answer(200, metrics.page(), "text/plain; version=0.0.4")
                case _:
                    self._answer(404, b"{}")

        def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Logs nothing: probes come every second."""

    return Handler


def needs_of(parts: Iterable[object]) -> dict[str, Callable[[], bool]]:
    """What the parts of a process that nameko holds cannot do without: those that have a method `needs` say so."""
    declared: list[Callable[[], Checks]] = [getattr(part, "needs", dict) for part in parts]
    return {name: check for needs in declared for name, check in needs().items()}


def passes(check: Callable[[], bool]) -> bool:
    """Whether a check passes; one that raises does not."""
    try:
        return check()
    except Exception:
        return False
