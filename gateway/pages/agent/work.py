"""« Demandes »: the agents' work list."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.dates import local
from gateway.http.rate_limits import READ
from gateway.pages.agent import work_table as agent_list
from gateway.pages.components.pagination import page_number, with_query
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, now, see_other
from gateway.sessions import searches
from gateway.sessions.identity import current_actor, current_identity
from gateway.town import town_book
from services.accounts.schemas.people import ListColleagues
from services.chassis.errors import Refusal
from services.requests.schemas.work_list import Choice

page = Pages("agent_work", __name__)
Options = Mapping[str, Sequence[Choice]]
FORGOTTEN = "oubliee"


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


@page.get("/agent/demandes", permission=FILE_READER, limit=READ)
def work_list() -> Answer:
    """One page of the requests of the agent's departments; a page past the last one leads to the last.

    A search is a number in the address, or words that the browser keeps: a name in the address is removed from it.
    """
    arguments = request.args.to_dict()
    if "q" in arguments and not searches.is_number(arguments["q"].strip()):
        return see_other(with_query(q=None, recherche=FORGOTTEN if arguments["q"].strip() else None))
    if "recherche" in arguments:
        arguments["q"] = searches.known(current_identity().jar, current_actor().id).get(arguments["recherche"], "")
    found = clients().send(agent_list.asked(arguments, page_number()))
    if found.page > found.pages:  # what was on that page has been dealt with, or it never was
        return see_other(with_query(page=found.pages if found.pages > 1 else None))
    actor, today = current_actor(), local(now()).date()
    return render_template(
        "agent/work_list.html",
        found=found,
        rows=agent_list.rows(found.items, today, actor.id),
        views=agent_list.views(found.counts, arguments),
        filters=_filters(found.options, actor.id),
        active=sum(bool(arguments.get(name)) for name in agent_list.FILTERS),
        asked=arguments,
        forgotten="recherche" in arguments and not arguments["q"],
        longest=searches.LONGEST,
        number=found.page,
        pages=found.pages,
        sort=found.sort,
    )


def _filters(options: Options, me: str) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Each filter: its name in the address, its words, « all » in words, what it offers."""
    areas, procedures = _titles()
    statuses = {item.slug: item.label for item in town_book().town().catalogues.status_catalogue}
    return [
        ("statut", "Statut", "Tous", agent_list.choices(options["status"], statuses)),
        ("domaine", "Domaine", "Tous", agent_list.choices(options["area"], areas)),
        ("demarche", "Démarche", "Toutes", agent_list.choices(options["procedure"], procedures)),
        ("suivi", "Suivie par", "Tous", agent_list.assignees(options["assignee"], me, _names(options, me))),
    ]


def _names(options: Options, me: str) -> dict[str, str]:
    """Who the other assignees are; asked only when there is one."""
    if all(item.value in ("", me) for item in options["assignee"]):
        return {}
    return {agent.id: agent.name for agent in clients().send(ListColleagues()).agents}


def _titles() -> tuple[dict[str, str], dict[str, str]]:
    """What areas and procedures are called. A filter shows a slug rather than the list not being shown."""
    try:
        return {area.slug: area.title for area in town_book().areas()}, town_book().titles()
    except Refusal:
        return {}, {}
