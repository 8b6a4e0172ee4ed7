"""What is handed in, as others see it: the list on a page, and the manifest that is signed with a draft. Pure.

documents signs the manifest when a draft is validated; requests checks it against the definition without a call.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.documents.files.rules import TOWN
from services.documents.schemas.pieces import Document, File


@dataclass(frozen=True, kw_only=True)
class HandedFile:
    id: UUID
    name: str
    size: int
    sha256: str
    type: str
    scan: str


@dataclass(frozen=True, kw_only=True)
class HandedDocument:
    id: UUID
    piece: str
    label: str
    side: str
    author: str | None
    sensitive: bool
    delete_after: str | None
    added_at: datetime
    files: tuple[HandedFile, ...]

    def listed(self, side: str) -> Document:
        """As the tab « Pièces jointes » needs it; who of the town added it is for the town alone."""
        return Document(
            id=str(self.id),
            piece=self.piece,
            label=self.label,
            side=self.side,
            author=self.author if side == TOWN else None,
            sensitive=self.sensitive,
            delete_after=self.delete_after,
            added_at=self.added_at.isoformat(),
            files=tuple(File(**_file(file)) for file in self.files),
        )


def manifest(request_id: UUID, documents: Iterable[HandedDocument]) -> dict[str, Any]:
    """The manifest to sign; a document without a file is not handed in."""
    return {
        "request": str(request_id),
        "documents": [
            {
                "id": str(document.id),
                "piece": document.piece,
                "label": document.label,
                "files": [_file(file) for file in document.files],
            }
            for document in documents
            if document.files
        ],
    }


def _file(file: HandedFile) -> dict[str, Any]:
    return asdict(file) | {"id": str(file.id)}
