"""The personal data kept with a request."""

from gateway.api.answers import answer, maybe
from gateway.api.bodies import body
from gateway.api.fields import Flag, Text, choice, day
from services.procedures.schemas.definitions.procedures import AfterRetention
from services.requests.schemas import held_data as calls

HeldData = answer(
    calls.HeldData,
    kept_until=maybe(day(), "Le dernier jour de la conservation, nul si la demande est en cours."),
    then=choice(AfterRetention, required=True),
    for_the_decision="Les pièces demandées pour la seule décision : effacées dès que la demande est close.",
    erasure_answer_by=maybe(day(), "Le dernier jour pour la réponse de la mairie."),
    erasure_answer=maybe(choice(("accepted", "refused"))),
)
AnswerErasure = body(
    calls.AnswerErasure,
    "number",
    accepted=Flag(
        required=True,
        means="Accepté : effacé au terme de la durée que la loi impose. Sinon, refusé.",
    ),
    reason=Text(calls.LONGEST_REASON, means="Pour la personne. Toujours dû avec un refus."),
)
