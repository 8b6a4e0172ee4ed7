"""The grant that requests gives out: what its holder may do with one request or draft, for ten minutes."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings
from services.chassis.signing import unsign

VALID_SECONDS = 600


class GrantRefused(Forbidden):
    code = "grant_refused"
    message = "Cette page a trop attendu : rechargez-la, puis recommencez."


class DocumentsFrozen(Forbidden):
    code = "documents_frozen"
    message = "Les pièces de cette demande ne peuvent plus être modifiées."


@dataclass(frozen=True, kw_only=True)
class Grant:
    request_id: UUID
    side: str
    rights: frozenset[str]
    account_id: str | None
    """The citizen's account, written beside the key of what is handed in."""
    procedure: tuple[str, int] | None
    """What the draft or request answers, when requests says it: documents hears of neither before the submission."""

    @property
    def for_draft(self) -> bool:
        return "upload" in self.rights

    def require_read(self) -> None:
        if not self.rights & {"read", "upload"}:
            raise GrantRefused

    def require_audit(self) -> None:
        if "audit" not in self.rights:
            raise GrantRefused

    def require_change(self) -> None:
        if not self.rights & {"documents", "upload"}:
            raise DocumentsFrozen


def command(call: Call, grant: Grant) -> Call:
    """The call as a command is remembered: a grant given anew for the same request changes nothing of what is wished."""
    return replace(call, body={**call.body, "grant": str(grant.request_id)})


def read(settings: Settings, token: str, actor: Actor) -> Grant:
    """The grant in force; refuses one that is forged, expired or made for someone else."""
    data: dict[str, Any] = unsign(settings, "grant", token, VALID_SECONDS)
    if data["actor"] != actor.id:
        raise GrantRefused
    slug, version = data.get("procedure"), data.get("version")
    return Grant(
        request_id=UUID(data["request"]),
        side=data["side"],
        rights=frozenset(data["rights"]),
        account_id=actor.id if actor.kind == "citizen" else None,
        procedure=(slug, int(version)) if slug and version else None,
    )
