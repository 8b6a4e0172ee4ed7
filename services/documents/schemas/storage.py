"""The calls about a storage space: what its holder keeps in it. Only the holder may ask: it is the space of the actor."""

from uuid import UUID

from services.chassis.contracts import Command, Done, Query, text
from services.chassis.structs import Struct
from services.documents.schemas.owner import Owner, space
from services.townhall.grants import WithGrant
from services.townhall.pieces import LONGEST_LABEL

LONGEST_FILENAME = 4096


class StoredFile(Struct):
    id: UUID
    name: str
    size: int
    type: str


class StoredDocument(Struct):
    """A piece with the files that are ready; one whose files are still examined is not shown."""

    id: UUID
    label: str
    added_at: str
    files: tuple[StoredFile, ...]


class RejectedFile(Struct):
    """A file that a later scan found harmful, of the piece with that label; it is erased."""

    label: str
    name: str
    at: str


class StorageSpace(Struct):
    """`most`: how many pieces the town lets a space hold. `taken`: how many places are taken, those being filled as well.
    `rejected`: what a scan took out during the last 30 days.
    """

    documents: tuple[StoredDocument, ...]
    most: int
    taken: int
    rejected: tuple[RejectedFile, ...] = ()


class StorageCount(Struct):
    documents: int
    most: int


class Storing(Struct):
    """Where the bytes of a file are to be PUT within 15 minutes, exactly as many as announced."""

    file_id: UUID
    put_url: str
    max_bytes: int


class Stored(Struct):
    """What the examination of a file came to: `ready`, or `refused` with its reason."""

    file_id: UUID
    document_id: UUID
    name: str
    size: int
    state: str
    type: str | None = None
    reason: str | None = None


class StoredBytes(Struct):
    """Where a file can be read for two minutes."""

    get_url: str
    name: str
    type: str
    size: int


class ReadStorage(Query[StorageSpace]):
    """The holder's pieces, in the order in which they were added."""


class CountStorage(Query[StorageCount]):
    """How many pieces the space shows."""


class BeginStoring(Command[Storing]):
    """Makes room for one file of a piece. A piece that is not there yet is made, with this label; one without is refused.

    `document_id` is chosen by the caller: the files of one form are those of one piece.
    """

    document_id: UUID
    filename: str = text(LONGEST_FILENAME, required=True)
    size: int
    label: str = text(LONGEST_LABEL)


class FinishStoring(Command[Stored]):
    """Has a file examined whose bytes were put; asked again, the same."""

    file_id: UUID


class RelabelStored(Command[Done]):
    document_id: UUID
    label: str = text(LONGEST_LABEL)


class RemoveStored(Command[Done]):
    """Takes a piece out of the space with its files; one that is gone already is no error."""

    document_id: UUID


class RemoveStoredFile(Command[Done]):
    """Takes one file out of a piece that has others; one that is gone already is no error."""

    file_id: UUID


class OpenStored(Query[StoredBytes]):
    file_id: UUID


class Copied(Struct):
    """How many pieces were copied, and how many were not because their files are there already."""

    documents: int
    there: int = 0


class Chosen(Struct):
    """A piece of the space, and the piece of the procedure as which it is handed in."""

    document_id: UUID
    piece: str


class UseStored(WithGrant, Command[Copied]):
    """« Ajouter depuis mon espace de stockage »: copies pieces into the request or draft of the grant, all or none."""

    chosen: tuple[Chosen, ...] = ()


class StoreCopies(WithGrant, Command[Copied]):
    """« Dupliquer cette pièce dans mon espace de stockage »: copies pieces of the grant's request or draft, all or none."""

    documents: tuple[UUID, ...] = ()


class SamplePiece(Struct):
    """A piece of the town's file of people; its files are drawn from their names. `added`: a day, as the files write them."""

    title: str
    files: tuple[str, ...]
    added: str


class SampleSpace(Struct):
    account_id: UUID
    pieces: tuple[SamplePiece, ...]

    @property
    def owner(self) -> Owner:
        return space(self.account_id)


class ImportedStorage(Struct):
    added: int


class ImportStorage(Command[ImportedStorage]):
    """Fills spaces that never held anything; for processes of ours."""

    spaces: tuple[SampleSpace, ...] = ()
