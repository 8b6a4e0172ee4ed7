"""Sessions: how long one lasts, and what is refused."""

from datetime import datetime, timedelta
from uuid import UUID

from services.accounts.spaces.rules import own
from services.chassis.actors import Actor
from services.chassis.errors import Forbidden, NotFound

WARNED_BEFORE = timedelta(minutes=2)  # the page warns at the idle limit; the session ends so much later
LONGEST = {"citizen": timedelta(hours=12), "agent": timedelta(hours=8)}
SEEN_EVERY = timedelta(seconds=30)  # a write for every page would cost more than the page
CHALLENGE_LIFETIME = timedelta(minutes=5)
CHALLENGE_TRIES = 5
LOG_INS_KEPT = timedelta(days=183)  # six months, the least that a journal of accesses is kept (glossary D8)
LOG_INS_SHOWN = timedelta(weeks=8)


class LogInRefused(Forbidden):
    """The same for an unknown name, a wrong password and a space not activated."""

    message = "Nom d’utilisateur ou mot de passe incorrect."


class SessionUnknown(Forbidden):
    code = "session_ended"
    message = "Votre session est terminée. Connectez-vous de nouveau."


class SessionNotFound(NotFound):
    """The same for another's session and for one that is over."""

    message = "Cette session n’est plus ouverte."


def ends_at(kind: str, opened_at: datetime) -> datetime:
    """The moment after which no use prolongs the session."""
    return opened_at + LONGEST[kind]


def idle_ends_at(seen_at: datetime, last_moment: datetime, idle_minutes: int) -> datetime:
    """When the session ends if it is not used any more: two minutes after the idle limit, so that a warning can be answered."""
    return min(seen_at + timedelta(minutes=idle_minutes) + WARNED_BEFORE, last_moment)


def is_over(seen_at: datetime, last_moment: datetime, idle_minutes: int, now: datetime) -> bool:
    return now >= idle_ends_at(seen_at, last_moment, idle_minutes)


def person_of(actor: Actor | None) -> UUID:
    """Raises NotYours where the actor is not a person who logs in."""
    return own(actor, kinds=("citizen", "agent"))
