"""Whose a document is."""

from uuid import UUID

from services.chassis.structs import Struct

REQUEST = "request"
SPACE = "space"


class Owner(Struct):
    """A request, or the draft that becomes it (`request`), or the storage space of an account, with the account's id (`space`)."""

    kind: str
    id: UUID

    @property
    def stream(self) -> str:
        """What is locked while its documents change, and where its events are."""
        return f"{self.kind}-{self.id}"

    @property
    def key(self) -> str:
        """The key that seals the labels and names of its documents."""
        return str(self.id)


def request(id: UUID) -> Owner:
    return Owner(kind=REQUEST, id=id)


def space(account_id: UUID) -> Owner:
    return Owner(kind=SPACE, id=account_id)
