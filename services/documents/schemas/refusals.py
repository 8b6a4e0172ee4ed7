"""Refusals of documents that the gateway distinguishes."""

from services.chassis.errors import NotFound, declared


@declared
class UnknownFile(NotFound):
    message = "Ce fichier n’existe pas, ou n’est plus conservé."


@declared
class UnknownStored(NotFound):
    code = "unknown_document"
    message = "Cette pièce n’existe pas, ou n’est plus dans votre espace de stockage."
