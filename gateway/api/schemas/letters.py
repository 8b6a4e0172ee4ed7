"""Letters and calls for persons without e-mail address: what is to be done, a letter as it prints, its delivery."""

from marshmallow import Schema

from gateway.api.answers import answer
from gateway.api.bodies import body
from gateway.api.fields import choice, several, uuid
from gateway.shared import letters as shown
from services.messaging.schemas import letters

LINES = "L’adresse postale, ligne par ligne."
Recipient = answer(
    shown.Recipient, lines=LINES, phone="Le numéro que la personne préfère, si elle préfère le téléphone."
)
LetterLine = answer(
    shown.LetterLine,
    printed="Imprimé : il peut être remis ou posté.",
    call="Un appel à faire, au lieu d’un courrier à imprimer.",
)
Letters = answer(shown.LetterLines, "Letters")
Envelope = answer(letters.Envelope, lines=LINES)
LetterPart = answer(
    letters.LetterPart, kind=choice(("heading", "link", "text"), required=True), text="D’un lien : son adresse entière."
)
LetterDocument = answer(shown.LetterDocument, named="Nommée dans le courrier.")
Letter = answer(
    shown.LetterWithDocuments,
    "Letter",
    printed_at="Absent tant qu’il n’a pas été imprimé : c’est alors ce qui s’imprimerait.",
    decision="Une décision, qui part avec ses pièces.",
    enclosed="Les pièces qu’il nomme.",
    state=choice(("on_paper", "handed_over", "posted"), required=True),
)


class PrintLetter(Schema):
    documents = several(
        uuid(), 100, load_default=list, means="D’une décision : les pièces de la mairie qui partent avec elle."
    )


Printed = answer(letters.LetterPrinted, "Printed")
DeliverLetter = body(letters.DeliverLetter, "letter_id", way=choice(("handed_over", "posted", "called"), required=True))
Delivered = answer(letters.LetterDelivery, "Delivered")
