"""The pieces of a form as `components/uploader.html` draws them; pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.pages.components.controls import condition_text
from services.documents.schemas.pieces import Document, File
from services.townhall import file_formats
from services.townhall.pieces import Limits

Json = Mapping[str, Any]


def pieces(
    definition: Json,
    shown: Iterable[str],
    shown_documents: Iterable[str],
    given: Iterable[Document],
    errors: Mapping[str, str],
    limits: Limits,
) -> list[dict[str, Any]]:
    """The pieces that the form asks for, hidden ones included, with the files already there."""
    files = {document.piece: document.files for document in given}
    visible = {*shown, *shown_documents}
    uploads = [{**field, "slug": field["name"]} for field in definition["fields"] if field["type"] == "file-free"]
    return [
        piece(item, files.get(item["slug"], ()), errors.get(item["slug"], ""), limits, item["slug"] in visible)
        for item in (*uploads, *definition["documents"])
    ]


def piece(item: Json, files: Sequence[File], error: str, limits: Limits, shown: bool = True) -> dict[str, Any]:
    """One piece as `components/uploader.html` draws it."""
    formats = limits.formats_of(item.get("formats") or ())
    return {
        "slug": item["slug"],
        "label": item["label"],
        "required": bool(item.get("required")),
        "help": item.get("help") or "",
        "formats": formats,
        "formats_in_words": file_formats.in_words(formats),
        "accept": file_formats.accepted_by_a_field(formats),
        "phone_photographs": ",".join(sorted(file_formats.PHONE_PHOTOGRAPHS)),
        "refusals": {
            "data-too-heavy": file_formats.too_heavy(limits.file_megabytes),
            "data-wrong-format": file_formats.not_accepted(formats),
            "data-wrong-photograph": file_formats.not_accepted(formats, "heic"),
        },
        "max_files": limits.files_of(item.get("max_files")),
        "max_bytes": limits.max_bytes,
        "files": files,
        "error": error,
        "when": condition_text(item.get("shown_when")),
        "shown": shown,
    }
