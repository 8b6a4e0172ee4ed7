"""Changes of an e-mail address: how long one can be undone, the facts, and what is refused of a link. Pure."""

from datetime import timedelta

from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.event_store.events import Event, sealed

UNDO_DAYS = 7
UNDO_FOR = timedelta(days=UNDO_DAYS)
"""How long the address left behind can take a change back, from the moment that it counts."""

ABOUT_EMAIL_CHANGES = ("email_change_link", "email_change_asked", "email_changed", "email_change_undone")


class EmailChangeRequested(Event):
    """The holder asked for another e-mail address. The old one is to be warned; the new one gets a link, unless it is the
    address of another space (`link`)."""

    change_id: str
    link: bool
    email: str | None = sealed()


class EmailChanged(Event):
    """The link was followed: the new address counts. The old one is to be told, and can take it back for seven days."""

    change_id: str
    email: str | None = sealed()


class EmailChangeUndone(Event):
    """The old address took the change back: it is the space's again, later changes are void, every session is over."""

    change_id: str
    email: str | None = sealed()


class EmailLinkUnknown(NotFound):
    code = "email_link_unknown"
    message = "Ce lien n’est pas valable. Vérifiez qu’il est entier, ou prenez celui du dernier courriel reçu."


class EmailLinkExpired(Forbidden):
    code = "email_link_expired"
    message = "Ce lien n’est plus valable : son délai est passé."


class EmailLinkUsed(Conflict):
    code = "email_link_used"
    message = "Ce lien a déjà servi."


class EmailOfAnother(Conflict):
    """Said to who holds that mailbox, and to nobody else."""

    code = "email_of_another"
    message = "Cette adresse est déjà celle d’un autre espace personnel. Rien n’a été changé."
