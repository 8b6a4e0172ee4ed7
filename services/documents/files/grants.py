"""What one actor may do with the documents of one owner: by a grant that requests gave out for ten minutes, or as a holder."""

from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings
from services.chassis.structs import Struct
from services.documents.files.rules import NotAHolder
from services.documents.schemas import owner as owners
from services.documents.schemas.owner import Owner
from services.townhall import grants
from services.townhall.grants import GrantRefused, Right, Side


class DocumentsFrozen(Forbidden):
    message = "Les pièces de cette demande ne peuvent plus être modifiées."


class Grant(Struct):
    """What a grant of requests (`townhall/grants.py`) says of a request or draft, or being the holder of a space, by owner."""

    owner: Owner
    side: Side
    rights: frozenset[Right]
    procedure: str | None = None
    version: int | None = None
    """What the draft or request answers, when requests says it: documents receives neither before the submission."""
    name: str = ""
    """Who acts."""

    @property
    def request_id(self) -> UUID:
        """Of a grant that requests gave: the request or draft that it is for."""
        return self.owner.id

    @property
    def for_draft(self) -> bool:
        return Right.UPLOAD in self.rights

    def require_read(self) -> None:
        if not self.rights & {Right.READ, Right.UPLOAD}:
            raise GrantRefused

    def require_audit(self) -> None:
        if Right.AUDIT not in self.rights:
            raise GrantRefused

    def require_change(self) -> None:
        if not self.rights & {Right.DOCUMENTS, Right.UPLOAD}:
            raise DocumentsFrozen


def of_space(actor: Actor) -> Grant:
    """What a holder may do with the space of their own account; raises NotAHolder for any other actor."""
    if actor.kind != "citizen":
        raise NotAHolder
    return Grant(owner=owners.space(UUID(actor.id)), side=Side.CITIZEN, rights=frozenset({Right.READ, Right.DOCUMENTS}))


def read(settings: Settings, token: str, actor: Actor) -> Grant:
    """The grant in force; refuses one that is forged, expired or of another actor."""
    given = grants.read(settings, token, actor)
    return Grant(
        owner=owners.request(given.request),
        side=given.side,
        rights=frozenset(given.rights),
        procedure=given.procedure,
        version=given.version,
        name=given.name,
    )
