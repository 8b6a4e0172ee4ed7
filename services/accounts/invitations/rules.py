"""Invitations of agents: what is refused of a link."""

from services.chassis.errors import Forbidden, NotFound


class InvitationUnknown(NotFound):
    code = "invitation_unknown"
    message = "Ce lien d’invitation n’est pas valable, ou il a déjà servi."


class InvitationExpired(Forbidden):
    code = "invitation_expired"
    message = "Ce lien d’invitation n’est plus valable."
