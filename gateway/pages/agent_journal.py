"""« Journal des consultations »: who on the staff looked at a request. Not the request itself: any department's may be asked for."""

from flask import render_template, request

from gateway import journal
from gateway.pages import Pages, agent_case
from gateway.permissions import AUDITOR
from gateway.rate_limits import READ
from services.chassis.errors import NotFound

page = Pages("agent_journal", __name__)


@page.get("/agent/consultations", permission=AUDITOR, limit=READ)
def journal_page() -> str | tuple[str, int]:
    typed = request.args.get("numero", "").strip()[:40]
    if not typed:
        return render_template("agent/journal.html", typed="", found=None)
    try:
        found = journal.of_request(typed, request.args.get("avant", ""))
    except NotFound as refusal:
        return render_template("agent/journal.html", typed=typed, found=None, problem=refusal.message), 404
    return render_template(
        "agent/journal.html", typed=found["number"], found=found, **agent_case.journal_page(found, request.args)
    )
