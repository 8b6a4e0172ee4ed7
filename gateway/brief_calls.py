"""Optional parts of a page, each read by a brief call: no page waits for one or fails for it."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from flask import Flask, current_app, g

from gateway.clients import Clients
from gateway.conversation import clients
from gateway.sessions.identity import current_identity, current_person
from gateway.sessions.published_changes import PublishedChanges, ValidAnswers
from services.chassis.contracts import Query
from services.chassis.errors import Refusal, Unavailable
from services.chassis.rpc.client import ServiceFailed as ServiceFailed
from services.messaging.schemas.letters import CountLetters
from services.requests.schemas.appointments import ListSlots, Slot
from services.requests.schemas.drafts import DraftLine, ListDrafts
from services.requests.schemas.following import CountUnread
from services.requests.schemas.held_decisions import HeldDecision, ListHeldDecisions
from services.requests.schemas.quotas import ListFullProcedures
from services.requests.schemas.saved_views import ListSavedViews, SavedView
from services.requests.schemas.team import CountMentions
from services.townhall.untyped import entry

A = TypeVar("A")

SLOTS_KEPT_SECONDS = 5.0


class FullProcedures:
    """The quotas that are reached, kept until an event says that one was, for a few seconds at most."""

    def __init__(self, services: Clients, changes: PublishedChanges) -> None:
        self._services = services
        self._known = ValidAnswers[Mapping[str, str] | None](changes, most=1)
        self._full: Mapping[str, str] = {}

    def full(self) -> Mapping[str, str]:
        """The procedures without a place left, each with when places are free again; as last known where requests does not answer. The
        submission decides."""
        if "places_counted" not in g:  # once a page
            found = self._known.get("", self._ask, kept=lambda found: found is not None)
            g.places_counted = found is not None
            self._full = self._full if found is None else found
        return self._full

    def counted(self) -> bool:
        """Whether `full` is of this moment, rather than what was known before the service stopped answering."""
        self.full()
        return entry(vars(g), "places_counted", bool)

    def _ask(self) -> Mapping[str, str] | None:
        found = _answer(self._services, ListFullProcedures())
        return found and {item.procedure: item.reopens_at for item in found.items}


class FirstFreeSlots:
    """The first slot of each agenda that can be booked, kept for a few seconds: many read the page of a procedure, whose calendar
    then says what is free at this moment."""

    def __init__(self, services: Clients, clock: Callable[[], float] = time.monotonic) -> None:
        self._services = services
        self._clock = clock
        self._known: dict[tuple[str, bool], tuple[float, Slot | None]] = {}

    def of(self, agenda: str, *, by_agent: bool) -> Slot | None:
        """`by_agent`: agents give slots that begin sooner."""
        which = (agenda, by_agent)
        until, known = self._known.get(which, (0.0, None))
        if self._clock() < until:
            return known
        self._known[which] = (self._clock() + SLOTS_KEPT_SECONDS, known)  # others meanwhile go on with what is known
        found = _answer(self._services, ListSlots(agenda=agenda))
        if found is None:
            self._known.pop(which, None)  # the next page asks anew
            return None
        first = next((slot for day in found.days for slot in day.slots if slot.free), None)
        self._known[which] = (self._clock() + SLOTS_KEPT_SECONDS, first)
        return first


def _answer(services: Clients, asked: Query[A]) -> A | None:
    """None where the service does not answer, the session ended a moment ago, or a defect of the service was logged there."""
    try:
        return services.send(asked, brief=True)
    except (Refusal, ServiceFailed):
        return None


def install(app: Flask, services: Clients, changes: PublishedChanges) -> None:
    """What the gateway keeps of requests, empty at first."""
    app.extensions["parvis.full_procedures"] = FullProcedures(services, changes)
    app.extensions["parvis.first_free_slots"] = FirstFreeSlots(services)


def _full_procedures() -> FullProcedures:
    return entry(current_app.extensions, "parvis.full_procedures", FullProcedures)  # of `install`


def quota_reopens(slug: str) -> str | None:
    """When places of that procedure are free again; None while there are some, or nothing counts them."""
    return _full_procedures().full().get(slug)


def places_counted() -> bool:
    """Whether what `quota_reopens` gives is of this moment."""
    return _full_procedures().counted()


def exchanges_to_read() -> int:
    """The badge of the person's menu; 0 for visitors and agents."""
    if "unread" not in g:
        person = current_person()
        g.unread = 0  # also for the error page of this request, if the call fails
        if person is not None and person.kind == "citizen" and (found := _answer(clients(), CountUnread())):
            g.unread = found.unread
    opened = entry(vars(g), "just_read", int) if "just_read" in g else 0
    return max(0, entry(vars(g), "unread", int) - opened)


def count_to_read(exchanges: int) -> None:
    """Sets the badge of the menu to what the page itself has read: no call is made for it."""
    g.unread = exchanges


def letters_to_deliver() -> int:
    """The badge of the agents' menu: letters to hand over or post in their departments; 0 where it is not known in a moment."""
    found = _answer(clients(), CountLetters())
    return found.waiting if found else 0


def mentions_to_read() -> int:
    """The badge of « Mentions »; 0 where it is not known in a moment."""
    found = _answer(clients(), CountMentions())
    return found.unread if found else 0


def saved_views() -> tuple[SavedView, ...]:
    """The views of the list that the agent has saved; none where they are not known in a moment."""
    found = _answer(clients(), ListSavedViews())
    return found.items if found else ()


def held_decisions(number: str | None = None) -> tuple[HeldDecision, ...]:
    """The agent's decisions that wait or could not be carried out, and those on that request; none where they are not known in a
    moment."""
    found = _answer(clients(), ListHeldDecisions(number=number))
    return found.items if found else ()


def drafts_begun() -> tuple[DraftLine, ...]:
    """« Saisies en cours » of an account, or of this browser; no call for a browser that began nothing here."""
    identity = current_identity()
    if identity.person_if_known() is None and identity.known_visitor() is None:
        return ()
    found = _answer(clients(), ListDrafts())
    return found.items if found else ()


def first_free_slot(agenda: str | None, *, by_agent: bool) -> Slot | None:
    """The first one that can be booked in that agenda; None without one, without agenda or answer in a moment."""
    slots = entry(current_app.extensions, "parvis.first_free_slots", FirstFreeSlots)  # of `install`
    return slots.of(agenda, by_agent=by_agent) if agenda else None


def just_read(exchanges: int) -> None:
    """Takes off the badge what this person has just opened, before requests has received it."""
    g.just_read = max(0, exchanges)


def ask(threads: ThreadPoolExecutor, question: Callable[[], A]) -> Future[A | None]:
    """A question of a page, asked beside its others within the deadline of the HTTP request; None where no service answered."""

    def answer() -> A | None:
        try:
            return question()
        except Unavailable:
            return None

    return threads.submit(copy_context().run, answer)  # in a copy of this context: the same request, the same `g`
