"""What a service does with another one's event: `@reaction(facts.RequestSubmitted)` at module level of its reactions.py.

A reaction receives the public fact as its class, upcast by the upcasters of its source. It runs once, however often the event
comes, in the transaction that records the event as applied. Events of one subject are applied in their order; one that fails,
or whose known fields do not fit, holds up only its own subject (`parking.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from services.chassis.bus.envelope import Envelope, Received, received
from services.chassis.dotted_names import home_of
from services.chassis.event_store.events import Event, type_of
from services.chassis.event_store.transaction import Transaction

F = TypeVar("F", bound=Event)

__all__ = ["React", "Reaction", "Received", "reaction", "reactions_of"]

React = Callable[[Transaction, Received[F]], Any]
Streams = Callable[[Envelope], tuple[str, ...] | None]


@dataclass(frozen=True)
class Reaction(Generic[F]):
    fact: type[F]
    react: React[F]
    tables: tuple[str, ...] = ()
    rebuild: React[F] | None = None  # None: the reaction itself
    streams: Streams = lambda _: None

    def apply(self, tx: Transaction, envelope: Envelope) -> None:
        self.react(tx, received(self.fact, envelope))

    def apply_again(self, tx: Transaction, envelope: Envelope) -> None:
        """Fills its tables anew."""
        (self.rebuild or self.react)(tx, received(self.fact, envelope))


_reactions: dict[str, dict[str, dict[str, Reaction[Any]]]] = {}


def reaction(
    fact: type[F],
    *,
    tables: tuple[str, ...] = (),
    rebuild: React[F] | None = None,
    streams: Streams = lambda _: None,
) -> Callable[[React[F]], React[F]]:
    """Registers what the service of this module does with a fact of another one; one function a fact.

    `tables` names what reactions alone fill, in SQL without a schema: `parvis rebuild` makes it anew from the events that were
    applied, by `rebuild`: the part of the reaction that fills them, where it does more (a mail, a deleted file) than may
    be redone.

    `streams` names from the event alone all streams that the reaction locks or appends to, () where there are none: then it may be
    applied in one transaction with events of other subjects. Without it, or where it gives None, it has a transaction of its own.
    """
    kind = type_of(fact)

    def register(react: React[F]) -> React[F]:
        known = _reactions.setdefault(home_of(react.__module__), {}).setdefault(kind.source, {})
        if kind.name in known and known[kind.name].react.__qualname__ != react.__qualname__:
            raise TypeError(f"two reactions to {kind.source}.{kind.name} in {react.__module__}")
        known[kind.name] = Reaction(fact, react, tables, rebuild, streams)
        return react

    return register


def reactions_of(consumer: str) -> dict[str, dict[str, Reaction[Any]]]:
    """The reactions of a service, by source and event type."""
    return _reactions.get(consumer, {})
