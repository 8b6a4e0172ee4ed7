"""The facts of content that gateways follow: they name an item; what it says stays here, for it may be for account holders only."""

from services.chassis.event_store.events import Event


class NewsPublished(Event, followed=True):
    """An article can be read from now on. `published_at` and `expires_at` are ISO 8601 in UTC."""

    slug: str
    version: int
    category: str
    audience: str
    highlighted: bool
    published_at: str
    expires_at: str | None


class NewsWithdrawn(Event, followed=True):
    """An article can no longer be read. `reason`: "expired"."""

    slug: str
    version: int
    reason: str
