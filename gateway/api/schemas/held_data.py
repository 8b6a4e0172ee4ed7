"""What is held of an applicant with a request."""

from marshmallow import Schema, fields

from gateway.api.fields import Flag, Text, choice, day
from gateway.api.schemas.common import Told, maybe, string
from services.requests.schemas.held_data import LONGEST_REASON


class HeldData(Told):
    """`kept_until` : le dernier jour de la conservation, absent tant que la demande est en cours ; `then` : ce qui suit."""

    number = string()
    title = string()
    open = fields.Boolean(required=True)
    can_cancel = fields.Boolean(required=True)
    erased = fields.Boolean(required=True)
    kept_months = fields.Integer(required=True)
    kept_until = maybe(day())
    then = choice(("destroy", "sort", "transfer"), required=True)
    for_the_decision = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "Les pièces demandées pour la seule décision : effacées dès que la demande est close."
        },
    )
    exchanges = fields.Boolean(required=True)
    erasure_asked_at = maybe(fields.String())
    erasure_answer_by = maybe(day(metadata={"description": "Le dernier jour pour la réponse de la mairie."}))
    erasure_answer = maybe(choice(("accepted", "refused")))
    erasure_answered_at = maybe(fields.String())
    erasure_reason = maybe(fields.String())


class AnswerErasure(Schema):
    accepted = Flag(
        required=True,
        metadata={"description": "Accepté : effacé au terme de la durée que la loi impose. Sinon, refusé."},
    )
    reason = Text(LONGEST_REASON, metadata={"description": "Pour la personne. Toujours dû avec un refus."})
