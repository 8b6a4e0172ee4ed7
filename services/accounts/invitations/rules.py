"""Invitations of agents: the facts, and what is refused of a link."""

from services.chassis.errors import Forbidden, NotFound
from services.chassis.event_store.events import Event


class AgentReady(Event):
    """The agent followed the link: the new password and second factor are good, those of before no longer, and
    an agent who was disabled may log in again."""


class InvitationUnknown(NotFound):
    code = "invitation_unknown"
    message = "Ce lien d’invitation n’est pas valable, ou il a déjà servi."


class InvitationExpired(Forbidden):
    code = "invitation_expired"
    message = "Ce lien d’invitation n’est plus valable."
