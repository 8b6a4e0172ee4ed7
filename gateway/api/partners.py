"""What partners ask over HTTP, beside the stream that they read at the broker."""

from gateway.api.operations import Operations
from gateway.api.schemas import partners as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.permissions import PUBLIC
from services.chassis.contracts import to_json
from services.requests.schemas.streams import ReadPartnersStream

partners = Operations("partners", "Le flux des événements, pour les partenaires de la mairie.")


@partners.get("/partners/stream", permission=PUBLIC, returns=schemas.Stream)
def stream() -> Json:
    """L’identité du flux que lisent les partenaires. Quand elle change, les places qu’ils ont notées ne valent plus rien."""
    return to_json(clients().send(ReadPartnersStream()))
