"""The pieces of a draft or request, and their files."""

from marshmallow import Schema, fields

from gateway.api.answers import answer, maybe
from gateway.api.bodies import body
from gateway.api.fields import NAME, Flag, Text, several, uuid
from gateway.api.schemas.storage import FILE
from services.documents.schemas import pieces as calls
from services.townhall.pieces import LONGEST_LABEL


class UploadDocument(Schema):
    piece = Text(80, pattern=NAME, required=True, means="La pièce demandée par la démarche.")
    label = Text(LONGEST_LABEL)
    enclosed_for = Text(
        80,
        pattern=NAME,
        means="D’un document libre de la mairie, joint à une décision : le statut auquel elle mènera. La personne ne le voit "
        "qu’une fois la demande à ce statut ; close autrement, il est effacé.",
    )
    file = FILE


MarkDocument = body(
    calls.MarkDocument,
    "document_id",
    files=several(uuid(), required=True, means="Les fichiers regardés ; refusé si la pièce en a d’autres."),
    conforming=Flag(required=True, allow_none=True, means="Nul : l’avis est retiré."),
    reason=Text(calls.LONGEST_MARK, means="Ce qui ne va pas, d’une pièce non conforme."),
)
Conformity = answer(calls.Conformity, "PieceConformity", reason="Ce qui ne va pas, d’une pièce non conforme.")
UploadedFile = answer(calls.Uploaded, "UploadedFile")
Document = answer(
    calls.Document,
    label=maybe(fields.String()),
    author="Qui, à la mairie, l’a ajoutée ; pour les agents seulement.",
    enclosed_for="Le statut que ce document attend pour être montré à la personne ; pour les agents seulement.",
)
