"""Declared calls about who handles the requests: loads, absences with a substitute, requests handed over, mentions."""

from datetime import date, datetime

from services.chassis.contracts import Command, Done, Query, RecordedLook, identifier, text
from services.chassis.structs import Struct
from services.requests.schemas.shapes import OnNumber, optional_text, slug

MOST_LATE = 999


class LoadLine(Struct):
    """Of the open requests that an agent follows in a department: how many are past the day aimed at (`late`, MOST_LATE at most), of
    how many pieces are awaited."""

    agent_id: str
    department: str
    open: int
    late: int
    awaiting: int


class Absence(Struct):
    """`last_day` is still one of absence. `now`: today is one."""

    absence_id: str
    agent_id: str
    agent_name: str
    substitute_id: str
    substitute_name: str
    first_day: date
    last_day: date
    now: bool


class TeamLoad(Struct):
    """`absences`: of today and to come, the first first."""

    lines: tuple[LoadLine, ...]
    absences: tuple[Absence, ...]


class ReadTeamLoad(Query[TeamLoad]):
    """Of the agent's departments; of all for who manages the team. What the reader may not see is not counted. Raises NotAllowed."""


class AbsenceKey(Struct):
    absence_id: str


class StateAbsence(Command[AbsenceKey]):
    """An agent is absent on these days, and the substitute sees that agent's requests meanwhile. `agent_id` None: the agent who
    states it; of another one, for who manages the team.

    Raises NotAllowed, AgentNotHere, AbsenceEnds, AbsenceOver, AbsenceTooLong, AbsenceOverlaps, SubstituteUnknown, SubstituteAbsent,
    SubstituteOfAnother.
    """

    first_day: date
    last_day: date
    substitute: str = text(40, required=True)
    agent_id: str | None = optional_text()


class EndAbsence(Command[Done]):
    """Taken back, or over from now on. Ended twice, it is ended. Raises NotAllowed for that of another agent."""

    absence_id: str = identifier()


class HandOver(Command[Done]):
    """Every open request that an agent follows in a department goes to another agent, or back to none; each by its own event, soon
    after. For who manages the team. Raises NotAllowed, ColleagueUnknown."""

    agent_id: str = text(40, required=True)
    department: str = slug()
    to: str | None = optional_text()


class Mention(Struct):
    """A note that asks for the reader's attention. `by`: who wrote it."""

    number: str
    procedure_title: str
    by: str
    at: datetime


class Mentions(Struct):
    """Those not read yet, the latest first; `total`: of all of them."""

    items: tuple[Mention, ...]
    total: int


class ListMentions(RecordedLook[Mentions]):
    """Of the agent who asks, in requests that the agent may see now."""


class MentionsCount(Struct):
    unread: int


class CountMentions(Query[MentionsCount]):
    """The `total` of `ListMentions`."""


class ReadMentions(OnNumber, Command[Done]):
    """The agent has read the notes of that request. Raises RequestNotFound."""
