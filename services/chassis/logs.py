"""Logs: one JSON object a line, in UTC, for machines; or aligned text for a person. Never a body, a name, an address or a token."""

import logging
import sys
from typing import Any

import structlog

from services.chassis.settings import Settings

QUIET = ("amqp", "kombu", "nameko", "psycopg.pool", "urllib3", "eventlet")


def configure(settings: Settings, service: str) -> None:
    """Sends every log line of this process to standard output, in the form that the settings ask for."""
    level = getattr(logging, settings.log_level.upper())
    readable = settings.log_format == "text"
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=8) if readable else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            lambda _logger, _level, entry: {"process": service, **entry},
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def get_logger(name: str) -> Any:
    """A logger; keyword arguments become fields."""
    return structlog.get_logger(name)
