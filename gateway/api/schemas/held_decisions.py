"""Decisions that wait some seconds before they are carried out."""

from gateway.api.answers import answer
from gateway.api.bodies import body
from gateway.api.fields import NUMBER, Flag, Text, choice
from services.requests.schemas import decisions, held_decisions as calls

HOLD = Flag(
    means="La décision est vérifiée, puis part quelques secondes plus tard, selon le réglage de la mairie : elle peut être annulée d’ici là."
)
Decided = answer(
    decisions.Decided,
    told="Si un courriel en prévient la personne.",
    held="La décision qui attend, si rien n’est encore fait ; nul sinon.",
)
HeldQuery = body(calls.ListHeldDecisions, "", "HeldQuery", number=Text(40, pattern=NUMBER))
DecisionWords = answer(decisions.DecisionWords)
HeldDecision = answer(
    calls.HeldDecision,
    agent="Qui l’a envoyée.",
    own="Si c’est moi.",
    seconds="Dans combien de secondes elle part.",
    because="Pourquoi elle n’a pas pu partir ; nul tant qu’elle attend.",
)
HeldDecisions = answer(calls.HeldDecisions)
HeldOutcome = answer(
    calls.HeldOutcome,
    state=choice(
        calls.HeldState,
        required=True,
        means="Elle attend (waiting), n’a pas pu partir et reste à reprendre (not_done), est partie (done) ou a été annulée (undone).",
    ),
)
Undone = answer(calls.Undone)
