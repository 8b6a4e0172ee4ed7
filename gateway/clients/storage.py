"""What the holder of an account keeps in the storage space. The services answer only who asks for their own."""

from collections.abc import Sequence
from uuid import UUID

from gateway.clients.link import CommandId, Link
from services.chassis import contracts
from services.documents.schemas import storage


class StorageCalls:
    """The part of the documents client that is about a space."""

    _link: Link

    def read_storage(self) -> storage.StorageSpace:
        return self._link.send(storage.ReadStorage())

    def count_storage(self) -> storage.StorageCount:
        """For what a page can do without: asked once and not for long."""
        return contracts.from_json(storage.StorageCount, self._link.glimpse("count_storage"))

    def begin_storing(
        self, document_id: UUID, filename: str, size: int, *, label: str = "", command_id: CommandId
    ) -> storage.Storing:
        """Where to put the bytes of a file of that piece, which is made with this label where it is missing."""
        asked = storage.BeginStoring(document_id=document_id, filename=filename, size=size, label=label)
        return self._link.send(asked, command_id=command_id)

    def finish_storing(self, file_id: UUID, *, command_id: CommandId) -> storage.Stored:
        return self._link.send(storage.FinishStoring(file_id=file_id), command_id=command_id)

    def relabel_stored(self, document_id: UUID, label: str, *, command_id: CommandId) -> contracts.Done:
        return self._link.send(storage.RelabelStored(document_id=document_id, label=label), command_id=command_id)

    def remove_stored(self, document_id: UUID, *, command_id: CommandId) -> contracts.Done:
        return self._link.send(storage.RemoveStored(document_id=document_id), command_id=command_id)

    def remove_stored_file(self, file_id: UUID, *, command_id: CommandId) -> contracts.Done:
        return self._link.send(storage.RemoveStoredFile(file_id=file_id), command_id=command_id)

    def open_stored(self, file_id: UUID) -> storage.StoredBytes:
        return self._link.send(storage.OpenStored(file_id=file_id))

    def use_stored(self, grant: str, chosen: Sequence[tuple[UUID, str]], *, command_id: CommandId) -> storage.Copied:
        """Copies pieces of the space into the grant's request or draft, each as the piece named beside it; all or none."""
        copies = tuple(storage.Chosen(document_id=document_id, piece=piece) for document_id, piece in chosen)
        return self._link.send(storage.UseStored(grant=grant, chosen=copies), command_id=command_id)

    def store_copies(self, grant: str, documents: Sequence[UUID], *, command_id: CommandId) -> storage.Copied:
        """Copies pieces of the grant's request or draft into the space; all or none."""
        return self._link.send(storage.StoreCopies(grant=grant, documents=tuple(documents)), command_id=command_id)
