"""« Journal des consultations »: who on the staff looked at a request, or what an agent looked at, or what on a day."""

from datetime import date

from flask import render_template, request

from gateway.dates import day_or_none
from gateway.http.rate_limits import READ
from gateway.pages.agent import case as agent_case
from gateway.permissions import AUDITOR
from gateway.routes import Pages, id_or_none
from gateway.shared import journal
from services.chassis.errors import NotFound

page = Pages("agent_journal", __name__)

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
NO_DAY = "Indiquez un jour, par exemple 2026-12-01."


@page.get("/agent/consultations", permission=AUDITOR, limit=READ)
def journal_page() -> str | tuple[str, int]:
    number = request.args.get("numero", "").strip()[:40]
    typed_day, chosen = request.args.get("jour", "").strip()[:40], id_or_none(request.args.get("agent", ""))
    agent = str(chosen) if chosen else None
    typed: dict[str, str | None] = {"numero": number, "jour": typed_day, "agent": agent}
    cursor = request.args.get("avant", "")
    if number:
        try:
            found = journal.of_request(number, cursor)
        except NotFound as refusal:
            return _page(typed, problem=("numero", refusal.message)), 404
        return _page(typed | {"numero": found.number}, found)
    day = _day(typed_day)
    if typed_day and day is None:
        return _page(typed, problem=("jour", NO_DAY)), 422
    if day is None and agent is None:
        return _page(typed)
    return _page(typed, journal.of_staff(agent, day, cursor))


def _page(
    typed: dict[str, str | None], found: journal.JournalPage | None = None, problem: tuple[str, str] | None = None
) -> str:
    lines = agent_case.journal_page(found, request.args) if found else {}
    return render_template("agent/journal.html", typed=typed, found=found, problem=problem, **lines)


def _day(typed: str) -> str | None:
    """None unless it is a day of the calendar of the services."""
    day = day_or_none(typed)
    return day.isoformat() if day and FIRST <= day <= LAST else None
