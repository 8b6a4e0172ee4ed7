"""Logs: one JSON object a line, in UTC, for machines; or aligned text for a person. Never a body, a name, an address or a token.

What libraries log, warn of or raise takes the same form: where it was said and the kind of error. Their words are shown
before any value is put into them, for a value may be what a person typed.
"""

import logging
import sys
import threading
import warnings
from contextlib import suppress
from types import TracebackType
from typing import Protocol, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor

from services.chassis import town_id
from services.chassis.failures import place_of
from services.chassis.settings import Settings

QUIET = ("amqp", "kombu", "nameko", "psycopg.pool", "urllib3", "eventlet")


class Lossy:
    """A stream that loses a line which cannot be written, as on a full disk; the process goes on."""

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
    town_id.configure(settings.town)
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    readable = settings.log_format == "text"
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=8) if readable else structlog.processors.JSONRenderer()
    )

    def of_process(_logger: object, _level: str, entry: EventDict) -> EventDict:
        town = town_id.current()
        return {"process": service, **({"town": town} if town else {}), **entry}

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            of_process,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", Lossy(sys.stdout))),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.showwarning = _warned
    if not readable:  # a person reads the traceback rather
        sys.excepthook = _died
        threading.excepthook = lambda ended: _died(ended.exc_type, ended.exc_value, ended.exc_traceback)


class Logger(Protocol):
    """Writes one line for each call: the event's name, and facts of it as fields."""

    def info(self, event: str, **facts: object) -> None: ...
    def warning(self, event: str, **facts: object) -> None: ...
    def error(self, event: str, **facts: object) -> None: ...
    def critical(self, event: str, **facts: object) -> None: ...
    def bind(self, **facts: object) -> "Logger": ...


def get_logger(name: str) -> Logger:
    """A logger; keyword arguments become fields."""
    # structlog makes the methods when the first line is written: until then no check of types would find them.
    return cast("Logger", structlog.get_logger(name))


class _Libraries(logging.Handler):
    """Lines of libraries, in the form of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        shown: dict[str, object] = {
            "logger": record.name,
            "where": f"{record.filename}:{record.lineno}:{record.funcName}",
        }
        if record.args:  # without, the values may be in the words already
            shown["said"] = str(record.msg)
        given = record.args if isinstance(record.args, tuple) else ()
        errors = [record.exc_info[1] if record.exc_info else None, record.msg, *given]
        if kinds := [type(error).__name__ for error in errors if isinstance(error, BaseException)]:
            shown["error"] = kinds[0]
        say = get_logger(record.name)
        (say.error if record.levelno >= logging.ERROR else say.warning)("library", **shown)


def _warned(_message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object) -> None:
    get_logger("warnings").warning("warned", error=category.__name__, where=f"{filename.rpartition('/')[2]}:{lineno}")


def _died(kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
    get_logger("died").critical("died", error=kind.__name__, where=place_of(error) if error else "")
