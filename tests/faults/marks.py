"""Where a typed marker could lie about: only a holder of its key may find it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from services.chassis.event_store import db
from tests.faults.deployment import PROCESSES, SERVICES
from tests.faults.watched import Watched
from tests.support.readable import shows, tables


def are_nowhere(deployment: Watched, marker: str, stream: Iterable[bytes]) -> None:
    """I10: neither in what we publish of ourselves, nor in what partners read, nor in a row, nor at the broker."""
    found = [*places(marker, everything_published(deployment, stream)), *at_the_broker(deployment, marker)]
    assert not found, f"{marker} lies in {found}"


def at_the_broker(deployment: Watched, marker: str) -> list[str]:
    """The broker's files in which it is."""
    return places(marker, ((str(file), _content(file)) for file in deployment.files_of_the_broker()))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""  # the broker has done with it


def places(marker: str, texts: Iterable[tuple[str, bytes]]) -> list[str]:
    return [name for name, text in texts if shows(text, marker)]


def everything_published(deployment: Watched, stream: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Logs, metrics, the partners' stream, and every row of every table as text."""
    for log in deployment.logs():
        yield str(log), log.read_bytes()
    for name in PROCESSES:
        yield f"metrics of {name}", deployment.metrics(name).encode()
    for place, body in enumerate(stream):
        yield f"message {place} of the partners", body
    for service in SERVICES:
        with db.connect(deployment.settings.owner_database(service), "parvis-tests", statement_timeout="0") as conn:
            for table, text in tables(conn):
                yield f"table {table} of {service}", text
