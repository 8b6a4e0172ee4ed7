"""The facts of a draft, in a stream `draft-<uuid>`. Names and fields are the storage format."""

from services.chassis.event_store.events import Event


class DraftDiscarded(Event):
    """The only fact of a stream `draft-<uuid>`: what was typed is gone, its files may go too."""
