"""The manifest of what is handed in, signed with a draft when it is validated. Pure.

requests checks it against the definition without a call.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from services.documents.schemas.pieces import Document


def manifest(request_id: UUID, documents: Iterable[Document]) -> dict[str, Any]:
    """The manifest to sign; a document without a file is not handed in."""
    return {
        "request": str(request_id),
        "documents": [
            {
                "id": document.id,
                "piece": document.piece,
                "label": document.label,
                "files": [asdict(file) for file in document.files],
            }
            for document in documents
            if document.files
        ],
    }
