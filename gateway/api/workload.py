"""Who handles the requests: loads, absences with a substitute, requests handed over, mentions."""

from gateway.api.operations import Operations
from gateway.api.schemas import workload as schemas
from gateway.permissions import FILE_READER, STAFF, TEAM
from services.requests.schemas import team as calls

workload = Operations("workload", "La charge et les absences des agents, les demandes qu’ils se passent.")

workload.get("/agent/workload", permission=STAFF).sends(
    calls.ReadTeamLoad,
    "Combien de demandes suit chaque agent de mes services, ou de tous pour qui gère l’équipe ; et les absences.",
)
workload.post("/agent/absences", permission=STAFF, body=schemas.StateAbsence, status=201).sends(
    calls.StateAbsence, "Indique une absence et qui remplace l’agent ; pour un autre que soi, il faut gérer l’équipe."
)
workload.delete("/agent/absences/<uuid:absence_id>", permission=STAFF).sends(
    calls.EndAbsence, "Retire une absence, ou la termine ; retirée deux fois, elle l’est."
)
workload.post("/agent/team/<uuid:agent_id>/handover", permission=TEAM, body=schemas.HandOver, status=204).sends(
    calls.HandOver,
    "Confie à un collègue, ou à personne, toutes les demandes ouvertes que cet agent suit dans un service ; chacune par "
    "son propre événement, dans les secondes qui suivent.",
)
workload.get("/agent/mentions", permission=FILE_READER).sends(
    calls.ListMentions,
    "Les notes internes qui demandent mon attention et que je n’ai pas lues, la plus récente d’abord.",
)
workload.get("/agent/mentions/count", permission=FILE_READER).sends(calls.CountMentions, "Combien il y en a.")
workload.post("/agent/requests/<number:number>/mentions/read", permission=FILE_READER, status=204).sends(
    calls.ReadMentions, "J’ai lu les notes de cette demande."
)
