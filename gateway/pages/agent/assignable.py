"""Whom requests may be assigned to: who may follow each of them, what each follows already, who is absent, who is proposed."""

from collections.abc import Sequence

from gateway.pages.agent import load
from gateway.pages.agent.load import Load
from services.accounts.schemas.people import Colleague
from services.chassis.structs import Struct
from services.requests.schemas.team import Absence

NO_ONE = "personne"


class ToAssign(Struct):
    """What of a request says who may follow it; `assignee`: who follows it now."""

    department: str
    confidential: bool
    assignee: str | None


class Candidate(Struct):
    """`replaces`: the absence of who follows one of the requests now, where this agent is the substitute today."""

    agent: Colleague
    load: Load
    replaces: Absence | None = None


class Picker(Struct):
    """Substitutes first, who is absent last. `checked`: the id of one of them, NO_ONE, or "" for none."""

    candidates: Sequence[Candidate]
    checked: str


def picker(requests: Sequence[ToAssign], *, chosen: str, usual: str = "") -> Picker:
    """Of the agents who may follow every one of these requests. `chosen`: what the form says already; else the substitute, where one
    absent agent follows all of them; else `usual`."""
    departments, secret = {one.department for one in requests}, any(one.confidential for one in requests)
    loads, followers = load.of_colleagues(), {one.assignee or "" for one in requests}
    absences = [loads[one].absence for one in followers if one in loads]
    replaced = {one.substitute_id: one for one in absences if one and one.now}
    candidates = [
        Candidate(agent=one, load=loads.get(one.id, Load()), replaces=replaced.get(one.id))
        for one in load.who_may_follow(departments, confidential=secret)
    ]
    candidates.sort(key=lambda one: (one.replaces is None, one.load.away))
    first = candidates[0] if candidates and candidates[0].replaces and len(followers) == 1 else None
    return Picker(candidates=candidates, checked=chosen or (first.agent.id if first else usual))
