"""What partners ask over HTTP, beside the stream that they read at the broker."""

from gateway.api.answers import answer
from gateway.api.operations import Operations
from gateway.permissions import PUBLIC
from services.requests.schemas.streams import PartnersStream, ReadPartnersStream

partners = Operations("partners", "Le flux des événements, pour les partenaires de la mairie.")
answer(
    PartnersStream,
    "Stream",
    stream="Aussi dans l’en-tête `parvis-stream` de chaque message de ce flux.",
    since="Depuis quand le flux a cette identité.",
)
partners.get("/partners/stream", permission=PUBLIC).sends(
    ReadPartnersStream,
    "L’identité du flux que lisent les partenaires. Quand elle change, les places qu’ils ont notées ne valent plus rien.",
    name="stream",
)
