"""The grant that requests gives out: what its holder may do with one request, for ten minutes. Checked without a call."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings
from services.chassis.signing import unsign
from services.messaging.exchange import ExchangesNotAllowed, Side

VALID_SECONDS = 600


class GrantRefused(Forbidden):
    code = "grant_refused"
    message = "Cette page a trop attendu : rechargez-la, puis recommencez."


@dataclass(frozen=True, kw_only=True)
class Grant:
    request_id: UUID
    side: Side
    rights: frozenset[str]
    name: str

    def require_read(self) -> None:
        if "read" not in self.rights:
            raise GrantRefused

    def require_exchange(self) -> None:
        if "exchange" not in self.rights:
            raise ExchangesNotAllowed


def command(call: Call, grant: Grant) -> Call:
    """The call as a command is remembered: a grant given anew for the same request changes nothing of what is wished."""
    return replace(call, body={**call.body, "grant": str(grant.request_id)})


def read(settings: Settings, token: str, actor: Actor) -> Grant:
    """The grant in force; refuses one that is forged, expired or made for someone else."""
    data: dict[str, Any] = unsign(settings, "grant", token, VALID_SECONDS)
    if data["actor"] != actor.id:
        raise GrantRefused
    return Grant(
        request_id=UUID(data["request"]),
        side=Side(data["side"]),
        rights=frozenset(data["rights"]),
        name=data.get("name") or "",
    )
