"""Refusals of procedures that the gateway makes as well."""

from services.chassis.errors import NotFound, declared


@declared
class NoSuchProcedure(NotFound):
    message = "Cette démarche n’existe pas, ou n’est plus proposée."
