"""What is written on paper to persons without e-mail address: messaging has the letters, requests names and addresses,
documents the decisions that go with them."""

from collections.abc import Collection

from gateway.clients import CommandId
from gateway.conversation import clients
from services.chassis.structs import Struct, made_of
from services.documents.schemas.pieces import Document, ListRequestDocuments
from services.messaging.schemas import letters as declared
from services.requests.schemas.letters import LetterGrant, ListRecipients, ReadLetterGrant
from services.townhall.grants import Side
from services.townhall.pieces import FREE

RECEIPT = "accuse"
"""In place of a letter's id: the acknowledgement of receipt."""


class Recipient(Struct):
    name: str
    lines: tuple[str, ...]
    phone: str | None


class LetterLine(declared.WaitingLetter):
    """`recipient`: None once it is erased."""

    recipient: Recipient | None


class LetterLines(declared.WaitingLetters):
    items: tuple[LetterLine, ...]


class LetterFile(Struct):
    id: str
    name: str


class LetterDocument(Struct):
    """`named`: whether the letter names it."""

    id: str
    label: str
    named: bool
    files: tuple[LetterFile, ...]


class LetterWithDocuments(declared.Letter):
    """`documents`: of a decision those that the town joined to the request."""

    documents: tuple[LetterDocument, ...]


def waiting(page: int) -> LetterLines:
    """A page of the letters and calls that wait."""
    found = clients().send(declared.ListLetters(page=page))
    numbers = tuple(dict.fromkeys(item.number for item in found.items))
    recipients = clients().send(ListRecipients(numbers=numbers)).items if numbers else ()
    known = {one.number: made_of(Recipient, one) for one in recipients}
    items = tuple(made_of(LetterLine, item, recipient=known.get(item.number)) for item in found.items)
    return made_of(LetterLines, found, items=items)


def read(number: str, letter_id: str | None) -> LetterWithDocuments:
    """The letter as it was printed last or delivered, else as it would be printed now; None for the acknowledgement. The look
    is recorded."""
    opened = clients().send(ReadLetterGrant(number=number))
    joined = _of_the_town(opened) if letter_id else []
    named = tuple(one.label for one in joined)
    letter = clients().send(declared.ReadLetter(grant=opened.grant, letter_id=letter_id, enclosed=named))
    documents = tuple(
        LetterDocument(
            id=one.id,
            label=one.label,
            named=one.label in letter.enclosed,
            files=tuple(made_of(LetterFile, file) for file in one.files),
        )
        for one in joined
    )
    return made_of(LetterWithDocuments, letter, documents=documents if letter.decision else ())


def print_out(number: str, letter_id: str, documents: Collection[str], command_id: CommandId) -> declared.LetterPrinted:
    """The letter is printed as it is now: that text is the proof. `documents`: ids of the town's, those that go with a decision."""
    opened = clients().send(ReadLetterGrant(number=number))
    named = tuple(one.label for one in _of_the_town(opened) if one.id in documents)
    asked = declared.PrintLetter(grant=opened.grant, letter_id=letter_id, enclosed=named)
    return clients().send(asked, command_id=command_id)


def _of_the_town(opened: LetterGrant) -> list[Document]:
    """The documents that the town joined to the request: a decision is posted with those that belong to it (glossary R13)."""
    if not opened.documents:
        return []
    documents = clients().send(ListRequestDocuments(grant=opened.grant)).documents
    return [one for one in documents if one.side == Side.TOWN and one.piece == FREE and not one.enclosed_for]
