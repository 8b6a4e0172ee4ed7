"""Who handles the requests."""

from gateway.api.answers import answer
from gateway.api.bodies import body
from gateway.api.fields import SAYING, SLUG, Text, several
from services.requests.schemas import decisions, team as calls

LoadLine = answer(
    calls.LoadLine,
    late="Celles dont la date visée est passée ; 999 au plus.",
    awaiting="Celles où la personne doit encore donner une pièce.",
)
Absence = answer(calls.Absence, last_day="Encore un jour d’absence.", now="Aujourd’hui en est un.")
TeamLoad = answer(calls.TeamLoad)
StateAbsence = body(
    calls.StateAbsence,
    substitute=Text(40, required=True, means="L’`id` de l’agent qui voit ces demandes pendant ce temps."),
    agent_id=Text(40, allow_none=True, means="Un autre que moi : pour qui gère l’équipe."),
)
HandOver = body(
    calls.HandOver,
    "agent_id",
    department=Text(80, pattern=SLUG, required=True),
    to=Text(40, allow_none=True, means="À qui ; sans lui, elles ne sont plus suivies par personne."),
)
AddNote = body(
    decisions.AddNote,
    "number",
    text=Text(5000, shortest=1, pattern=SAYING, required=True),
    mentions=several(Text(40), 20, means="Les `id` des collègues à prévenir, qui peuvent ouvrir ce dossier."),
)
Mention = answer(calls.Mention, by="La fonction de qui a écrit la note.")
Mentions = answer(calls.Mentions)
