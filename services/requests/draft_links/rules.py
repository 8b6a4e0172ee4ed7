"""The private link by which a visitor goes on with a draft on another device: for whom it opens the draft, and until when. Pure.

A link may be opened several times, on several devices: a mail program often opens it in a window of its own first. It ends
with the draft, at its own time, or when a newer one is mailed. Decision 25.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from services.chassis.actors import Actor
from services.chassis.errors import Conflict, NotFound, TooMany
from services.chassis.structs import Struct
from services.requests.drafts import rules as draft
from services.requests.refusals import NotAllowed

PURPOSE = "draft"
"""What the token of such a link is derived for."""
LINKS_OF_A_MAILBOX = 4
COUNTED_FOR = timedelta(hours=1)
MOST_DEVICES = 10
ADDRESS_KEPT_FOR = timedelta(days=1)
"""Where messaging does not report the end of the mail: longer than any mail is tried."""
REMEMBERED_FOR = timedelta(days=30)
"""For so long after its end a link is known, and refused with the reason."""


class DraftInSpace(Conflict):
    message = (
        "Cette saisie est dans un espace personnel : connectez-vous pour la reprendre, sur n’importe quel appareil."
    )


class DraftLinkUnknown(NotFound):
    message = "Ce lien n’ouvre aucune saisie. Il est peut-être incomplet : copiez-le en entier depuis le courriel."


class DraftLinkReplaced(Conflict):
    message = "Un lien plus récent a été envoyé par courriel : c’est lui qui ouvre la saisie."


class DraftLinkExpired(Conflict):
    message = "Ce lien n’est plus valable. Demandez-en un autre sur l’appareil où la saisie a été commencée."


class DraftLinkFiled(Conflict):
    """The answer to the holder of the link; it contains nothing of the request."""

    message = (
        "Cette saisie a été envoyée : la mairie a reçu la demande. Pour la suivre, servez-vous du courriel d’accusé de "
        "réception."
    )


class DraftLinkErased(Conflict):
    message = "Cette saisie a été effacée : elle a été abandonnée, ou personne ne l’a reprise à temps."


class TooManyDevices(Conflict):
    message = "Cette saisie est déjà ouverte sur dix appareils. Continuez sur l’un d’eux."


class TooManyDraftLinks(TooMany):
    message = (
        "Plusieurs liens viennent d’être envoyés à cette adresse. Regardez dans les courriers indésirables, ou "
        "réessayez dans une heure."
    )


class DraftLink(Struct):
    link_id: str
    draft_id: str
    procedure: str
    expires_at: datetime
    replaced: bool


class Way(StrEnum):
    """How a draft becomes the actor's."""

    OWN = "own"
    DEVICE = "device"
    ADOPTED = "adopted"


def check(link: DraftLink | None, *, owner: str | None, filed: bool, now: datetime) -> DraftLink:
    """The link, where it opens a draft; `owner`: of the draft, None once it is gone. Raises the reason otherwise."""
    if link is None:
        raise DraftLinkUnknown
    if filed:
        raise DraftLinkFiled
    if owner is None:
        raise DraftLinkErased
    if link.replaced:
        raise DraftLinkReplaced
    if link.expires_at <= now:
        raise DraftLinkExpired
    return link


def way(actor: Actor, owner: str) -> Way:
    """Raises NotAllowed for the staff, DraftInSpace for the draft of another account."""
    if draft.owner_of(actor) == owner:
        return Way.OWN
    if actor.kind not in ("visitor", "citizen"):
        raise NotAllowed
    if not is_visitors(owner):
        raise DraftInSpace
    return Way.ADOPTED if actor.kind == "citizen" else Way.DEVICE


def is_visitors(owner: str) -> bool:
    return owner.startswith("visitor:")


def require_share(mailed: int, multiplier: float) -> None:
    """`mailed`: the links that left for the mailbox in the last hour. Raises TooManyDraftLinks."""
    if mailed >= LINKS_OF_A_MAILBOX * multiplier:
        raise TooManyDraftLinks


def require_device(others: int) -> None:
    """`others`: the devices on which links to the draft were opened. Raises TooManyDevices."""
    if others >= MOST_DEVICES:
        raise TooManyDevices
