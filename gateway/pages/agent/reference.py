"""« La commune sur le portail »: departments, sites, areas and agendas as they are published, to be read by the staff."""

from collections.abc import Iterator
from itertools import count

from flask import render_template

from gateway.clients import ANYONE
from gateway.conversation import clients
from gateway.dates import local
from gateway.http.rate_limits import READ
from gateway.pages.components.facts import week_table
from gateway.permissions import STAFF
from gateway.routes import Pages, now
from gateway.town import MOST_TITLES, town_book
from services.procedures.schemas.catalogue import CatalogueItem, SearchCatalogue
from services.procedures.schemas.definitions.agendas import Agenda

page = Pages("agent_reference", __name__)


@page.get("/agent/reference", permission=STAFF, limit=READ)
def reference() -> str:
    """What the town's files say of places and times; they are changed there, and imported."""
    town, today = town_book().town(), local(now()).date()
    return render_template(
        "agent/reference.html",
        departments=town.departments,
        sites={site.slug: site for site in town.sites},
        areas=town_book().areas(),
        agendas=[
            {
                "agenda": agenda,
                "procedures": procedures,
                "week": week_table(agenda.weekly, today),
                "closed": [closure for closure in agenda.closures if closure.last >= today],
            }
            for agenda, procedures in _agendas()
        ],
    )


def _agendas() -> list[tuple[Agenda, list[str]]]:
    """The agendas that can be booked today, by title, each with the titles of the procedures that it serves."""
    found: dict[str, tuple[Agenda, list[str]]] = {}
    for item in _offered():
        agenda = town_book().definition(item.slug, item.version).agenda_details if item.appointment else None
        if agenda is not None:
            found.setdefault(agenda.slug, (agenda, []))[1].append(item.title)
    return sorted(found.values(), key=lambda one: one[0].title)


def _offered() -> Iterator[CatalogueItem]:
    for number in count(1):
        found = clients().send(SearchCatalogue(page=number, per_page=MOST_TITLES), actor=ANYONE)
        yield from found.items
        if not found.items or number * MOST_TITLES >= found.total:
            return
