"""Facts of polls. A fact names a poll; what it asks stays here, for it may be for account holders only."""

from services.chassis.event_store.events import Event


class PollOpened(Event):
    """Answers are taken until `closes_at`, ISO 8601 in UTC."""

    slug: str
    audience: str
    closes_at: str


class VoteCast(Event):
    """A person answered a poll: neither who, nor what."""

    slug: str


class PollClosed(Event):
    """No answer is taken any more."""

    slug: str
    answers: int
