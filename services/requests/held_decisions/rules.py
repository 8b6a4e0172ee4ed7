"""Why a decision that waited was not carried out, in words for agents. Pure."""

from services.chassis.errors import Refusal
from services.requests import refusals
from services.requests.schemas.refusals import RequestNotFound

ACCESS_ENDED = "L’accès de l’agent qui l’a envoyée a pris fin."
FAILED = "Une erreur du portail l’a empêchée."


def because(refusal: Refusal) -> str:
    """The refusal of what was possible when the decision was sent."""
    match refusal:
        case refusals.StaleVersion():
            return "Le dossier a changé pendant qu’elle attendait : relisez-le."
        case refusals.NotAllowed() | RequestNotFound():
            return "L’agent qui l’a envoyée n’a plus le droit de décider de cette demande."
        case _:
            return refusal.message
