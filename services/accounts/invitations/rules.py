"""Invitations of agents: what is refused of a link."""

from services.chassis.errors import Forbidden, NotFound


class InvitationUnknown(NotFound):
    message = "Ce lien d’invitation n’est pas valable, ou il a déjà servi."


class InvitationExpired(Forbidden):
    message = "Ce lien d’invitation n’est plus valable."
