"""The grant that requests gives out: what its holder may do with one request, for ten minutes. Checked without a call."""

from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.contracts import from_json, stored_as
from services.chassis.settings import Settings
from services.chassis.structs import Struct
from services.messaging.exchanges.rules import ExchangesNotAllowed, Side
from services.messaging.notices.purposes import Purpose
from services.townhall import grants


class Grant(Struct):
    request_id: UUID = stored_as("request")
    side: Side
    rights: frozenset[str]
    name: str = ""
    department: str = ""

    def require_read(self) -> None:
        if "read" not in self.rights:
            raise grants.GrantRefused

    def require_letter(self, purpose: Purpose) -> None:
        """`letters` opens every letter of the request, `receipt` its acknowledgement alone."""
        wanted = {"letters", "receipt"} if purpose is Purpose.ACKNOWLEDGEMENT else {"letters"}
        if not wanted & self.rights:
            raise grants.GrantRefused

    def require_exchange(self) -> None:
        if "exchange" not in self.rights:
            raise ExchangesNotAllowed


def read(settings: Settings, token: str, actor: Actor) -> Grant:
    """The grant in force; refuses one that is forged, expired or made for someone else."""
    return from_json(Grant, grants.read(settings, token, actor))
