"""« Demandes »: the agents' work list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.brief_calls import held_decisions, saved_views
from gateway.conversation import clients
from gateway.dates import local
from gateway.http.rate_limits import READ
from gateway.pages.agent import work_filters, work_table as agent_list
from gateway.pages.agent.list_news import list_changes
from gateway.pages.agent.work_filters import Filter
from gateway.pages.components.pagination import with_query
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, now, see_other
from gateway.sessions import searches
from gateway.sessions.identity import current_actor, current_identity
from gateway.town import town_book
from services.accounts.schemas.people import ListColleagues
from services.chassis.errors import Invalid, Refusal
from services.requests.schemas.work_list import SORTS, Choice, WorkList

page = Pages("agent_work", __name__)
FORGOTTEN = "oubliee"
CURSOR = "suite"
"""In an address: the place from which a page of the list goes on."""
RENEWAL = "Parvis-Renewal"
"""With this header, a list that stays open asks for what may have changed in it: no filters to choose from, no saved views."""
OF_A_FORM = "col"
"""As the form of columns sends each that is ticked; an address has all of them in one name, `colonnes`."""


def search() -> AnyResponse:
    """Leads to the list of what was typed: a number by its address, a name by a word that stands for it."""
    typed = " ".join(request.form.get("q", "").split())[: searches.LONGEST]
    if not typed:
        return see_other("/agent/demandes")
    if searches.is_number(typed):
        return see_other(f"/agent/demandes?{urlencode({'q': typed})}")
    jar, agent = current_identity().jar, current_actor().id
    word, kept = searches.named(typed, searches.known(jar, agent))
    response = see_other(f"/agent/demandes?recherche={word}")
    searches.keep(response, jar, agent, kept)  # pyright: ignore[reportArgumentType]
    return response


# a search that waited for a log-in changes nothing: it is made
page.post("/agent/demandes/recherche", permission=FILE_READER, limit=READ, reopen=search)(search)


def list_arguments() -> dict[str, str]:
    """Those of the present address, with what is searched for: a number that it holds, or the words that it names; no name that it
    holds."""
    arguments = request.args.to_dict()
    if not searches.is_number(arguments.get("q", "").strip()):
        arguments.pop("q", None)
    if "recherche" in arguments:
        arguments["q"] = searches.known(current_identity().jar, current_actor().id).get(arguments["recherche"], "")
    return arguments


@page.get("/agent/demandes", permission=FILE_READER, limit=READ)
def work_list() -> Answer:
    """One page of the requests of the agent's departments; a page that there is no more leads to the first.

    A search is a number in the address, or words that the browser keeps: a name in the address is removed from it.
    """
    arguments = request.args.to_dict()
    if "q" in arguments and not searches.is_number(arguments["q"].strip()):
        return see_other(with_query(q=None, recherche=FORGOTTEN if arguments["q"].strip() else None))
    if OF_A_FORM in arguments:
        return see_other(with_query(col=None, colonnes=",".join(filter(None, request.args.getlist(OF_A_FORM)))))
    arguments, mark = list_arguments(), list_changes().mark()  # before the list is read: what happens meanwhile is news
    renewal = RENEWAL in request.headers
    asked = work_filters.asked(arguments)
    try:
        found = clients().send(replace(asked, choices=False) if renewal else asked)
    except Invalid as refusal:
        if "cursor" not in refusal.fields:
            raise
        return see_other(with_query(suite=None))
    if arguments.get(CURSOR) and not found.items:  # what was there has been dealt with
        return see_other(with_query(suite=None))
    actor, today = current_actor(), local(now()).date()
    chosen, gone = agent_list.columns(arguments.get("colonnes", ""))
    departments = town_book().town().departments
    closed, sort = arguments.get("vue") == "closes", arguments.get("tri", "")
    lines = {
        "found": found,
        "rows": agent_list.rows(found.items, today, actor.id),
        "views": agent_list.views(found.counts, arguments),
        "narrowed": work_filters.narrows(arguments),
        "asked": arguments,
        "columns": chosen,
        "heads": agent_list.heads(chosen, found.sort, closed=closed),
        "names": {one.slug: one.name for one in departments},
        "areas": areas(),
        "lost": work_filters.lost_department(departments, actor.departments, arguments.get("service", "")),
        "crossed": work_filters.crossed(arguments),
        "mark": mark,
        "may_act": "change_status" in actor.permissions,
        "here": request.query_string.decode(errors="replace"),
    }
    if renewal:
        return render_template("agent/work_renewal.html", **lines)
    filters = _filters(found, arguments)
    return render_template(
        "agent/work_list.html",
        **lines,
        filters=filters,
        active=work_filters.active(filters, arguments),
        every_column=agent_list.COLUMNS,
        orders=agent_list.orders(sort if sort in SORTS else "", closed=closed),
        vanished=agent_list.vanished(gone),
        held=held_decisions(),
        saved=[(one, work_filters.address_of(one)) for one in saved_views()],
        exported=with_query(suite=None, page=None).partition("?")[2],
        forgotten="recherche" in arguments and not arguments["q"],
        longest=searches.LONGEST,
    )


def _filters(found: WorkList, arguments: Mapping[str, str]) -> list[Filter]:
    """What may be chosen, in the order of the page."""

    def chosen(name: str) -> str:
        return arguments.get(name, "")

    def counted(
        name: str,
        label: str,
        every: str,
        option: str,
        labels: Mapping[str, str],
        groups: Mapping[str, str] | None = None,
        order: Sequence[str] = (),
    ) -> Filter:
        offered: tuple[Choice, ...] = found.options.get(option, ())
        choices = work_filters.counted(offered, labels, chosen(name))
        by_group = work_filters.grouped(choices, groups, order) if groups else ()
        return Filter(name=name, label=label, every=every, choices=choices, groups=by_group)

    town, actor = town_book().town(), current_actor()
    statuses = {item.slug: item.label for item in town.catalogues.status_catalogue}
    assignees = found.options.get("assignee", ())
    names = _names(assignees, chosen("suivi"))
    return [
        counted("statut", "Statut", "Tous", "status", statuses, work_filters.GROUP_OF, tuple(work_filters.STATUSES)),
        counted("demarche", "Démarche", "Toutes", "procedure", _titles(), _titles_of_areas()),
        counted("domaine", "Domaine", "Tous", "area", areas()),
        work_filters.of_departments(town.departments, actor.departments, chosen("service")),
        Filter(
            name="suivi",
            label="Suivie par",
            every="Tous",
            choices=work_filters.assignees(assignees, actor.id, names, chosen("suivi")),
        ),
        work_filters.of_pieces(found.awaited, chosen("pieces")),
        work_filters.of_agendas(found.agendas, chosen("agenda")),
        work_filters.of_sites(found.agendas, chosen("lieu")),
    ]


def _names(options: tuple[Choice, ...], chosen: str) -> dict[str, str]:
    """Who the other assignees are; asked only when there is one."""
    known = ("", "me", "none", current_actor().id)
    if chosen in known and all(item.value in known for item in options):
        return {}
    return {agent.id: agent.name for agent in clients().send(ListColleagues()).agents}


def areas() -> dict[str, str]:
    """What areas are called. A filter shows a slug rather than the list not being shown."""
    try:
        return {area.slug: area.title for area in town_book().areas()}
    except Refusal:
        return {}


def _titles() -> Mapping[str, str]:
    """The same of procedures."""
    try:
        return town_book().titles()
    except Refusal:
        return {}


def _titles_of_areas() -> Mapping[str, str]:
    """What the area of each procedure is called."""
    try:
        return town_book().titles_of_areas()
    except Refusal:
        return {}
