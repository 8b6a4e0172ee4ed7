"""Declared calls about the pieces of a request or draft, for the bearer of a grant on it, which names their owner. Moments
are ISO 8601."""

from datetime import datetime
from uuid import UUID

from services.chassis.contracts import Command, Done, Query, RecordedLook, checked, identifier, marked, text
from services.chassis.french_fields import Listed, Text, Whole, shaped
from services.chassis.structs import Struct
from services.documents.schemas.owner import Owner, request
from services.documents.schemas.storage import Stored, StoredBytes, Storing
from services.townhall.grants import Side, WithGrant
from services.townhall.pieces import LONGEST_LABEL

A_LABEL = shaped(rf".{{0,{LONGEST_LABEL}}}", f"Ce texte est trop long : {LONGEST_LABEL} caractères au plus.")
LONGEST_MARK = 300
ANY_NAME = shaped(r"(?s).{1,4096}", "Ce nom de fichier est trop long : renommez le fichier.")
"""Whatever the person's machine calls it: what is kept of it is decided by `formats.safe_name`."""


class File(Struct):
    """One that is ready. `scan`: "clean", or "not_scanned". `pages`: how many can be drawn, where that is known."""

    id: str
    name: str
    size: int
    type: str | None = None
    sha256: str = ""
    scan: str = "not_scanned"
    pages: int | None = None


class Conformity(Struct):
    """What an agent found of a piece, of the files that it has now. `reason`: why it is not what was asked for."""

    conforming: bool
    reason: str | None
    agent: str
    at: str


class Document(Struct):
    """A piece with its files. `side`: a Side, who handed it in; `author`: who of the town, and `conformity`, as it stands
    with these files: for the town alone; `delete_after`: "decision" for one that goes with the decision; `enclosed_for`: the status for
    which the town's document waits, unseen by the person."""

    id: str
    piece: str
    label: str
    files: tuple[File, ...]
    side: str = Side.CITIZEN.value
    author: str | None = None
    sensitive: bool = False
    delete_after: str | None = None
    added_at: str = ""
    conformity: Conformity | None = None
    enclosed_for: str | None = None


class Documents(Struct):
    documents: tuple[Document, ...]


class ListDraftDocuments(WithGrant, Query[Documents], method="draft_documents"):
    pass


class ListRequestDocuments(WithGrant, Query[Documents], method="request_documents"):
    pass


class BeginUpload(WithGrant, Command[Storing]):
    """Where to put the bytes of a file and how many; refused before any byte travels when they cannot be taken.

    Given `document_id`, the file joins that document, whose piece and label then count. `content_type`: what the browser
    says; kept nowhere, for the content decides. `enclosed_for`: of the town's free piece that waits for a decision, the status
    to which the request must come before the person sees it."""

    piece: str = checked(Text(required=True, checks=[A_LABEL]))
    label: str | None = checked(Text(load_default=None, allow_none=True, blank=True, checks=[A_LABEL]), default=None)
    filename: str = checked(Text(required=True, checks=[ANY_NAME]))
    size: int = checked(Whole(required=True))
    document_id: UUID | None = None
    content_type: str | None = None
    enclosed_for: str | None = marked(later=True, default=None)


class Uploaded(Stored):
    piece: str = ""


class FinishUpload(WithGrant, Command[Uploaded]):
    """Has a file examined whose bytes were put; asked again, the same."""

    file_id: str = identifier()


class RemoveFile(WithGrant, Command[Done]):
    """Takes a file back; one that is gone already is no error."""

    file_id: str = identifier()


class OpenFile(WithGrant, RecordedLook[StoredBytes], method="download"):
    """Where a file can be read for two minutes; a look by the town's staff is on record before."""

    file_id: str = identifier()


class PagePicture(Struct):
    """A page as a JPEG: its bytes in base64, its size, and how many pages the file has."""

    content: str
    width: int
    height: int
    pages: int


class DrawPage(WithGrant, RecordedLook[PagePicture]):
    """A page of a PDF, or a photograph, as a picture that is kept nowhere; a look by the town's staff is on record before.
    Refused where there is no such page, or the file cannot be drawn."""

    file_id: str = identifier()
    page: int = checked(Whole(required=True, least=1))


class Manifest(Struct):
    """Signed (`FrozenPieces`): what a submission hands in."""

    manifest: str


class FrozenPiece(Struct):
    id: str
    piece: str
    label: str
    files: tuple[File, ...]


class FrozenPieces(Struct):
    """What a manifest signs, in this order: the pieces of the request or draft `request` that have a file."""

    request: str
    documents: tuple[FrozenPiece, ...]


class Freeze(WithGrant, Command[Manifest]):
    """What is ready now is what will be handed in; given `pieces`, those that the form shows, only theirs."""

    pieces: tuple[str, ...] | None = checked(Listed(Text(), load_default=None, allow_none=True), default=None)


class ImportedDocument(Struct):
    request_id: UUID
    piece: str = checked(Text(required=True))
    label: str | None = None
    at: datetime
    files: tuple[str, ...] = checked(Listed(Text(), required=True))

    @property
    def owner(self) -> Owner:
        return request(self.request_id)


class DocumentsImported(Struct):
    added: int


class ImportDocuments(Command[DocumentsImported]):
    """Documents of sample requests, with their past dates; their files are drawn from their names. For processes of ours."""

    documents: tuple[ImportedDocument, ...]


class PieceLabel(Struct):
    """How a free piece was called when that event happened to it, and before it where the event renamed it."""

    event_id: UUID
    label: str
    before: str | None = None


class PieceLabels(Struct):
    labels: tuple[PieceLabel, ...]


class ReadPieceLabels(WithGrant, Query[PieceLabels]):
    """The labels that persons gave to free pieces, by event of the request: no event message carries them."""


class RelabelDocument(WithGrant, Command[Done]):
    """Gives a free piece of the grant's request or draft another name; only the side that handed it in may."""

    document_id: UUID
    label: str = text(LONGEST_LABEL)


class MarkDocument(WithGrant, Command[Done]):
    """Notes for the town whether a piece is what was asked for, and why not; None takes the mark back.

    `files`: those that the agent looked at, by id; refused where the piece has others now. A piece whose files change later
    has no mark any more.
    """

    document_id: UUID
    files: tuple[UUID, ...]
    conforming: bool | None
    reason: str = text(LONGEST_MARK)


class RemoveDocument(WithGrant, Command[Done]):
    """Takes a piece out of the grant's request or draft with its files; one that is gone already is no error."""

    document_id: UUID
