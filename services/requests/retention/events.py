"""Lists of requests whose retention has ended."""

from services.chassis.event_store.events import Event
from services.chassis.structs import Struct


class Line(Struct):
    """One request whose retention has ended; `then`: "destroy", "sort" or "transfer", as its procedure says."""

    request_id: str
    number: str
    procedure: str
    closed_on: str
    kept_until: str
    then: str


class EliminationListDrawn(Event):
    """An agent who may run the retention drew a list of requests whose time is over, for the archives to look at."""

    lines: list[Line]
    by: str


class EliminationApproved(Event):
    """The archives agree to the end of these requests; the others stay as they are and come on a later list."""

    visa: str
    requests: list[str]
    by: str
    by_name: str = ""
    """The function of an agent, or the name of the operator who typed the command."""
