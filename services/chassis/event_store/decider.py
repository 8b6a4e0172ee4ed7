"""A decider: the pure core of an event-sourced aggregate."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


@dataclass(frozen=True)
class Decider(Generic[C, S, E]):
    """`decide` takes command and state and returns the facts that follow, none where they would change nothing, or raises
    a refusal; `evolve` takes the state past one fact; `initial` makes the state before any.

    A fold begins with a state of its own, so `evolve` may change the state that it is given and return it: of hundreds of
    facts, each costs the same. The state is not shared before the fold is over; `decide` changes nothing.
    """

    decide: Callable[[C, S], list[E]]
    evolve: Callable[[S, E], S]
    initial: Callable[[], S]


def fold(decider: Decider[C, S, E], events: Iterable[E]) -> S:
    """The state after these facts, in their order."""
    return reduce(decider.evolve, events, decider.initial())
