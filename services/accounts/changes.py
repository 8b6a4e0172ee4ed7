"""What a holder changes of a space: the facts, and what is refused on the way."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.event_store.events import event, sealed

UNDO_DAYS = 7
UNDO_FOR = timedelta(days=UNDO_DAYS)
"""How long the address left behind can take a change back, from the moment that it counts."""

ABOUT_EMAIL_CHANGES = ("email_change_link", "email_change_asked", "email_changed", "email_change_undone")
ABOUT_CREDENTIALS = ("password_changed", "username_changed")
"""Purposes of the mails that these changes owe."""


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class ProfileChanged:
    """The holder changed what the space says of them: the sections that differ, and the profile as it is from now on."""

    sections: tuple[str, ...]  # of "identity", "address", "contact", "preferred_contact", "organisation"
    profile: dict[str, Any] | None = sealed()


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class CredentialsChanged:
    """The holder, who gave the current password or followed the link for a forgotten one, changed what one logs in with; the
    other sessions are over. Also of an agent who followed such a link."""

    changed: tuple[str, ...]  # of "username", "password"


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class EmailChangeRequested:
    """The holder asked for another e-mail address. The old one is to be warned; the new one gets a link, unless it is the
    address of another space (`link`)."""

    change_id: str
    link: bool
    email: str | None = sealed()


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class EmailChanged:
    """The link was followed: the new address counts. The old one is to be told, and can take it back for seven days."""

    change_id: str
    email: str | None = sealed()


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class EmailChangeUndone:
    """The old address took the change back: it is the space's again, later changes are void, every session is over."""

    change_id: str
    email: str | None = sealed()


class ProfileWrittenElsewhere(Conflict):
    code = "profile_written_elsewhere"
    message = "Vos coordonnées ont été modifiées ailleurs depuis que vous avez ouvert cette page. Relisez-les."


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
