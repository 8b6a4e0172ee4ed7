"""One status in plain sentences: where a request stands, what waits and for whom; pure."""

from gateway.dates import day_in_words
from services.requests.schemas.statuses import Status
from services.requests.schemas.tracking import Appointment, RequestView
from services.townhall.typography import NBSP

NOTHING_TO_DO = "Vous n’avez rien à faire."
CALM = frozenset({Status.SUBMITTED, Status.IN_REVIEW, Status.SCHEDULED, Status.WAITING_LIST, Status.ACTIVE})
"""The statuses of the product in which nothing waits for the applicant. Of one that a town made, only the town knows."""


def whose_turn(view: RequestView, coming: Appointment | None, unread: int) -> str:
    """What the status means in the town's words, then what waits for whom; `coming`: the appointment to come,
    `unread`: how many messages of the town's."""
    if view.status.slug == Status.AWAITING:
        return " ".join((_awaited(view), _to_read(view, unread))).strip()
    turn = _to_read(view, unread) or _decided_by_silence(view) or _of_the_applicant(view, coming)
    return " ".join((view.status.meaning, turn)).strip()


def _awaited(view: RequestView) -> str:
    pieces = len(view.missing.documents) if view.missing else 0
    what = f"{pieces}{NBSP}pièces" if pieces > 1 else "une pièce" if pieces else "une réponse"
    deadline = view.missing.deadline if view.missing else None
    return f"La mairie attend {what} de vous{f' avant le {day_in_words(deadline)}' if deadline else ''}."


def _to_read(view: RequestView, unread: int) -> str:
    if not unread or "exchanges" not in view.tabs:
        return ""
    if unread == 1:
        return "Un message de la mairie vous attend."
    return f"{unread}{NBSP}messages de la mairie vous attendent."


def _decided_by_silence(view: RequestView) -> str:
    silence = view.implicit_decision
    if silence is None or not silence.reached or view.status.closed:
        return ""
    accepted = silence.effect == "acceptance"
    worth = "accord" if accepted else "refus"
    return f"La mairie n’a pas répondu avant le {day_in_words(silence.on)}{NBSP}: cela vaut {worth}."


def _of_the_applicant(view: RequestView, coming: Appointment | None) -> str:
    if view.status.closed:
        return ""
    if coming is not None:
        return "Il vous reste à venir à votre rendez-vous."
    return NOTHING_TO_DO if view.status.slug in CALM else ""
