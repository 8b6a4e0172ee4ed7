"""Declared call about what accounts holds of one person, for the archive of their data; asked by processes of ours alone."""

from dataclasses import field
from uuid import UUID

from services.accounts.schemas.family import Member
from services.accounts.schemas.partner_credentials import OwnPartnerSpaces
from services.accounts.schemas.profile import Space
from services.accounts.schemas.sessions import Sessions
from services.chassis.contracts import Query
from services.chassis.structs import Struct


class ComingChange(Struct):
    """What a request changes on a day to come (ISO 8601), once it is `granted`. `target`: an UpdateTarget."""

    target: str
    names: tuple[str, ...]
    effective_on: str
    granted: bool


class OwnSpace(Struct):
    """`space.changes` are all of them; `log_ins` and refused ones all that are kept. No password, no secret, no token."""

    space: Space
    family: tuple[Member, ...]
    sessions: Sessions
    coming: tuple[ComingChange, ...] = ()
    partner_spaces: OwnPartnerSpaces = field(default_factory=OwnPartnerSpaces)


class ReadOwnSpace(Query[OwnSpace]):
    """Raises AccountUnknown where the space is closed."""

    account_id: UUID
