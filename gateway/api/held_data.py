"""What is held of an applicant with a request, until when, and its erasure."""

import uuid

from gateway.api.operations import Operations
from gateway.api.schemas import held_data as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.permissions import FILE_READER, FOLLOWER
from services.chassis.contracts import to_json
from services.requests.schemas.held_data import AnswerErasure, ReadHeldData, RequestErasure

held_data = Operations("held_data", "Ce que la mairie garde avec une demande, et jusqu’à quand.")


@held_data.get("/requests/<number:number>/held-data", permission=FOLLOWER, returns=schemas.HeldData)
def read_held_data(number: str) -> Json:
    """Ce que la mairie garde avec la demande, jusqu’à quand, et si son effacement est demandé."""
    return to_json(clients().send(ReadHeldData(number=number)))


@held_data.post("/requests/<number:number>/erasure", permission=FOLLOWER, status=204, refuses=(404,), command=True)
def request_erasure(number: str, command_id: uuid.UUID) -> None:
    """Demande l’effacement : inscrit dans l’historique, suivi au terme de la durée que la loi impose."""
    clients().send(RequestErasure(number=number), command_id=command_id)


@held_data.post(
    "/agent/requests/<number:number>/erasure-answer",
    permission=FILE_READER,
    body=schemas.AnswerErasure,
    status=204,
    refuses=(403, 404, 409),
    command=True,
)
def answer_erasure(number: str, body: Json, command_id: uuid.UUID) -> None:
    """Répond à l’effacement que la personne a demandé, pour qui a le droit de traiter ces demandes. Rien n’est effacé avant le
    terme que la loi impose."""
    asked = AnswerErasure(number=number, accepted=body["accepted"], reason=body.get("reason") or "")
    clients().send(asked, command_id=command_id)
