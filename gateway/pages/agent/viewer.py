"""A piece beside the form: one page of a file at a time, larger or turned; each page that is shown is a look on record."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from flask import Response

from gateway.conversation import clients
from gateway.files import downloads
from gateway.http.rate_limits import PAGES
from gateway.pages.components.files import NoSuchFile
from gateway.permissions import FILE_READER
from gateway.routes import Pages, typed_id
from gateway.shared.tracked import case_of
from services.chassis.structs import Struct
from services.documents.schemas.pieces import Document, DrawPage, File
from services.townhall.file_formats import DRAWN

page = Pages("agent_viewer", __name__)
ZOOMS = (100, 150, 200, 300)
TURNS = (0, 90, 180, 270)
PAGE_PARAMETERS = ("voir", "page", "zoom", "rotation")
OTHER_PARAMETERS = ("vers", "reponse", "modele", "liste")


class Looked(Struct):
    """What is looked at. `pages`: None where they are not counted yet; `kept`: what else the address says."""

    file: File
    page: int
    zoom: int
    turn: int
    kept: str

    @property
    def pages(self) -> int | None:
        return self.file.pages

    @property
    def said(self) -> str:
        return f"Page {self.page}" + (f" sur {self.pages}" if self.pages else "")

    @property
    def query(self) -> str:
        of_page = {"voir": self.file.id, "page": self.page, "zoom": self.zoom, "rotation": self.turn}
        return "&".join(filter(None, (urlencode(of_page), self.kept)))

    def on(self, page: int) -> "Looked | None":
        return replace(self, page=page) if 1 <= page <= (self.pages or page) else None

    @property
    def larger(self) -> "Looked | None":
        place = ZOOMS.index(self.zoom) + 1
        return replace(self, zoom=ZOOMS[place]) if place < len(ZOOMS) else None

    @property
    def smaller(self) -> "Looked | None":
        place = ZOOMS.index(self.zoom) - 1
        return replace(self, zoom=ZOOMS[place]) if place >= 0 else None

    @property
    def turned(self) -> "Looked":
        return replace(self, turn=TURNS[(TURNS.index(self.turn) + 1) % len(TURNS)])


@page.get("/agent/demandes/<numero>/pieces/<file_id>/pages/<number>", permission=FILE_READER, limit=PAGES)
def page_picture(numero: str, file_id: str, number: str) -> Response:
    """One page of a file as a picture."""
    if not (wanted := _number(number)):
        raise NoSuchFile
    asked = DrawPage(grant=case_of(numero).grant, file_id=str(typed_id(file_id, NoSuchFile)), page=wanted)
    return downloads.page(clients().send(asked))


def looked(documents: Iterable[Document], query: Mapping[str, str]) -> Looked | None:
    """What the address asks to look at; the first page, as large as the column and upright, where it says nothing that fits."""
    wanted = query.get("voir", "")
    file = next((file for one in documents for file in one.files if file.id == wanted and file.type in DRAWN), None)
    if file is None:
        return None
    asked = _number(query.get("page", ""))
    return Looked(
        file=file,
        page=asked if 1 <= asked <= (file.pages or asked) else 1,
        zoom=_one_of(ZOOMS, query.get("zoom", "")),
        turn=_one_of(TURNS, query.get("rotation", "")),
        kept=kept(query),
    )


def kept(query: Mapping[str, str]) -> str:
    """What stands open beside the piece and stays so: the form of a decision, and the list that one came from."""
    return urlencode({name: query[name] for name in OTHER_PARAMETERS if query.get(name)})


def returned(query: str) -> str:
    """The query of the page that held the form, reduced to known parameters."""
    return urlencode(
        [(name, value) for name, value in parse_qsl(query) if name in (*PAGE_PARAMETERS, *OTHER_PARAMETERS)]
    )


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


def _one_of(known: tuple[int, ...], typed: str) -> int:
    return found if (found := _number(typed)) in known else known[0]
