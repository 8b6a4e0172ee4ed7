"""Changes of an e-mail address: how long one can be undone, and what is refused of a link. Pure."""

from datetime import timedelta

from services.chassis.errors import Conflict, Forbidden, NotFound

UNDO_DAYS = 7
UNDO_FOR = timedelta(days=UNDO_DAYS)
"""How long the address left behind can take a change back, from the moment that it counts."""


class EmailLinkUnknown(NotFound):
    message = "Ce lien n’est pas valable. Vérifiez qu’il est entier, ou prenez celui du dernier courriel reçu."


class EmailLinkExpired(Forbidden):
    message = "Ce lien n’est plus valable : son délai est passé."


class EmailLinkUsed(Conflict):
    message = "Ce lien a déjà servi."


class EmailOfAnother(Conflict):
    """Shown only to the holder of that mailbox."""

    message = "Cette adresse est déjà celle d’un autre espace personnel. Rien n’a été changé."
