"""The signed list of what is handed in with a draft. Pure.

documents signs it when the draft is validated; requests checks it against the procedure's definition without a call.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class HandedFile:
    id: UUID
    name: str
    size: int
    sha256: str
    type: str
    scan: str

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "size": self.size,
            "sha256": self.sha256,
            "type": self.type,
            "scan": self.scan,
        }


@dataclass(frozen=True, kw_only=True)
class HandedDocument:
    id: UUID
    piece: str
    label: str
    files: tuple[HandedFile, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "piece": self.piece,
            "label": self.label,
            "files": [file.as_json() for file in self.files],
        }


def manifest(request_id: UUID, documents: Iterable[HandedDocument]) -> dict[str, Any]:
    """The manifest to sign; documents without a file are left out."""
    return {
        "request": str(request_id),
        "documents": [document.as_json() for document in documents if document.files],
    }
