"""Refusals of documents that the gateway distinguishes."""

from services.chassis.errors import NotFound, declared


@declared
class UnknownFile(NotFound):
    code = "unknown_file"
    message = "Ce fichier n’existe pas, ou n’est plus conservé."
