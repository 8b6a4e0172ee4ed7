"""The pieces of a form as `components/uploader.html` draws them; pure."""

from collections.abc import Iterable, Mapping, Sequence

from gateway.pages.components.controls import condition_text
from services.chassis.structs import Struct
from services.documents.schemas import pieces as handed_in
from services.procedures.schemas.definitions.procedures import Document, Procedure
from services.requests.schemas.tracking import AskedDocument
from services.townhall import file_formats
from services.townhall.missing import beside
from services.townhall.pieces import FREE, Limits

FREE_CHOICE = "Une autre pièce"


class Piece(Struct):
    """As `components/uploader.html` draws it. `sentences`: what its scripts say; `when`: its condition, as they read it."""

    slug: str
    label: str
    required: bool
    help: str
    formats: tuple[str, ...]
    formats_in_words: str
    accept: str
    sentences: Mapping[str, str]
    max_files: int
    max_bytes: int
    files: Sequence[handed_in.File]
    error: str
    when: str
    shown: bool

    @property
    def error_here(self) -> str:
        """What is wrong, as it is said under the label."""
        return beside(self.label, self.error)


def pieces(
    definition: Procedure,
    shown: Iterable[str],
    shown_documents: Iterable[str],
    given: Iterable[handed_in.Document],
    errors: Mapping[str, str],
    limits: Limits,
) -> list[Piece]:
    """The pieces that the form asks for, hidden ones included, with the files already there."""
    files = {document.piece: document.files for document in given}
    visible = {*shown, *shown_documents}
    return [
        piece(item, files.get(item.slug, ()), errors.get(item.slug, ""), limits, item.slug in visible)
        for item in (*definition.uploads(), *definition.documents)
    ]


def free_piece(limits: Limits) -> Piece:
    """A piece that the procedure does not ask for."""
    free = Document(slug=FREE, label=FREE_CHOICE, formats=limits.formats, max_files=limits.files_a_document)
    return piece(free, (), "", limits)


def piece(
    item: Document | AskedDocument, files: Sequence[handed_in.File], error: str, limits: Limits, shown: bool = True
) -> Piece:
    formats = limits.formats_of(item.formats)
    return Piece(
        slug=item.slug,
        label=item.label,
        required=item.required,
        help=item.help or "",
        formats=formats,
        formats_in_words=file_formats.in_words(formats),
        accept=file_formats.accepted_by_a_field(formats),
        sentences={
            "data-phone-photographs": ",".join(sorted(file_formats.PHONE_PHOTOGRAPHS)),
            "data-too-heavy": file_formats.too_heavy(limits.file_megabytes),
            "data-wrong-format": file_formats.not_accepted(formats),
            "data-wrong-photograph": file_formats.not_accepted(formats, "heic"),
        },
        max_files=limits.files_of(item.max_files),
        max_bytes=limits.max_bytes,
        files=files,
        error=error,
        when=condition_text(item.shown_when) if isinstance(item, Document) else "",
        shown=shown,
    )
