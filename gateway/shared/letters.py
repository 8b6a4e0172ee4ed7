"""What is written on paper to persons without e-mail address: messaging has the letters, requests names and addresses,
documents the decisions that go with them."""

from collections.abc import Collection

from gateway.clients import CommandId, Json
from gateway.conversation import clients
from services.chassis.contracts import to_json
from services.documents.schemas.pieces import Document, ListRequestDocuments
from services.messaging.schemas.letters import LetterPrinted, ListLetters, PrintLetter, ReadLetter
from services.requests.schemas.letters import LetterGrant, ListRecipients, ReadLetterGrant
from services.townhall.pieces import FREE

RECEIPT = "accuse"
"""In place of a letter's id: the acknowledgement of receipt."""


def waiting(page: int) -> Json:
    """A page of the letters and calls that wait, each with its `recipient`; None once it is erased."""
    found = clients().send(ListLetters(page=page))
    numbers = tuple(dict.fromkeys(item.number for item in found.items))
    recipients = clients().send(ListRecipients(numbers=numbers)).items if numbers else ()
    known: dict[str, object] = {
        one.number: {"name": one.name, "lines": one.lines, "phone": one.phone} for one in recipients
    }
    items = [to_json(item) | {"recipient": known.get(item.number)} for item in found.items]
    return {**to_json(found), "items": items}


def read(number: str, letter_id: str | None) -> Json:
    """The letter as it was printed last or delivered, else as it would be printed now; None for the acknowledgement. The look
    is recorded.

    `documents`: of a decision those that the town joined to the request, each `named` in the letter or not.
    """
    opened = clients().send(ReadLetterGrant(number=number))
    joined = _of_the_town(opened) if letter_id else []
    named = tuple(one.label for one in joined)
    letter = clients().send(ReadLetter(grant=opened.grant, letter_id=letter_id, enclosed=named))
    documents: list[dict[str, object]] = [
        {
            "id": one.id,
            "label": one.label,
            "named": one.label in letter.enclosed,
            "files": [{"id": file.id, "name": file.name} for file in one.files],
        }
        for one in joined
    ]
    return {**to_json(letter), "documents": documents if letter.decision else []}


def print_out(number: str, letter_id: str, documents: Collection[str], command_id: CommandId) -> LetterPrinted:
    """The letter is printed as it is now: that text is the proof. `documents`: ids of the town's, those that go with a decision."""
    opened = clients().send(ReadLetterGrant(number=number))
    named = tuple(one.label for one in _of_the_town(opened) if one.id in documents)
    asked = PrintLetter(grant=opened.grant, letter_id=letter_id, enclosed=named)
    return clients().send(asked, command_id=command_id)


def _of_the_town(opened: LetterGrant) -> list[Document]:
    """The documents that the town joined to the request: a decision is posted with those that belong to it (glossary R13)."""
    if not opened.documents:
        return []
    documents = clients().send(ListRequestDocuments(grant=opened.grant)).documents
    return [one for one in documents if one.side == "town" and one.piece == FREE]
