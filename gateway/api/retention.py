"""The end of requests whose retention is over: lists, and their approval."""

import uuid

from gateway.api.operations import Operations
from gateway.api.schemas import retention as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.permissions import ARCHIVIST
from services.chassis.contracts import to_json
from services.requests.schemas.retention import (
    ApproveElimination,
    DrawElimination,
    ListEliminations,
    ReadElimination,
)

retention = Operations("retention", "La fin des demandes dont la durée de conservation est écoulée.")


@retention.get("/agent/eliminations", permission=ARCHIVIST, returns=schemas.Eliminations)
def eliminations() -> Json:
    """Les listes d’élimination, et le nombre de demandes qui figureraient sur la prochaine."""
    return to_json(clients().send(ListEliminations()))


@retention.post(
    "/agent/eliminations", permission=ARCHIVIST, returns=schemas.Listed, status=201, command=True, refuses=(409,)
)
def draw_elimination(command_id: uuid.UUID) -> Json:
    """Dresse la liste des demandes closes dont la durée de conservation est écoulée. Rien n’est encore détruit."""
    return to_json(clients().send(DrawElimination(), command_id=command_id))


@retention.get("/agent/eliminations/<uuid:list_id>", permission=ARCHIVIST, returns=schemas.Elimination)
def elimination(list_id: uuid.UUID) -> Json:
    """Une liste, ligne par ligne."""
    return to_json(clients().send(ReadElimination(list_id=str(list_id))))


@retention.post(
    "/agent/eliminations/<uuid:list_id>/approval",
    permission=ARCHIVIST,
    body=schemas.Approve,
    returns=schemas.Listed,
    command=True,
)
def approve_elimination(list_id: uuid.UUID, body: Json, command_id: uuid.UUID) -> Json:
    """Les archives départementales ont donné leur visa : ces demandes sont effacées dans la minute."""
    asked = ApproveElimination(list_id=str(list_id), visa=body["visa"], numbers=body.get("numbers"))
    return to_json(clients().send(asked, command_id=command_id))
