"""« Demandes »: the agents' work list."""

import time
from dataclasses import dataclass, field

from flask import current_app, render_template, request

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
TITLES_KEPT_SECONDS = 60.0
MOST_PROCEDURES = 100


@dataclass
class _Titles:
    """What areas and procedures are called, asked for once a minute: the list itself costs one call."""

    areas: dict[str, str] = field(default_factory=dict)
    procedures: dict[str, str] = field(default_factory=dict)
    fresh_until: float = 0.0


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
    titles = _titles()
    statuses = {item["slug"]: item["label"] for item in town_book().town()["catalogues"]["status_catalogue"]}
    return [
        ("statut", "Statut", "Tous", agent_list.choices(options["status"], statuses)),
        ("domaine", "Domaine", "Tous", agent_list.choices(options["area"], titles.areas)),
        ("demarche", "Démarche", "Toutes", agent_list.choices(options["procedure"], titles.procedures)),
        ("suivi", "Suivie par", "Tous", agent_list.assignees(options["assignee"], me, _names(options, me))),
    ]


def _names(options: Json, me: str) -> dict[str, str]:
    """Who the other assignees are; asked only when there is one."""
    if all(item["value"] in ("", me) for item in options["assignee"]):
        return {}
    return {agent["id"]: agent["name"] for agent in clients().accounts.colleagues()["agents"]}


def _titles() -> _Titles:
    kept: _Titles = current_app.extensions.setdefault("parvis.agent_titles", _Titles())
    if kept.fresh_until > time.monotonic():
        return kept
    try:
        kept.areas = {area["slug"]: area["title"] for area in clients().procedures.service_areas()["areas"]}
        found = clients().procedures.catalogue(per_page=MOST_PROCEDURES)
        kept.procedures = {item["slug"]: item["title"] for item in found["items"]}
        kept.fresh_until = time.monotonic() + TITLES_KEPT_SECONDS
    except Refusal:
        # a filter shows a slug rather than the list not being shown
        kept.fresh_until = 0.0
    return kept
