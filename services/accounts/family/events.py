"""Members of a family, sealed."""

from services.chassis.event_store.events import Event


class FamilyMemberAdded(Event):
    """A person of the holder's household was added by the holder, or came with the space from the town's files."""

    member_id: str


class FamilyMemberChanged(Event):
    """The holder changed what the space says of a member."""

    member_id: str
