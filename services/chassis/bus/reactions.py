"""Another service's event becomes our command: `@reaction("requests", "RequestSubmitted")` at module level of reactions.py.

An effect happens once, however often its event comes, in the transaction that notes the event as heard. Events of one
subject take effect in their order; one that fails holds up only its own subject (`parking.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from services.chassis.bus.envelope import Heard
from services.chassis.dotted_names import home_of
from services.chassis.event_store.transaction import Transaction

__all__ = ["Heard", "Reaction", "reaction", "reactions_of"]

React = Callable[[Transaction, Heard], Any]
R = TypeVar("R", bound=Callable[..., Any])


@dataclass(frozen=True)
class Reaction:
    react: React
    tables: tuple[str, ...]
    rebuild: React | None = None  # the reaction itself


_reactions: dict[str, dict[str, dict[str, Reaction]]] = {}


def reaction(source: str, name: str, *, tables: tuple[str, ...] = (), rebuild: React | None = None) -> Callable[[R], R]:
    """Registers what the service of this module does when it hears an event of `source`; one function an event.

    `tables` names what reactions alone fill, in SQL without a schema: `parvis rebuild` makes it anew from what was heard, by
    `rebuild`: the part of the reaction that fills them, where it does more (owing a mail, deleting a file) than may be redone.
    """

    def register(react: R) -> R:
        known = _reactions.setdefault(home_of(react.__module__), {}).setdefault(source, {})
        if name in known and known[name].react.__qualname__ != react.__qualname__:
            raise TypeError(f"two reactions to {source}.{name} in {react.__module__}")
        known[name] = Reaction(react, tables, rebuild)
        return react

    return register


def reactions_of(consumer: str) -> dict[str, dict[str, Reaction]]:
    """What a service hears, by source and event type."""
    return _reactions.get(consumer, {})
