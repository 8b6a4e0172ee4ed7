"""Grants: what requests lets an actor do with one request or draft at other services, which check it without a call
(`docs/decisions/0030-grants.md`)."""

from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.contracts import from_json, if_given, text, to_json
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings
from services.chassis.signing import sign, unsign
from services.chassis.structs import Struct
from services.townhall.untyped import items

VALID_SECONDS = 600
LONGEST_GRANT = 4096


class GrantRefused(Forbidden):
    message = "Cette page a trop attendu : rechargez-la, puis recommencez."


class Right(StrEnum):
    READ = "read"
    SENSITIVE = "sensitive"
    """Opens sensitive pieces to the town."""
    WRITE = "write"  # signed beside `exchange`; no service reads it
    EXCHANGE = "exchange"
    DOCUMENTS = "documents"
    """Adds and removes pieces of a filed request."""
    UPLOAD = "upload"
    """The same of a draft, and reads them."""
    AUDIT = "audit"
    LETTERS = "letters"
    RECEIPT = "receipt"
    """Opens the letter that acknowledges the request, and no other."""


RIGHTS = frozenset(Right)


class Side(StrEnum):
    CITIZEN = "citizen"
    TOWN = "town"


class Grant(Struct):
    """What is signed, in this order, with the `actor` after it.

    `request`: its id, or the draft's. `name`: who acts, a function or a person; `department`: by which the town signs to the
    person (`names.py`). `procedure` and `version`: by which documents checks a piece, also before the request's events have
    arrived.
    """

    request: UUID
    number: str | None = None
    side: Side
    rights: tuple[Right, ...]
    name: str = ""
    department: str = ""
    procedure: str | None = if_given(None)
    version: int | None = if_given(None)

    def require(self, *any_of: Right, refusal: type[Forbidden] = GrantRefused) -> None:
        if not set(any_of) & set(self.rights):
            raise refusal


class WithGrant(Struct):
    """A call with a grant of requests: what its bearer may do with one request."""

    grant: str = text(LONGEST_GRANT, required=True)


def give(settings: Settings, actor: Actor, grant: Grant) -> str:
    """The grant for this actor alone, in force for ten minutes."""
    return sign(settings, "grant", {**to_json(grant), "actor": actor.id})


def read(settings: Settings, token: str, actor: Actor) -> Grant:
    """The grant in force, without the rights that a later release adds; raises BadStatement for one that is forged or too old,
    GrantRefused for another's."""
    said: dict[str, object] = unsign(settings, "grant", token, VALID_SECONDS)
    if said["actor"] != actor.id:
        raise GrantRefused
    return from_json(Grant, said | {"rights": [one for one in items(said["rights"]) if one in RIGHTS]})


def command(call: Call, about: object) -> Call:
    """The call as a command is remembered: with another grant for the same thing it is the same command."""
    return replace(call, body={**call.body, "grant": str(about)})
