"""Event to row. A projection runs in the transaction that appends; a tally follows positions, one for each database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from services.chassis.dotted_names import home_of
from services.chassis.event_store.events import Event
from services.chassis.event_store.transaction import Project, Transaction, run_on_append

P = TypeVar("P", bound=Callable[..., None])


@dataclass(frozen=True)
class Projection:
    name: str
    project: Project
    events: tuple[type[object], ...]
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Tally:
    name: str
    count: Callable[[Transaction, Sequence[str]], None]
    events: tuple[type[Event], ...]
    tables: tuple[str, ...]
    count_all: Callable[[Transaction], None]


_projections: dict[str, Projection] = {}
_tallies: dict[str, Tally] = {}


def projection(*events: type[object], tables: tuple[str, ...] = ()) -> Callable[[P], P]:
    """Registers `project(tx, recorded)` for these events, in the append's own transaction.

    It may write only rows of the recorded event's stream, so that streams stay parallel. `tables` names what it fills,
    in SQL without a schema: `parvis rebuild` makes them anew from the events. A projection without tables is not rebuilt.
    """

    def register(project: P) -> P:
        known = Projection(f"{project.__module__}.{project.__qualname__}", project, events, tables)
        if known.name not in _projections:
            run_on_append(project, events)
        _projections[known.name] = known
        return project

    return register


def tally(*events: type[Event], tables: tuple[str, ...], count_all: Callable[[Transaction], None]) -> Callable[[P], P]:
    """Registers `count(tx, subjects)`, called with those of whom these events were, each once a turn, however many events it had.

    It counts what their rows say now. One process at a time counts for a database, some milliseconds after the commit; it may write
    rows of any stream.
    `count_all(tx)` fills `tables`, empty, from the rows that projections have filled: so `parvis rebuild` makes them anew.
    """

    def register(count: P) -> P:
        name = f"{count.__module__}.{count.__qualname__}"
        _tallies[name] = Tally(name, count, events, tables, count_all)
        return count

    return register


def projections_in(service: str) -> list[Projection]:
    """Every projection registered by the modules of a service."""
    return [known for known in _projections.values() if home_of(known.project.__module__) == service]


def tallies_in(service: str) -> list[Tally]:
    """Every tally registered by the modules of a service."""
    return [known for known in _tallies.values() if home_of(known.count.__module__) == service]
