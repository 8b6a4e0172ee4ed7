"""One HTTP request from its first to its last moment: its correlation id, its deadline, its line in the log."""

import re
import time
from collections.abc import Callable
from typing import cast
from uuid import UUID

from flask import Flask, Response, current_app, g, request

from gateway.clients import USUAL_TIMEOUT_SECONDS, Clients, RequestContext
from gateway.http.networks import visitors_network
from gateway.sessions.identity import current_actor
from services.chassis import logs, metrics
from services.chassis.actors import Actor
from services.townhall.untyped import entry

# Every page answers within six seconds, whatever is down: what is asked of services stops before. What the sender's own line
# takes for a body has its time besides (server.py).
PATIENCE_SECONDS = 5.0
BRIEF_SECONDS = 1.5
"""Of those, for what a page can do without; in proportion to how long a call may take."""
CORRELATION_HEADER = "X-Correlation-Id"
QUIET_ENDPOINTS = frozenset(
    {
        "assets",
        "health.alive",
        "health.ready",
        "agent_list_news.list_news",
        "agent_day.news",
        "agent_open_file.still_open",
    }
)
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

log = logs.get_logger("gateway")


def begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    new_id = cast("Callable[[], UUID]", current_app.extensions["parvis.new_id"])  # of `create_app`
    call_seconds = cast("float", current_app.config["RPC_TIMEOUT_SECONDS"])  # of `create_app`
    began = time.monotonic()
    g.correlation_id = given if _GIVEN_ID.fullmatch(given) else str(new_id())
    g.began, g.deadline = began, began + PATIENCE_SECONDS
    g.silent, g.missed = set[str](), set[str]()
    g.brief_until = began + BRIEF_SECONDS * call_seconds / USUAL_TIMEOUT_SECONDS


def end(response: Response) -> Response:
    """One line a request: the route's pattern and never its address, which may hold a number, a token or a search."""
    correlation_id = response.headers[CORRELATION_HEADER] = entry(vars(g), "correlation_id", str)  # of `begin`
    if request.endpoint not in QUIET_ENDPOINTS:
        seconds = time.monotonic() - entry(vars(g), "began", float)  # of `begin`
        metrics.served("api" if request.path.startswith("/api/") else "pages", response.status_code, seconds)
        log.info(
            "http",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else "-",
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            correlation_id=correlation_id,
        )
    return response


def request_context(actor: Actor | None = None) -> RequestContext:
    """Of the present HTTP request; `actor`: another one than its holder."""
    return RequestContext(
        actor=actor or current_actor(),
        correlation_id=entry(vars(g), "correlation_id", str),
        deadline=entry(vars(g), "deadline", float) + _waited(),
        brief_until=entry(vars(g), "brief_until", float) + _waited(),
        address=visitors_network(),
        silent=cast("set[str]", vars(g)["silent"]),  # of `begin`
        missed=cast("set[str]", vars(g)["missed"]),  # of `begin`
    )


def seconds_left() -> float:
    """Until the deadline of the present HTTP request; below nothing after it."""
    return entry(vars(g), "deadline", float) + _waited() - time.monotonic()


def _waited() -> float:
    """The seconds that the body took to come (server.py)."""
    return cast("float", getattr(request.environ.get("wsgi.input"), "waited", 0.0))


def clients() -> Clients:
    """The services, called on behalf of the holder of the present HTTP request."""
    return entry(current_app.extensions, "parvis.clients", Clients)  # of `create_app`


def install(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(end)
