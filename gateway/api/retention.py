"""The end of requests whose retention is over: lists, and their approval."""

from gateway.api.operations import Operations
from gateway.api.schemas import retention as schemas
from gateway.permissions import ARCHIVIST
from services.requests.schemas import retention as calls

retention = Operations("retention", "La fin des demandes dont la durée de conservation est écoulée.")
LISTS = "/agent/eliminations"

retention.get(LISTS, permission=ARCHIVIST).sends(
    calls.ListEliminations, "Les listes d’élimination, et le nombre de demandes qui figureraient sur la prochaine."
)
retention.post(LISTS, permission=ARCHIVIST, status=201, refuses=(409,)).sends(
    calls.DrawElimination,
    "Dresse la liste des demandes closes dont la durée de conservation est écoulée. Rien n’est encore détruit.",
)
retention.get(f"{LISTS}/<uuid:list_id>", permission=ARCHIVIST).sends(
    calls.ReadElimination, "Une liste, ligne par ligne."
)
retention.post(f"{LISTS}/<uuid:list_id>/approval", permission=ARCHIVIST, body=schemas.Approve).sends(
    calls.ApproveElimination,
    "Les archives départementales ont donné leur visa : ces demandes sont effacées dans la minute.",
)
