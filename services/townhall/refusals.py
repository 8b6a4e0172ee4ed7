"""Refusals of several services. Pure."""

from services.chassis.errors import NotKnownYet


class RequestNotKnownYet(NotKnownYet):
    code = "request_not_heard_yet"
    message = "Cette demande vient d’arriver : réessayez dans un instant."
