"""The facts of articles, but news (`schemas/facts.py`). They name an item; what it says stays here, for it may be for account holders only."""

from services.chassis.event_store.events import Event


class ActivityPublished(Event):
    """An activity can be read from now on, anew or changed: the town's files said so, or an editor."""

    slug: str
    version: int
    category: str
    audience: str


class PracticalInfoPublished(Event):
    """A page of practical information can be read from now on, anew or changed."""

    slug: str
    version: int
    category: str
    audience: str
