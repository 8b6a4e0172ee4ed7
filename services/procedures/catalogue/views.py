"""What procedures answers: the town and its procedures as anyone may know them. Read only."""

from dataclasses import replace

from services.chassis.contracts import from_json
from services.chassis.errors import NotFound, Unavailable
from services.chassis.event_store.db import Connection, fetch_all
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.catalogue import rows
from services.procedures.schemas import catalogue as calls
from services.procedures.schemas.definitions.published import read
from services.procedures.schemas.definitions.towns import Town
from services.procedures.schemas.refusals import NoSuchProcedure
from services.procedures.town import opening_hours, theme
from services.townhall import search_terms
from services.townhall.town_time import iso


class NoTownYet(Unavailable):
    code = "no_town"
    message = "Le portail n’a pas encore reçu les informations de la commune."


class NoSuchArea(NotFound):
    message = "Ce domaine n’existe pas."


_kept: dict[tuple[object, ...], tuple[calls.TownDocument, Town]] = {}
"""The town that is published now, by its version, which never changes, when it was published, and the address file."""


def town(tx: Transaction, _: Settings, asked: calls.ReadTown) -> calls.TownDocument:
    """The town's document, with the tokens of its theme and whether the public is received at that instant."""
    shown, known = present_town(tx.conn)
    return replace(shown, open_now=_open_now(opening_hours.open_now(known, tx.now)))


def service_areas(tx: Transaction, _: Settings, asked: calls.ListServiceAreas) -> calls.ServiceAreas:
    offered, areas = rows.procedures_per_area(tx.conn), present_town(tx.conn)[1].service_areas
    shown = [from_json(calls.AreaOffered, vars(area) | {"procedures": offered.get(area.slug, 0)}) for area in areas]
    return calls.ServiceAreas(areas=tuple(shown))


def catalogue_page(tx: Transaction, _: Settings, asked: calls.SearchCatalogue) -> calls.Catalogue:
    """Raises NoSuchArea. Where no procedure has every word, `partial` ones are shown."""
    if asked.area is not None and all(known.slug != asked.area for known in present_town(tx.conn)[1].service_areas):
        raise NoSuchArea
    terms, suggestion = search_terms.read(tx.conn, asked.q, known=rows.IS_KNOWN, alike=rows.ALIKE)
    filters: dict[str, object] = {
        "area": asked.area,
        "featured": asked.featured,
        "dashboard_tile": asked.dashboard_tile,
    }
    filters |= {"limit": asked.per_page, "offset": (asked.page - 1) * asked.per_page}
    page = calls.Catalogue(items=(), total=0, page=asked.page, per_page=asked.per_page, suggestion=suggestion)
    # only signs, or words that say nothing (le, de, pour): there is nothing to look for
    nothing = asked.q.strip() and not terms
    for attempt in () if nothing else search_terms.attempts(terms):
        [found] = fetch_all(tx.conn, dict[str, int], rows.COUNT_FOUND, {**filters, **attempt})
        if total := found["total"]:
            items = fetch_all(tx.conn, calls.CatalogueItem, rows.FOUND, {**filters, **attempt})
            return replace(page, items=tuple(items), total=total, partial=attempt["partial"] is True)
    return page


def procedure(tx: Transaction, _: Settings, asked: calls.ReadProcedure) -> calls.ProcedureVersion:
    """A version of a procedure, the current one when none is named; withdrawn ones can still be read."""
    found = rows.definition(tx.conn, asked.slug, asked.version)
    if found is None:
        raise NoSuchProcedure
    return found


def published(tx: Transaction, _: Settings, asked: calls.ReadPublished) -> calls.Published:
    """What other services must know to be ready."""
    return rows.versions(tx.conn)


def present_town(conn: Connection) -> tuple[calls.TownDocument, Town]:
    """The town that is published now, as it is answered and as it is read; raises NoTownYet."""
    key = rows.town_version(conn)
    if key not in _kept:
        if (current := rows.current_town(conn)) is None:
            raise NoTownYet
        version, document = current
        colours = from_json(dict[str, str], document["theme"])
        shown: dict[str, object] = {
            **document,
            "version": version,
            "theme": colours | theme.derive(colours),
            "open_now": {},
            "address_file": bool(key and key[-1]),
        }
        _kept.clear()
        _kept[key] = from_json(calls.TownDocument, shown), read(Town, document)
    return _kept[key]


def _open_now(state: opening_hours.OpenNow) -> dict[str, object]:
    today = vars(state.today) | {"date": state.today.date.isoformat()}
    following = {"start": iso(state.next.start), "end": iso(state.next.end)} if state.next else None
    return {"open": state.open, "until": iso(state.until) if state.until else None, "next": following, "today": today}
