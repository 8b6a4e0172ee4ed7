"""PDF files: kept as they are when they open without a password and carry no action, script or attachment."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pikepdf

from services.documents.rejection import Rejected

MAX_OBJECTS = 200_000
FORBIDDEN_KEYS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA")
ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute", "/GoToE", "/Movie"}
)


def pdf(source: Path, target: Path) -> None:
    """Copies `source` to `target`; raises Rejected."""
    try:
        with pikepdf.open(source) as document:
            if len(document.objects) > MAX_OBJECTS:
                raise Rejected("too_complex")
            for thing in _dictionaries(document):
                _refuse_active_content(thing)
    except pikepdf.PasswordError:
        raise Rejected("protected") from None
    except pikepdf.PdfError:
        raise Rejected("unreadable") from None
    copyfile(source, target)


def _dictionaries(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file: trailer, indirect objects, and those nested in them."""
    pending: list[pikepdf.Object] = [document.trailer, *document.objects]
    while pending:
        thing = pending.pop()
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            yield thing
            inner = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
            pending.extend(value for _, value in inner.items() if _nested(value))
        elif isinstance(thing, pikepdf.Array):
            pending.extend(value for value in list(thing) if _nested(value))


def _nested(value: object) -> bool:
    # an indirect object comes in its own turn; following it here would loop
    return isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect


def _refuse_active_content(thing: pikepdf.Object) -> None:
    if any(key in thing for key in FORBIDDEN_KEYS):
        raise Rejected("active_content")
    if "/AA" in thing and len(thing["/AA"]) > 0:
        raise Rejected("active_content")
    if "/S" in thing and isinstance(thing["/S"], pikepdf.Name) and str(thing["/S"]) in ACTIVE_ACTIONS:
        raise Rejected("active_content")
