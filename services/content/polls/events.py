"""Facts of polls. A fact names a poll; what it asks stays here, for it may be for account holders only."""

from dataclasses import dataclass

from services.chassis.event_store.events import event


@event(version=1)
@dataclass(frozen=True, kw_only=True)
class PollOpened:
    """Answers are taken until `closes_at`, ISO 8601 in UTC."""

    slug: str
    audience: str
    closes_at: str


@event(version=1)
@dataclass(frozen=True, kw_only=True)
class VoteCast:
    """Somebody answered a poll: neither who, nor what."""

    slug: str


@event(version=1)
@dataclass(frozen=True, kw_only=True)
class PollClosed:
    """No answer is taken any more."""

    slug: str
    answers: int
