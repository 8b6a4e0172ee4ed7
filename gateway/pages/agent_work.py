"""« Demandes »: the agents' work list."""

from flask import render_template, request

from gateway.clients import Json
from gateway.conversation import clients
from gateway.dates import local
from gateway.identity import current_actor
from gateway.pages import Pages, agent_list, now
from gateway.pages.common import page_number
from gateway.permissions import FILE_READER
from gateway.rate_limits import READ
from gateway.town import town_book
from services.chassis.errors import Refusal

page = Pages("agent_work", __name__)


@page.get("/agent/demandes", permission=FILE_READER, limit=READ)
def work_list() -> str:
    """One page of the requests of the agent's departments: total exact, counts of the views, filters with what there is."""
    arguments = request.args.to_dict()
    found = clients().requests.work_list(**agent_list.asked(arguments), page=page_number())
    actor, today = current_actor(), local(now()).date()
    return render_template(
        "agent/work_list.html",
        found=found,
        rows=agent_list.rows(found["items"], today, actor.id),
        views=agent_list.views(found["counts"], arguments),
        filters=_filters(found["options"], actor.id),
        active=agent_list.active_filters(arguments),
        asked=arguments,
        number=found["page"],
        pages=found["pages"],
        sort=found["sort"],
    )


def _filters(options: Json, me: str) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Each filter: its name in the address, its words, « all » in words, what it offers."""
    areas, procedures = _titles()
    statuses = {item["slug"]: item["label"] for item in town_book().town()["catalogues"]["status_catalogue"]}
    return [
        ("statut", "Statut", "Tous", agent_list.choices(options["status"], statuses)),
        ("domaine", "Domaine", "Tous", agent_list.choices(options["area"], areas)),
        ("demarche", "Démarche", "Toutes", agent_list.choices(options["procedure"], procedures)),
        ("suivi", "Suivie par", "Tous", agent_list.assignees(options["assignee"], me, _names(options, me))),
    ]


def _names(options: Json, me: str) -> dict[str, str]:
    """Who the other assignees are; asked only when there is one."""
    if all(item["value"] in ("", me) for item in options["assignee"]):
        return {}
    return {agent["id"]: agent["name"] for agent in clients().accounts.colleagues()["agents"]}


def _titles() -> tuple[dict[str, str], dict[str, str]]:
    """What areas and procedures are called. A filter shows a slug rather than the list not being shown."""
    try:
        return {area["slug"]: area["title"] for area in town_book().areas()}, town_book().titles()
    except Refusal:
        return {}, {}
