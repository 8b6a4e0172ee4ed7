"""The personal data kept with a request, until when, and its erasure."""

from gateway.api.operations import Operations
from gateway.api.schemas import held_data as schemas
from gateway.permissions import FILE_READER, FOLLOWER
from services.requests.schemas.held_data import AnswerErasure, ReadHeldData, RequestErasure

held_data = Operations("held_data", "Ce que la mairie garde avec une demande, et jusqu’à quand.")

held_data.get("/requests/<number:number>/held-data", permission=FOLLOWER).sends(
    ReadHeldData, "Ce que la mairie garde avec la demande, jusqu’à quand, et si son effacement est demandé."
)
held_data.post("/requests/<number:number>/erasure", permission=FOLLOWER, refuses=(404,)).sends(
    RequestErasure, "Demande l’effacement : inscrit dans l’historique, suivi au terme de la durée que la loi impose."
)
held_data.post(
    "/agent/requests/<number:number>/erasure-answer",
    permission=FILE_READER,
    body=schemas.AnswerErasure,
    refuses=(403, 404, 409),
).sends(
    AnswerErasure,
    """Répond à l’effacement que la personne a demandé, pour qui a le droit de traiter ces demandes. Rien n’est effacé avant le
    terme que la loi impose.""",
)
