"""Partner spaces: the other sites that a person's space opens, and what is saved to connect there."""

from gateway.api.operations import Operations
from gateway.api.schemas import partner_spaces as schemas
from gateway.clients import ANYONE
from gateway.permissions import CITIZEN, PUBLIC
from gateway.shared.partner_connections import address_of
from services.accounts.schemas import partner_credentials as calls
from services.content.schemas.partner_spaces import ListPartnerSpaces

spaces = Operations("partner_spaces", "Les autres espaces : les sites partenaires que l’espace personnel ouvre.")

spaces.get("/partner-spaces", permission=PUBLIC).sends(
    ListPartnerSpaces, "Les autres espaces, dans l’ordre de la commune, et ce qui peut y être enregistré.", actor=ANYONE
)
spaces.get("/profile/partner-spaces", permission=CITIZEN).sends(
    calls.ListPartnerCredentials,
    "Les espaces dont des identifiants sont enregistrés, et leurs dernières utilisations ; aucun mot de passe n’est rendu.",
    fixed={"with_uses": True},
)
spaces.put(
    "/profile/partner-spaces/<slug:slug>", permission=CITIZEN, body=schemas.PartnerCredentials, refuses=(404, 409, 503)
).sends(
    calls.SavePartnerCredentials,
    """Enregistre des identifiants que le site accepte ; il n’est interrogé qu’une fois, et rien n’est gardé d’un refus.

    Refusé comme `partner_refused` (au champ), `partner_silent`, `partner_elsewhere` ou `partner_unclear`.
    """,
)
spaces.put(
    "/accounts/pending/partner-spaces/<slug:slug>",
    permission=PUBLIC,
    body=schemas.PendingCredentials,
    refuses=(404, 409),
).sends(
    calls.KeepPendingCredentials,
    "Garde des identifiants avec un espace qui attend son activation ; le site les vérifiera à la première connexion.",
)
spaces.delete("/profile/partner-spaces/<slug:slug>", permission=CITIZEN).sends(
    calls.RemovePartnerCredentials, "Retire ce qui est enregistré pour cet espace."
)
spaces.post(
    "/profile/partner-spaces/<slug:slug>/connection",
    permission=CITIZEN,
    returns=schemas.PartnerConnectionPage,
    status=201,
    refuses=(404, 409, 503),
).sends(
    calls.OpenPartnerConnection,
    """L’adresse d’une page qui connecte à ce site : à ouvrir une fois, en moins d’une minute, dans un navigateur où la même
    personne est connectée. Elle seule porte les identifiants, du navigateur au site.""",
    shown=lambda opened: {"url": address_of(opened.token), "expires_at": opened.expires_at},
)
