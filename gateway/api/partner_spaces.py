"""Partner spaces: the other sites that a person's space opens, and what is saved to connect there."""

import uuid

from gateway.api.operations import Operations
from gateway.api.schemas import partner_spaces as schemas
from gateway.clients import ANYONE, Json
from gateway.conversation import clients
from gateway.permissions import CITIZEN, PUBLIC
from gateway.shared.partner_connections import address_of
from services.accounts.schemas import partner_credentials as calls
from services.chassis.contracts import to_json
from services.content.schemas.partner_spaces import ListPartnerSpaces

spaces = Operations("partner_spaces", "Les autres espaces : les sites partenaires que l’espace personnel ouvre.")


@spaces.get("/partner-spaces", permission=PUBLIC, returns=schemas.PartnerSpaces)
def list_partner_spaces() -> Json:
    """Les autres espaces, dans l’ordre de la commune, et ce qui peut y être enregistré."""
    return to_json(clients().send(ListPartnerSpaces(), actor=ANYONE))


@spaces.get("/profile/partner-spaces", permission=CITIZEN, returns=schemas.OwnPartnerSpaces)
def list_partner_credentials() -> Json:
    """Les espaces dont des identifiants sont enregistrés, et leurs dernières utilisations ; aucun mot de passe n’est rendu."""
    return to_json(clients().send(calls.ListPartnerCredentials(with_uses=True)))


@spaces.put(
    "/profile/partner-spaces/<slug:slug>",
    permission=CITIZEN,
    body=schemas.PartnerCredentials,
    status=204,
    command=True,
    refuses=(404, 409, 503),
)
def save_partner_credentials(slug: str, body: Json, command_id: uuid.UUID) -> None:
    """Enregistre des identifiants que le site accepte ; il n’est interrogé qu’une fois, et rien n’est gardé d’un refus.

    Refusé comme `partner_refused` (au champ), `partner_silent`, `partner_elsewhere` ou `partner_unclear`.
    """
    clients().send(calls.SavePartnerCredentials(slug=slug, values=body["values"]), command_id=command_id)


@spaces.put(
    "/accounts/pending/partner-spaces/<slug:slug>",
    permission=PUBLIC,
    body=schemas.PendingCredentials,
    status=204,
    command=True,
    refuses=(404, 409),
)
def keep_pending_credentials(slug: str, body: Json, command_id: uuid.UUID) -> None:
    """Garde des identifiants avec un espace qui attend son activation ; le site les vérifiera à la première connexion."""
    asked = calls.KeepPendingCredentials(pending=body["pending"], slug=slug, values=body["values"])
    clients().send(asked, command_id=command_id)


@spaces.delete("/profile/partner-spaces/<slug:slug>", permission=CITIZEN, command=True)
def remove_partner_credentials(slug: str, command_id: uuid.UUID) -> None:
    """Retire ce qui est enregistré pour cet espace."""
    clients().send(calls.RemovePartnerCredentials(slug=slug), command_id=command_id)


@spaces.post(
    "/profile/partner-spaces/<slug:slug>/connection",
    permission=CITIZEN,
    returns=schemas.PartnerConnectionPage,
    status=201,
    command=True,
    refuses=(404, 409, 503),
)
def open_partner_connection(slug: str, command_id: uuid.UUID) -> Json:
    """L’adresse d’une page qui connecte à ce site : à ouvrir une fois, en moins d’une minute, dans un navigateur où la même
    personne est connectée. Elle seule porte les identifiants, du navigateur au site."""
    opened = clients().send(calls.OpenPartnerConnection(slug=slug), command_id=command_id)
    return {"url": address_of(opened.token), "expires_at": opened.expires_at}
