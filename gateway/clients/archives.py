"""The archive of one's data: of the space of who asks, or with a grant of one request."""

from gateway.clients.link import CommandId, Link
from services.documents.schemas import archives, storage


class ArchiveCalls:
    """The part of the documents client that is about archives."""

    _link: Link

    def ask_archive(self, grant: str = "", *, command_id: CommandId) -> archives.Archive:
        """Has one made in the background; Conflict within a day of the one before."""
        return self._link.send(archives.AskArchive(grant=grant), command_id=command_id)

    def read_archive(self, grant: str = "") -> archives.Archive:
        return self._link.send(archives.ReadArchive(grant=grant))

    def open_archive(self, grant: str = "") -> storage.StoredBytes:
        """Where its bytes can be fetched; NotFound while there is none."""
        return self._link.send(archives.OpenArchive(grant=grant))
