"""What was handed in. Bytes go straight to the object store by a short-lived address, never by RPC."""

from uuid import UUID

from gateway.clients.archives import ArchiveCalls
from gateway.clients.link import CommandId, Json, Link
from gateway.clients.storage import StorageCalls
from services.chassis import contracts
from services.documents.schemas import pieces


class DocumentsClient(StorageCalls, ArchiveCalls):
    def __init__(self, link: Link) -> None:
        self._link = link

    def begin_upload(
        self,
        grant: str,
        piece: str,
        filename: str,
        size: int,
        *,
        label: str | None = None,
        document_id: UUID | None = None,
        content_type: str | None = None,
        command_id: CommandId,
    ) -> Json:
        """Where to put the bytes and how many at most; refused before any byte travels when they cannot be taken.

        Given `document_id`, the file joins that document, and neither piece nor label count.
        """
        return self._link.ask(
            "begin_upload",
            command_id=command_id,
            grant=grant,
            piece=piece,
            label=label,
            document_id=None if document_id is None else str(document_id),
            filename=filename,
            size=size,
            content_type=content_type,
        )

    def finish_upload(self, grant: str, file_id: str, *, command_id: CommandId) -> Json:
        """What the checks found: ready, or refused with the reason."""
        return self._link.ask("finish_upload", command_id=command_id, grant=grant, file_id=file_id)

    def remove_file(self, grant: str, file_id: str, *, command_id: CommandId) -> Json:
        return self._link.ask("remove_file", command_id=command_id, grant=grant, file_id=file_id)

    def relabel_document(self, grant: str, document_id: UUID, label: str, *, command_id: CommandId) -> contracts.Done:
        asked = pieces.RelabelDocument(grant=grant, document_id=document_id, label=label)
        return self._link.send(asked, command_id=command_id)

    def remove_document(self, grant: str, document_id: UUID, *, command_id: CommandId) -> contracts.Done:
        """Takes a piece out with all its files."""
        return self._link.send(pieces.RemoveDocument(grant=grant, document_id=document_id), command_id=command_id)

    def draft_documents(self, grant: str) -> Json:
        return self._link.ask("draft_documents", grant=grant)

    def freeze(self, grant: str, *, pieces: list[str] | None = None, command_id: CommandId) -> Json:
        """The signed manifest of what is filed with the request: `pieces`, those that the form shows, or all."""
        return self._link.ask("freeze", command_id=command_id, grant=grant, pieces=pieces)

    def request_documents(self, grant: str) -> Json:
        return self._link.ask("request_documents", grant=grant)

    def read_piece_labels(self, grant: str) -> pieces.PieceLabels:
        """How persons called their free pieces at each event; for what a page can do without."""
        return contracts.from_json(pieces.PieceLabels, self._link.glimpse("read_piece_labels", grant=grant))

    def staff_views(
        self, grant: str, at_most: int, *, before_at: str | None = None, before_id: int | None = None
    ) -> Json:
        """The staff's looks at the files of a request, the latest first; for a grant of its journal."""
        return self._link.ask("staff_views", grant=grant, at_most=at_most, before_at=before_at, before_id=before_id)

    def looks(
        self,
        at_most: int,
        *,
        agent: str | None = None,
        day: str | None = None,
        before_at: str | None = None,
        before_id: int | None = None,
    ) -> Json:
        """`{views}`: the looks at files of an agent, of a day or of both, the latest first, each with its `request_id`."""
        return self._link.ask("looks", at_most=at_most, agent=agent, day=day, before_at=before_at, before_id=before_id)

    def download(self, grant: str, file_id: str) -> Json:
        """Where to fetch the bytes; a view by staff is recorded."""
        return self._link.ask("download", grant=grant, file_id=file_id)
