"""The calls about one's own sessions and log-ins, and what they answer."""

from uuid import UUID

from services.chassis.contracts import LONGEST_TOKEN, Command, Done, Query, text
from services.chassis.structs import Struct


class OpenSession(Struct):
    """`id` names the session for its holder and opens nothing. `device`: browser and system in words, "" where they are
    not known. Moments are ISO 8601 in UTC; `seen_at` is up to half a minute behind the last use."""

    id: str
    device: str
    opened_at: str
    seen_at: str
    current: bool = False


class LogInDone(Struct):
    """A session that was opened, whether it still is or not."""

    at: str
    device: str


class LogInsRefused(Struct):
    """How often the password, or an agent's code, was wrong on a day of the town (ISO 8601)."""

    day: str
    times: int


class Sessions(Struct):
    """The open sessions, the last used first; the log-ins and the refused ones of the last weeks, the newest first."""

    sessions: tuple[OpenSession, ...] = ()
    log_ins: tuple[LogInDone, ...] = ()
    refused: tuple[LogInsRefused, ...] = ()


class Ended(Struct):
    """How many sessions were ended."""

    ended: int = 0


class ListSessions(Query[Sessions]):
    """The actor's own. `presented`: the token with which the actor asks, whose session is marked as the current one."""

    presented: str = text(LONGEST_TOKEN)


class EndSession(Command[Done]):
    """Ends one of the actor's own; SessionNotFound where it is another's, or over."""

    id: UUID


class EndOtherSessions(Command[Ended]):
    """Ends all of the actor's own but the one that is presented, and the log-ins that wait for a code."""

    presented: str = text(LONGEST_TOKEN)
