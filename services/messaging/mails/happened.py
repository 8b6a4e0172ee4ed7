"""What a change of status means to the person, in a few words: the subject and the heading of its mail. Pure."""

import re
from collections.abc import Mapping

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.schemas.mail_details import MailDetails
from services.requests.schemas.statuses import Status

UNSAID = "Il y a du nouveau"
"""Of a change that the mail does not name, and of a status that only the town knows."""

HAPPENED: Mapping[str, str] = {
    Status.IN_REVIEW: "Votre demande est en cours d’instruction",
    Status.SCHEDULED: "Une date est fixée pour votre demande",
    Status.WAITING_LIST: "Votre demande est sur liste d’attente",
    Status.ACCEPTED: "Votre demande est acceptée",
    Status.REFUSED: "Votre demande est refusée",
    Status.DONE: "Votre demande est terminée",
    Status.REDIRECTED: "Votre demande est transmise à une autre administration",
    Status.LAPSED: "Votre demande est classée sans suite",
    Status.CANCELLED: "Votre demande est annulée",
}
FIRST_SENTENCE = re.compile(r"[^\s.;!?].*?(?=\s*(?:[;!?]|(?:(?<=\w{3})|(?<=\d))\.\s+[A-ZÀ-ÖØ-ÞŒ«]|\.?\s*$))", re.DOTALL)
"""Up to what ends it. A full stop does, where the next sentence begins or nothing follows; not that of « M. Le Goff »."""


def in_words(procedure: Procedure, status: str, known: MailDetails) -> str:
    """« La salle est réservée », where the prepared reply or the procedure says so and is not confidential; else what holds for every
    one."""
    if status == Status.AWAITING:
        return _awaited(known.values.get("missing_documents", "").splitlines())
    own = FIRST_SENTENCE.match(known.values.get("happened") or procedure.status_meanings.get(status, ""))
    if own and not procedure.confidential:
        return own[0]
    return HAPPENED.get(status, UNSAID)


def _awaited(missing: list[str]) -> str:
    match len(missing):
        case 0:
            return "La mairie attend une précision de votre part"
        case 1:
            return "Il manque un document"
        case more:
            return f"Il manque {more} documents"
