"""/livez, /readyz and /metrics on a private port: a process says whether it lives, and whether it can serve.

Not ready is no reason to restart it: it waits for its database or its broker by itself.
"""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from services.chassis import metrics
from services.chassis.settings import Settings

Checks = Mapping[str, Callable[[], bool]]


def serve(settings: Settings, checks: Checks) -> None:
    """Answers on HEALTH_PORT from a thread of its own; nothing when it is 0. `checks`: what being ready takes, by name."""
    if not settings.health_port:
        return

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

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: probes come every second."""

    server = ThreadingHTTPServer((settings.health_host, settings.health_port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


def passes(check: Callable[[], bool]) -> bool:
    """Whether a check passes; one that raises does not."""
    try:
        return check()
    except Exception:
        return False
