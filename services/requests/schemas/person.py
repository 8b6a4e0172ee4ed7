"""Declared call of an agent's file: the other requests of the person who asks."""

from datetime import datetime

from services.chassis.contracts import RecordedLook
from services.chassis.structs import Struct
from services.requests.schemas.dashboard import StatusShown
from services.requests.schemas.shapes import OnNumber


class OtherRequest(Struct):
    """`duplicate`: it seems to ask for the same thing: the same procedure for the same person, within thirty days."""

    number: str
    procedure_title: str
    status: StatusShown
    submitted_at: datetime
    member: str = ""
    duplicate: bool = False


class OthersOfPerson(Struct):
    """The most recent first; `more`: there are others yet. `by`: "account" or "email", by what they are known to be of one person; ""
    where nothing says it."""

    by: str = ""
    items: tuple[OtherRequest, ...] = ()
    more: bool = False


class ListOthersOfPerson(OnNumber, RecordedLook[OthersOfPerson]):
    """Of the agent's departments, confidential procedures left out. Raises RequestNotFound, NotAllowed."""
