"""« La commune sur le portail »: what the town's files say, as it is published, to be read by the staff."""

from flask import render_template

from gateway.dates import local
from gateway.http.rate_limits import READ
from gateway.pages.components.facts import week_table
from gateway.permissions import STAFF
from gateway.routes import Pages, now
from gateway.shared.asked_details import Group, table
from gateway.shared.offered import offered_procedures
from gateway.town import town_book
from services.procedures.schemas.definitions.agendas import Agenda

page = Pages("agent_reference", __name__)
GROUPS = {
    Group.NAME: "Nom",
    Group.CIVIL_STATUS: "État civil",
    Group.POSTAL: "Adresse postale",
    Group.CONTACT: "Contact",
}


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
    for definition in offered_procedures():
        agenda = definition.agenda_details
        if agenda is not None:
            found.setdefault(agenda.slug, (agenda, []))[1].append(definition.title)
    return sorted(found.values(), key=lambda one: one[0].title)


@page.get("/agent/reference/renseignements", permission=STAFF, limit=READ)
def asked_details() -> str:
    """« Ce que les démarches demandent »: each detail that is asked of an applicant, with the reason for it."""
    lines = table(offered_procedures()).items
    return render_template("agent/asked_details.html", lines=lines, groups=GROUPS)
