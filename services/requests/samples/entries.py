"""The entries of a town's `accounts.yaml` as far as requests are concerned: accounts judges the rest. Pure."""

from dataclasses import field

from services.chassis.contracts import Json, checked
from services.chassis.french_fields import Listed, Named, Text, Whole, one_of
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.values import is_day
from services.townhall.grants import Side


class FreeSlot(Struct):
    first_free_after_days: int = checked(Whole(required=True, least=0, most=366))


class Appointment(Struct):
    agenda: str = checked(Text(required=True))
    slot: FreeSlot
    status: str = checked(Text(), default="")


class Piece(Struct):
    slug: str = checked(Text(required=True))
    files: tuple[str, ...] = checked(Listed(Text(), required=True))


class Exchange(Struct):
    """What was said: a text, or a reply of the procedure with the values of its placeholders."""

    side: Side = field(
        metadata={"field": Text(required=True, data_key="from", checks=[one_of(tuple(Side))]), "stored_as": "from"}
    )
    at: str = checked(Text(required=True, checks=[is_day]))
    read: bool
    text: str = checked(Text(), default="")
    reply: str = checked(Text(), default="")
    values: dict[str, str] = field(
        default_factory=dict[str, str], metadata={"field": Named(keys=Text(), values=Text())}
    )


class Sample(Struct):
    ref: str = checked(Text(required=True))
    procedure: str = checked(Text(required=True))
    status: str = checked(Text(required=True))
    submitted: str = checked(Text(required=True, checks=[is_day]))
    member: str = checked(Text(), default="")
    note: str = checked(Text(), default="")
    handled_by: str = checked(Text(), default="")
    answers: Json = checked(Named(keys=Text(), required=True))
    appointments: tuple[Appointment, ...] = ()
    documents: tuple[Piece, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    missing_documents: tuple[str, ...] = checked(Listed(Text()), default=())


class Citizen(Struct):
    username: str = checked(Text(required=True))
    sample_requests: tuple[Sample, ...] | None = None


class Agent(Struct):
    """One who may have taken a request."""

    username: str
    function: str
