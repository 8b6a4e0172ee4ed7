"""A view, asked as its service offers it."""

from collections.abc import Callable
from typing import TypeVar

from services.chassis.actors import Actor
from services.chassis.event_store.store import Store, Transaction
from services.chassis.settings import Settings

A = TypeVar("A")
C = TypeVar("C")


def ask(store: Store, view: Callable[[Transaction, Settings, C], A], asked: C, actor: Actor | None = None) -> A:
    with store.viewing(actor) as tx:
        return view(tx, store.settings, asked)
