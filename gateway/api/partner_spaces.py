"""Partner spaces: the other sites that a person's space opens."""

from gateway.api.operations import Operations
from gateway.api.schemas import partner_spaces as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.permissions import PUBLIC
from services.chassis.contracts import to_json

spaces = Operations("partner_spaces", "Les autres espaces : les sites partenaires que l’espace personnel ouvre.")


@spaces.get("/partner-spaces", permission=PUBLIC, returns=schemas.PartnerSpaces)
def list_partner_spaces() -> Json:
    """Les autres espaces, dans l’ordre de la commune, et ce qui peut y être enregistré."""
    return to_json(clients().content.list_partner_spaces())
