"""How many requests each agent follows, and who is absent: on « Charge », and where a request is assigned."""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet

from flask import render_template

from gateway.conversation import clients
from gateway.http.rate_limits import READ
from gateway.permissions import FILE_READER
from gateway.routes import Pages
from gateway.sessions.identity import current_actor
from services.accounts.schemas.people import Colleague, ListColleagues
from services.chassis.structs import Struct
from services.requests.schemas.team import MOST_LATE, Absence, LoadLine, ReadTeamLoad

page = Pages("agent_load", __name__)


class Load(Struct):
    """`late_more`: there are more late ones than are counted. `absence`: of today, else the next one."""

    open: int = 0
    late: int = 0
    awaiting: int = 0
    absence: Absence | None = None

    @property
    def late_more(self) -> bool:
        return self.late >= MOST_LATE

    @property
    def away(self) -> bool:
        return self.absence is not None and self.absence.now


def of_colleagues() -> Mapping[str, Load]:
    """By agent, over the departments that the reader sees; an agent with nothing and no absence is not in it."""
    found = clients().send(ReadTeamLoad())
    absent = by_agent(found.absences)
    agents = {one.agent_id for one in found.lines} | absent.keys()
    return {one: _sum((line for line in found.lines if line.agent_id == one), absent.get(one)) for one in agents}


def by_agent(absences: Sequence[Absence]) -> Mapping[str, Absence]:
    """That of today, else the next one."""
    return {one.agent_id: one for one in reversed(absences)}


def who_may_follow(departments: AbstractSet[str], *, confidential: bool) -> list[Colleague]:
    """Those of all these departments who may open the files."""
    agents = clients().send(ListColleagues()).agents
    return [one for one in agents if departments <= {*one.departments} and (one.confidential or not confidential)]


@page.get("/agent/charge", permission=FILE_READER, limit=READ)
def load_page() -> str:
    """« Charge »: each agent of one's departments, who is absent, who has how much."""
    loads, agents = of_colleagues(), clients().send(ListColleagues()).agents
    return render_template(
        "agent/load.html", lines=[(one, loads.get(one.id, Load())) for one in agents], me=current_actor().id
    )


def _sum(lines: Iterable[LoadLine], absence: Absence | None) -> Load:
    known = list(lines)
    return Load(
        open=sum(one.open for one in known),
        late=sum(one.late for one in known),
        awaiting=sum(one.awaiting for one in known),
        absence=absence,
    )
