"""Projections: rows written in the transaction of the events that they show, so that who wrote reads it on the next page."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from services.chassis.events import Recorded

if TYPE_CHECKING:
    from services.chassis.store import Transaction

Projection = Callable[["Transaction", Recorded[Any]], None]

_projections: dict[type, list[Projection]] = {}


def projection(*event_types: type) -> Callable[[Projection], Projection]:
    """Runs the function for each event of these types, in the append's transaction, in order of registration.

    It writes only rows of the event's own stream: what counts over many streams would make them wait for each other.
    """

    def register(function: Projection) -> Projection:
        for event_type in event_types:
            _projections.setdefault(event_type, []).append(function)
        return function

    return register


def project(tx: "Transaction", recorded: Recorded[Any]) -> None:
    """Applies every projection of the event's type."""
    for function in _projections.get(type(recorded.event), ()):
        function(tx, recorded)
