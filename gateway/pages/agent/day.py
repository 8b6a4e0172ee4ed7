"""« Rendez-vous »: who comes to the counter that day, agenda by agenda; made to be printed."""

from datetime import date

from flask import render_template, request

from gateway.conversation import clients
from gateway.http.rate_limits import READ
from gateway.permissions import FILE_READER
from gateway.routes import Pages
from services.requests.schemas.appointments import ListDay

page = Pages("agent_day", __name__)


@page.get("/agent/rendez-vous", permission=FILE_READER, limit=READ)
def day_list() -> str:
    """The day asked for; today when none is, or when what was typed is no day."""
    return render_template("agent/day.html", found=clients().send(ListDay(day=_day(request.args.get("jour", "")))))


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
