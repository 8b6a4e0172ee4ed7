"""What procedures answers: the town and its procedures as anyone may know them. Read only."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.chassis.errors import NotFound, Unavailable
from services.chassis.event_store.db import Rows
from services.procedures.catalogue import rows
from services.procedures.schemas.catalogue import (
    ListServiceAreas,
    Published,
    ReadProcedure,
    ReadPublished,
    SearchCatalogue,
)
from services.procedures.schemas.definitions.published import read
from services.procedures.schemas.definitions.towns import Town
from services.procedures.town import opening_hours, theme
from services.townhall import search_terms


class NoSuchProcedure(NotFound):
    code = "no_such_procedure"
    message = "Cette démarche n’existe pas, ou n’est plus proposée."


class NoTownYet(Unavailable):
    code = "no_town"
    message = "Le portail n’a pas encore reçu les informations de la commune."


class NoSuchArea(NotFound):
    code = "no_such_area"
    message = "Ce domaine n’existe pas."


def town(conn: Rows, now: datetime) -> dict[str, Any]:
    """The town's document, with the tokens of its theme and whether the public is received at that instant."""
    version, document = _town(conn)
    return {
        **document,
        "version": version,
        "theme": document["theme"] | theme.derive(document["theme"]),
        "open_now": _open_now(opening_hours.open_now(read(Town, document), now)),
    }


def service_areas(conn: Rows, asked: ListServiceAreas) -> dict[str, Any]:
    """The areas in order, each with the number of procedures that it offers."""
    offered = rows.procedures_per_area(conn)
    keys = ("slug", "title", "icon", "order", "description", "department")
    return {
        "areas": [
            {**{key: area[key] for key in keys}, "procedures": offered.get(area["slug"], 0)}
            for area in _town(conn)[1]["service_areas"]
        ]
    }


def catalogue_page(conn: Rows, asked: SearchCatalogue) -> dict[str, Any]:
    """A page of what may be asked."""
    if asked.area is not None and all(known["slug"] != asked.area for known in _town(conn)[1]["service_areas"]):
        raise NoSuchArea
    return _page(conn, asked)


def procedure(conn: Rows, asked: ReadProcedure) -> dict[str, Any]:
    """A version of a procedure, the current one when none is named; withdrawn ones can still be read."""
    found = rows.definition(conn, asked.slug, asked.version)
    if found is None:
        raise NoSuchProcedure
    return found


def published(conn: Rows, asked: ReadPublished) -> Published:
    """What other services must know to be ready; `town` is None while there is none."""
    return Published(**rows.versions(conn))


def _page(conn: Rows, asked: SearchCatalogue) -> dict[str, Any]:
    """A page of the catalogue, the best matches first, and a `suggestion` when a word had to be read otherwise.

    Where no procedure has every word, `partial` ones are shown: those that have some of them in their name, their
    keywords or their area.
    """
    terms, suggestion = search_terms.read(conn, asked.q, known=rows.IS_KNOWN, alike=rows.ALIKE)
    filters = {"area": asked.area, "featured": asked.featured, "dashboard_tile": asked.dashboard_tile}
    filters |= {"limit": asked.per_page, "offset": (asked.page - 1) * asked.per_page}
    about = {"page": asked.page, "per_page": asked.per_page, "suggestion": suggestion}
    # only signs, or words that say nothing (le, de, pour): there is nothing to look for
    nothing = asked.q.strip() and not terms
    for attempt in () if nothing else search_terms.attempts(terms):
        total = conn.execute(rows.COUNT_FOUND, {**filters, **attempt}).fetchall()[0]["total"]
        if total:
            items = conn.execute(rows.FOUND, {**filters, **attempt}).fetchall()
            return {"items": items, "total": total, "partial": attempt["partial"], **about}
    return {"items": [], "total": 0, "partial": False, **about}


def _town(conn: Rows) -> tuple[int, dict[str, Any]]:
    known = rows.current_town(conn)
    if known is None:
        raise NoTownYet
    return known


def _open_now(state: opening_hours.OpenNow) -> dict[str, Any]:
    today = asdict(state.today) | {"date": state.today.date.isoformat(), "ranges": list(state.today.ranges)}
    following = {"start": _iso(state.next.start), "end": _iso(state.next.end)} if state.next else None
    return {"open": state.open, "until": _iso(state.until) if state.until else None, "next": following, "today": today}


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
