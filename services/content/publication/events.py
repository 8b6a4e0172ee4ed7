"""The facts of articles. They name an item; what it says stays here, for it may be for account holders only."""

from services.chassis.event_store.events import Event


class NewsPublished(Event):
    """An article can be read from now on. `published_at` and `expires_at` are ISO 8601 in UTC."""

    slug: str
    version: int
    category: str
    audience: str
    highlighted: bool
    published_at: str
    expires_at: str | None


class NewsWithdrawn(Event):
    """An article can no longer be read. `reason`: "expired"."""

    slug: str
    version: int
    reason: str


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
