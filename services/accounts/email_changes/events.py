"""Changes of an e-mail address, with the sealed addresses."""

from services.accounts.schemas import facts
from services.chassis.event_store.events import sealed


class EmailChangeRequested(facts.EmailChangeRequested):
    email: str | None = sealed()


class EmailChanged(facts.EmailChanged):
    email: str | None = sealed()


class EmailChangeUndone(facts.EmailChangeUndone):
    email: str | None = sealed()
