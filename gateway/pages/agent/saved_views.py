"""« Mes vues »: lists that an agent has saved under a name, to be opened, changed and removed."""

from urllib.parse import parse_qsl

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent import work_filters
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, id_or_none, see_other, send_command, typed_id
from gateway.sessions.identity import current_actor
from gateway.town import town_book
from services.chassis.errors import Conflict, Invalid, NotFound
from services.requests.schemas.saved_views import LONGEST_NAME, MOST_VIEWS, ListSavedViews, RemoveView

page = Pages("agent_saved_views", __name__)
NO_NAME = "Donnez un nom à cette vue."


class ViewGone(NotFound):
    message = "Cette vue n’existe plus."


@page.get("/agent/demandes/vues", permission=FILE_READER, limit=READ)
def saved_views() -> str:
    """The views that are saved, and a name to be given to the list from which one came."""
    return _page(work_filters.whole(request.args.get("liste", "")))


def save_again() -> str:
    """What was typed, of a form that waited for a log-in."""
    return _page(work_filters.whole(request.form.get("liste", "")), typed=request.form.get("nom", "").strip())


@page.post("/agent/demandes/vues", permission=FILE_READER, limit=WRITE, reopen=save_again)
def save() -> Answer:
    """Under a new name, or in the place of what a view was: then its list opens."""
    listed, typed = work_filters.whole(request.form.get("liste", "")), request.form.get("nom", "").strip()
    replaced = id_or_none(request.form.get("vue", ""))
    if not typed:
        return _page(listed, problem=NO_NAME), 422
    asked = work_filters.to_save(dict(parse_qsl(listed)), typed, str(replaced) if replaced else None)
    try:
        done = send_command(asked)
    except (Conflict, Invalid, NotFound) as refusal:
        said = next(iter(refusal.fields.values()), refusal.message)
        return _page(listed, typed=typed, problem=said), status_of(refusal)
    for one in clients().send(ListSavedViews()).items:
        if one.view_id == done.view_id:
            return see_other(work_filters.address_of(one))
    return see_other("/agent/demandes/vues")


@page.post("/agent/demandes/vues/<view_id>/suppression", permission=FILE_READER, limit=WRITE)
def remove(view_id: str) -> Answer:
    send_command(RemoveView(view_id=str(typed_id(view_id, ViewGone))))
    return see_other("/agent/demandes/vues?fait=supprimee")


def _page(listed: str, *, typed: str = "", problem: str = "") -> str:
    arguments = dict(parse_qsl(listed))
    departments, own = town_book().town().departments, current_actor().departments
    views = [
        (one, work_filters.address_of(one), work_filters.lost_department(departments, own, one.department or ""))
        for one in clients().send(ListSavedViews()).items
    ]
    current = arguments.get(work_filters.SAVED, "")
    return render_template(
        "agent/saved_views.html",
        views=views,
        current=next((one for one, _, _ in views if one.view_id == current), None),
        listed=listed,
        searched=bool(arguments.get("q") or arguments.get("recherche")),
        typed=typed,
        problem=problem,
        longest=LONGEST_NAME,
        most=MOST_VIEWS,
        done=request.args.get("fait", ""),
    )
