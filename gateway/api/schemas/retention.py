"""Elimination lists."""

from gateway.api.answers import answer, maybe
from gateway.api.bodies import body
from gateway.api.fields import NUMBER, Text, choice, several
from services.requests.schemas import retention as calls

ListedElimination = answer(calls.DrawnList, "ListedElimination")
Listed = answer(calls.OnElimination, "Listed")
EliminationLine = answer(
    calls.EliminationLine,
    then="« destroy », « sort » ou « transfer », selon la démarche.",
    erasure=maybe(
        choice(
            ("asked", "accepted", "refused"),
            means="L’effacement que la personne a demandé, et ce que la mairie a répondu ; nul sinon.",
        )
    ),
)
Elimination = answer(calls.Elimination, approved_by="La fonction de l’agent, ou le nom de qui a tapé la commande.")
Approve = body(
    calls.ApproveElimination,
    "list_id",
    visa=Text(200, shortest=1, required=True, means="La référence du visa."),
    numbers=several(
        Text(40, pattern=NUMBER),
        least=1,
        means="Les seules demandes à effacer. Sans cette liste : toutes celles que leur démarche dit de "
        "détruire, et aucune de celles qu’elle dit de trier ou de verser.",
    ),
)
