"""Refusals of content that callers distinguish by their class."""

from services.chassis.errors import NotFound, declared


@declared
class AccountRequired(NotFound):
    """Says nothing of the article that is reserved, not even its title."""

    message = "Cette page est réservée aux titulaires d’un espace personnel. Connectez-vous pour la lire."
