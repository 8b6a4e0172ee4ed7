"""Logs: one JSON object a line, in UTC, for machines; or aligned text for a person. Never a body, a name, an address or a token."""

import logging
import sys
from contextlib import suppress
from typing import Any, TextIO

import structlog

from services.chassis.settings import Settings

QUIET = ("amqp", "kombu", "nameko", "psycopg.pool", "urllib3", "eventlet")


class Lossy:
    """A stream on which a line that finds no room is lost: what it tells of goes on, as on a disk that is full."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def configure(settings: Settings, service: str) -> None:
    """Sends every log line of this process to standard output, in the form that the settings ask for."""
    out: Any = Lossy(sys.stdout)
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
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=out, format="%(levelname)s %(name)s %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def get_logger(name: str) -> Any:
    """A logger; keyword arguments become fields."""
    return structlog.get_logger(name)
