"""PDF files: kept as they are when they open without a password, act by themselves in nothing and lack no part.

Links that a reader clicks stay: to a page of the file, to an address of the web. Names are compared as qpdf reads them, whatever
their spelling (`#xx`) and wherever they lie (object streams, nested values).
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pikepdf

from services.documents.inspection.rejection import Rejected, Rejection

MAX_OBJECTS = 200_000
FORBIDDEN_KEYS = {
    **dict.fromkeys(("/JS", "/JavaScript", "/RichMediaContent", "/XFA"), Rejection.ACTIVE_CONTENT),
    **dict.fromkeys(("/EmbeddedFiles", "/EF"), Rejection.ENCLOSED_FILES),
}
ACTIVE = (
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/Rendition",
    "/RichMediaExecute",
    "/Movie",
    "/GoTo3DView",
)
FORBIDDEN_ACTIONS = {
    **dict.fromkeys(ACTIVE, Rejection.ACTIVE_CONTENT),
    "/GoToE": Rejection.ENCLOSED_FILES,
    **dict.fromkeys(("/GoToR", "/Thread"), Rejection.OUTSIDE_CONTENT),
}
MAX_ACTIONS = 100


def pdf(source: Path, target: Path) -> int:
    """Copies `source` to `target`; gives the number of its pages. Raises Rejected."""
    try:
        with pikepdf.open(source) as document:
            if len(document.objects) > MAX_OBJECTS:
                raise Rejected(Rejection.TOO_COMPLEX)
            for thing in _dictionaries(document):
                _refuse_active_content(thing)
                _refuse_outside_content(thing)
            pages = len(document.pages)
    except pikepdf.PasswordError:
        raise Rejected(Rejection.PROTECTED) from None
    except pikepdf.PdfError:
        raise Rejected(Rejection.UNREADABLE) from None
    copyfile(source, target)
    return pages


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
    for key, code in FORBIDDEN_KEYS.items():
        if key in thing:
            raise Rejected(code)
    if "/AA" in thing and len(thing["/AA"]) > 0:
        raise Rejected(Rejection.ACTIVE_CONTENT)
    if (code := FORBIDDEN_ACTIONS.get(_name(thing, "/S"))) is not None:
        raise Rejected(code)
    if _name(thing, "/Subtype") == "/FileAttachment":
        raise Rejected(Rejection.ENCLOSED_FILES)


def _refuse_outside_content(thing: pikepdf.Object) -> None:
    """What a reader would fetch without a click: an address opened at once, a stream or a page that lies elsewhere."""
    if "/OpenAction" in thing and any(_name(action, "/S") == "/URI" for action in _actions(thing["/OpenAction"])):
        raise Rejected(Rejection.OUTSIDE_CONTENT)
    if isinstance(thing, pikepdf.Stream) and ("/F" in thing or "/Ref" in thing):
        raise Rejected(Rejection.OUTSIDE_CONTENT)
    if _name(thing, "/FS") == "/URL":
        raise Rejected(Rejection.OUTSIDE_CONTENT)


def _actions(first: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """An action and those that follow it by /Next; a chain that is too long, or a circle, is refused."""
    pending: list[pikepdf.Object | None] = [first]
    count = 0
    while pending:
        action = pending.pop()
        count += 1
        if count > MAX_ACTIONS:
            raise Rejected(Rejection.TOO_COMPLEX)
        if isinstance(action, pikepdf.Dictionary):
            yield action
            following = action.get("/Next")
            pending += list(following) if isinstance(following, pikepdf.Array) else [following]


def _name(thing: pikepdf.Object, key: str) -> str:
    """The name under `key`, empty where there is none."""
    value = thing.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""
