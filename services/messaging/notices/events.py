"""What became of a mail or letter."""

from services.chassis.event_store.events import Event, sealed


class EmailSent(Event):
    """The mail server took a mail over."""

    notice_id: str
    purpose: str
    attempts: int


class EmailFailed(Event):
    """A mail will not be tried again; staff are mailed why (`reason`)."""

    notice_id: str
    purpose: str
    attempts: int
    reason: str


class LetterDelivered(Event):
    """An agent handed over or posted a letter, or called the person (`way`)."""

    notice_id: str
    purpose: str
    way: str
    agent: str | None = sealed()
