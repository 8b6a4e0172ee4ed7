"""A personal space: what is refused on the way."""

from datetime import timedelta
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound

NEVER_ACTIVATED_KEPT = timedelta(days=30)  # then the name and the address are free again
PENDING_MAILED = 3  # of the spaces that wait for one address, as many get another link when it is asked by the address
PENDING_GIVE_WAY = 100  # and as many are closed when a space takes the address by a confirmed change
HOLDER_WARNED_EVERY = timedelta(hours=24)  # a mail to the holder, not a way to flood the holder

NOT_ACTIVATED = "never_activated"
WISHED = "wish"


def stream_of(account_id: UUID) -> str:
    return f"account-{account_id}"


class PasswordWrong(Invalid):
    message = "Ce mot de passe n’est pas le vôtre. Votre espace reste ouvert."


class FormRefused(Invalid):
    code = "account_form"
    message = "Des zones sont à corriger."


class ActivationLinkUnknown(NotFound):
    message = "Ce lien d’activation n’est pas valable. Vérifiez qu’il est entier, ou demandez-en un autre."


class ActivationLinkExpired(Forbidden):
    message = "Ce lien d’activation n’est plus valable. Demandez-en un autre."


class AddressInUse(Conflict):
    """Another space was activated with that address, or moved to it, since the link was mailed."""

    code = "email_in_use"
    message = "Cette adresse de courriel a déjà un espace personnel actif. Connectez-vous à celui-là."


class SignUpOver(Conflict):
    message = "Cet espace n’attend plus son activation : il est déjà ouvert, ou il n’existe plus."


class AlreadyActive(Conflict):
    code = "account_active"
    message = "Ce lien a déjà servi : votre espace est actif, vous pouvez vous connecter."


class AccountUnknown(NotFound):
    message = "Cet espace personnel n’existe pas."


class NothingToSay(NotFound):
    """The reason for a mail is gone: the space was activated or closed meanwhile."""

    message = "Ce courriel n’a plus lieu d’être."


class NotYours(Forbidden):
    code = "not_allowed"
    message = "Cette action ne vous est pas ouverte."


def own(actor: Actor | None, *, kinds: tuple[str, ...] = ("citizen",)) -> UUID:
    """The id of who asks: the space of a citizen, or the agent. Raises NotYours where the actor is of no such kind."""
    if actor is None or actor.kind not in kinds:
        raise NotYours
    return UUID(actor.id)
