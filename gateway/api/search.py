"""The portal's own search."""

from collections.abc import Mapping

from gateway.api.operations import Operations
from gateway.api.schemas import search as schemas
from gateway.clients import Json
from gateway.permissions import PUBLIC
from gateway.shared import search as finding

search = Operations("search", "La recherche dans tout le portail.")


@search.get("/search", permission=PUBLIC, query=schemas.SearchQuery, returns=schemas.Found)
def find(query: Mapping[str, str]) -> Json:
    """Démarches, actualités, activités et informations pratiques qui répondent à des mots, les meilleures d’abord."""
    found = finding.find(query["q"].strip())
    return {
        "items": [
            *({**item, "partial": False} for item in found.full),
            *({**item, "partial": True} for item in found.partly),
        ],
        "total": found.total,
        "suggestion": found.suggestion,
        "away": found.away,
    }
