"""« La commune sur le portail »: departments, sites, areas and agendas as they are published, to be read by the staff."""

from collections.abc import Iterator
from typing import Any

from flask import render_template

from gateway.clients import ANYONE, Json
from gateway.conversation import clients
from gateway.dates import local
from gateway.http.rate_limits import READ
from gateway.pages.components.facts import week_table
from gateway.permissions import STAFF
from gateway.routes import Pages, now
from gateway.town import MOST_TITLES, town_book
from services.procedures.schemas.catalogue import SearchCatalogue

page = Pages("agent_reference", __name__)


@page.get("/agent/reference", permission=STAFF, limit=READ)
def reference() -> str:
    """What the town's files say of places and times; they are changed there, and imported."""
    document, today = town_book().town(), local(now()).date()
    sites = {site["slug"]: site for site in document["sites"]}
    return render_template(
        "agent/reference.html",
        departments=[{**one, "place": sites[one["site"]]["name"]} for one in document["departments"]],
        sites=document["sites"],
        areas=town_book().areas(),
        agendas=[
            {
                **agenda,
                "week": week_table({"opening_hours": agenda}, today),
                "closed": [one for one in agenda["closures"] if one["to"] >= today.isoformat()],
            }
            for agenda in _agendas()
        ],
    )


def _agendas() -> list[dict[str, Any]]:
    """The agendas that can be booked today, by title, each with the procedures that it serves."""
    found: dict[str, dict[str, Any]] = {}
    for item in _offered():
        if item["appointment"]:
            agenda = town_book().definition(item["slug"], item["version"])["agenda_details"]
            found.setdefault(agenda["slug"], {**agenda, "procedures": []})["procedures"].append(item["title"])
    return sorted(found.values(), key=lambda one: one["title"])


def _offered() -> Iterator[Json]:
    number, told = 1, 0
    while (found := _page(number))["items"]:
        yield from found["items"]
        number, told = number + 1, told + len(found["items"])
        if told >= found["total"]:
            return


def _page(number: int) -> Json:
    return clients().send(SearchCatalogue(page=number, per_page=MOST_TITLES), actor=ANYONE)
