"""The texts of an archive, written as they come: one page to read and print, one file of JSON with the same.

Nothing of it is held in memory but the part that is being written.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, cast

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services.chassis.contracts import to_json
from services.chassis.rpc.text_direction import strip_bidi
from services.chassis.structs import Struct
from services.documents.archives.archive_parts import PersonParts, Piece
from services.messaging.schemas.mails import State
from services.messaging.schemas.own_data import OwnThread
from services.requests.schemas.own_data import OwnRequest
from services.townhall import french_dates, postal_address
from services.townhall.person import CIVILITIES, DETAILS, GUARDIANS, MEANS
from services.townhall.sentences import file_size

PAGE = "mes-donnees.html"
DATA = "mes-donnees.json"

AUTHORITIES = GUARDIANS | {"joint": "Avec l’autre parent", "sole": "Titulaire de l’espace seul"}
STATES = {
    State.DUE: "à envoyer",
    State.SENT: "envoyé",
    State.FAILED: "non délivré",
    State.ON_PAPER: "courrier à remettre ou à poster",
    State.HANDED_OVER: "courrier remis",
    State.POSTED: "courrier posté",
    State.TO_CALL: "appel à passer",
    State.CALLED: "appel passé",
}
CHANGES = {
    "profile": "Profil modifié",
    "credentials": "Identifiants modifiés",
    "email_asked": "Nouvelle adresse de courriel demandée",
    "email": "Adresse de courriel modifiée",
    "email_undone": "Changement d’adresse de courriel annulé",
    "email_expired": "Nouvelle adresse de courriel non confirmée à temps",
    "updated": "Coordonnées changées par une demande acceptée",
    "update_not_applied": "Changement de coordonnées non fait, car la personne n’est plus dans la famille",
}
USES = {
    "checking": "vérification",
    "refused": "refusé par le partenaire",
    "unreachable": "partenaire injoignable",
    "saved": "enregistré",
    "used": "utilisé",
    "removed": "retiré",
}


def _moment(iso: str) -> str:
    return french_dates.moment(datetime.fromisoformat(iso))


def _day(iso: str) -> str:
    return french_dates.short_day(date.fromisoformat(iso)) if iso else ""


def _broken(text: str) -> Markup:
    """A text with its line breaks."""
    return Markup("<br>").join(escape(strip_bidi(line)) for line in text.split("\n"))


def _address(address: Struct | None) -> str:
    return "\n".join(postal_address.lines(vars(address))) if address else ""


TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    finalize=strip_bidi,
)
cast("dict[str, object]", TEMPLATES.filters).update(
    moment=_moment, day=_day, broken=_broken, size=file_size, address=_address
)
cast("dict[str, object]", TEMPLATES.globals).update(
    civilities=CIVILITIES,
    contacts=MEANS,
    details=DETAILS,
    authorities=AUTHORITIES,
    states=STATES,
    changes=CHANGES,
    uses=USES,
)


class Texts:
    """Both files in that folder. `begin`, then `add_request` for each page of them, then `end`."""

    def __init__(self, folder: Path) -> None:
        self.page, self.data = folder / PAGE, folder / DATA
        self._page: IO[str] = self.page.open("w", encoding="utf-8")
        self._data: IO[bytes] = self.data.open("wb")
        self._first = True

    def begin(self, *, site: str, made_at: datetime, person: PersonParts | None) -> None:
        """`person`: None for the archive of one request."""
        head = {"site": site, "made_at": made_at.isoformat(), **(_person(person) if person else {})}
        self._data.write(orjson.dumps(head)[:-1] + b',"requests":[')
        made = french_dates.moment(made_at)
        self._page.write(TEMPLATES.get_template("archive_begin.html.j2").render(site=site, made=made, person=person))

    def add_request(self, request: OwnRequest, documents: Sequence[Piece], thread: OwnThread) -> None:
        written = to_json(thread)
        del written["request_id"]
        data = {**to_json(request), "documents": _pieces(documents), **written}
        self._data.write((b"" if self._first else b",\n") + orjson.dumps(data))
        template = TEMPLATES.get_template("archive_request.html.j2")
        self._page.write(template.render(request=request, documents=documents, thread=thread))
        self._first = False

    def end(self) -> None:
        self._data.write(b"]}\n")
        self._page.write(TEMPLATES.get_template("archive_end.html.j2").render(empty=self._first))
        self.close()

    def close(self) -> None:
        self._page.close()
        self._data.close()


def _person(person: PersonParts) -> dict[str, object]:
    space = to_json(person.accounts.space)
    del space["mark"], space["family"]  # of a page that changes it; the members follow whole
    return {
        **to_json(person.accounts),
        "space": space,
        "drafts": [{**to_json(draft), "documents": _pieces(documents)} for draft, documents in person.requests],
        **to_json(person.messaging),
        "opened_news": person.content.titles,
        "storage": _pieces(person.documents),
    }


def _pieces(documents: Sequence[Piece]) -> list[dict[str, object]]:
    return [to_json(one) for one in documents]
