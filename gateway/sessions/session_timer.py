"""How long a session still lasts, in seconds from now: a page counts by its own clock, which may be wrong. Pure."""

from datetime import datetime

from gateway.sessions.identity import Person
from services.chassis.structs import Struct


class SessionTimer(Struct):
    """Whole seconds until the page warns, until the session ends unused, and until it ends however used; none below 0."""

    seconds_to_warning: int
    seconds_left: int
    seconds_at_most: int


def session_timer(person: Person, now: datetime) -> SessionTimer:
    def seconds_until(moment: str) -> int:
        return max(0, int((datetime.fromisoformat(moment) - now).total_seconds()))

    return SessionTimer(
        seconds_to_warning=seconds_until(person.warned_at),
        seconds_left=seconds_until(person.idle_expires_at),
        seconds_at_most=seconds_until(person.ends_at),
    )
