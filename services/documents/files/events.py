"""Facts about pieces with the sealed labels and names that are stored with them."""

from services.chassis.event_store.events import sealed
from services.documents.schemas import facts


class DocumentAdded(facts.DocumentAdded):
    names: list[str] | None = sealed(default=None)
    label: str | None = sealed(default=None)


class DocumentReplaced(facts.DocumentReplaced):
    names: list[str] | None = sealed(default=None)
    label: str | None = sealed(default=None)


class DocumentRemoved(facts.DocumentRemoved):
    label: str | None = sealed(default=None)


class FileRejected(facts.FileRejected):
    label: str | None = sealed(default=None)


class DocumentRelabelled(facts.DocumentRelabelled):
    label: str | None = sealed()


class StoredFileRejected(facts.StoredFileRejected):
    label: str | None = sealed()
    name: str | None = sealed()
