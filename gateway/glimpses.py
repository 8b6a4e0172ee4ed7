"""What every page may show beside what it is about: had in a moment, or left out. No page waits for it or fails for it."""

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import Flask, current_app, g

from gateway.clients import Clients
from gateway.sessions.identity import current_identity, current_person
from services.chassis.errors import Refusal
from services.chassis.rpc.client import ServiceFailed
from services.messaging.schemas.letters import CountLetters
from services.requests.schemas.drafts import DraftLine, ListDrafts
from services.requests.schemas.following import CountUnread
from services.requests.schemas.quotas import ListFullProcedures

A = TypeVar("A")

QUOTAS_KEPT_SECONDS = 5.0


class Glimpses:
    """The quotas that are reached, for a few seconds; what waits to be read, asked anew by each page."""

    def __init__(self, clients: Clients, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._clock = clock
        self._full: Mapping[str, str] = {}
        self._full_until = 0.0
        self._counted = True

    def full(self) -> Mapping[str, str]:
        """The procedures without a place left, each with the instant at which places are free again: one call for all of
        them, once in a while. What decides is the submission."""
        if self._clock() >= self._full_until and "places_asked" not in g:
            g.places_asked = True
            self._full_until = self._clock() + QUOTAS_KEPT_SECONDS  # who comes meanwhile goes on with what is known
            found = self._ask(lambda: self._clients.send(ListFullProcedures(), brief=True))
            self._counted = found is not None
            if found is None:
                self._full_until = 0.0  # it may be this page alone that had no time left: the next one asks anew
            else:
                self._full = {item.procedure: item.reopens_at for item in found.items}
        return self._full

    def counted(self) -> bool:
        """Whether that is of this moment, and not only what was last known: no answer to one page says nothing of the next."""
        self.full()
        return self._counted

    def unread(self) -> int:
        """How many exchanges wait for who is logged in, as their own space counts them."""
        found = self._ask(lambda: self._clients.send(CountUnread(), brief=True))
        return found.unread if found else 0

    def letters(self) -> int:
        """How many letters wait to be handed over or posted in the agent's departments."""
        found = self._ask(lambda: self._clients.send(CountLetters(), brief=True))
        return found.waiting if found else 0

    def begun(self) -> tuple[DraftLine, ...]:
        """What whoever asks has begun and not filed."""
        found = self._ask(lambda: self._clients.send(ListDrafts(), brief=True))
        return found.items if found else ()

    def _ask(self, question: Callable[[], A]) -> A | None:
        try:
            return question()
        except (Refusal, ServiceFailed):
            return None  # silent, or the session ended a moment ago: the page itself says so; a defect is in the service's log


def install(app: Flask, glimpses: Glimpses) -> None:
    app.extensions["parvis.glimpses"] = glimpses


def quota_reopens(slug: str) -> str | None:
    """When places of that procedure are free again; None while there are some, or nobody counts them."""
    return current_app.extensions["parvis.glimpses"].full().get(slug)


def places_counted() -> bool:
    """Whether `quota_reopens` speaks of this moment."""
    return current_app.extensions["parvis.glimpses"].counted()


def exchanges_to_read() -> int:
    """The badge of the person's menu; 0 for visitors and agents."""
    if "unread" not in g:
        person = current_person()
        g.unread = 0
        if person is not None and person.kind == "citizen":
            g.unread = current_app.extensions["parvis.glimpses"].unread()
    return max(0, g.unread - g.get("just_read", 0))


def count_to_read(exchanges: int) -> None:
    """What the page itself has learnt of it: the menu's badge says the same, and asks nobody."""
    g.unread = exchanges


def letters_to_deliver() -> int:
    """The badge of the agents' menu; 0 where it is not known in a moment."""
    return current_app.extensions["parvis.glimpses"].letters()


def drafts_begun() -> tuple[DraftLine, ...]:
    """« Saisies en cours » of an account, or of this browser; nothing is asked for a browser that began nothing here."""
    identity = current_identity()
    if identity.person_if_known() is None and identity.known_visitor() is None:
        return ()
    return current_app.extensions["parvis.glimpses"].begun()


def just_read(exchanges: int) -> None:
    """What this person has opened and requests has not heard of yet: it counts no more."""
    g.just_read = max(0, exchanges)
