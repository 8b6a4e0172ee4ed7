"""The entries of a town's `accounts.yaml` as far as requests are concerned: accounts judges the rest. Pure."""

from dataclasses import field
from datetime import date

from marshmallow import ValidationError

from services.chassis.contracts import Json, checked
from services.chassis.french_fields import Listed, Named, Text, Whole, one_of
from services.chassis.structs import Struct
from services.townhall.grants import Side
from services.townhall.town_time import resolved_day

NO_DAY = "Il faut une date (2026-12-01), ou un jour tel que D, D-12 ou D+30."


def is_day(value: str) -> None:
    """A check: the text is a date, or a day relative to that of the import."""
    try:
        resolved_day(value, date(2000, 1, 1))
    except (ValueError, OverflowError):
        raise ValidationError(NO_DAY) from None


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
