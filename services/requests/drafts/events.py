"""The facts of a draft, in a stream `draft-<uuid>`. Names and fields are the storage format."""

from dataclasses import dataclass

from services.chassis.event_store.events import event


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class DraftDiscarded:
    """The only fact of a stream `draft-<uuid>`: what was typed is gone, its files may go too."""
