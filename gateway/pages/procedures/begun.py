"""« Saisies en cours »: what was begun and not filed, wherever it is listed, and the page on which one gives it up."""

from flask import render_template, request

from gateway import brief_calls
from gateway.conversation import clients
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.procedures import steps
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, see_other, send_command
from services.procedures.schemas.definitions.procedures import Step
from services.requests.schemas.drafts import DiscardDraft, DraftLine, ListDrafts

page = Pages("begun", __name__)


@page.get("/demarches/<slug>/abandonner", permission=PUBLIC, limit=READ)
def ask_to_give_up(slug: str) -> Answer:
    """Says what goes with it before anything does; also where the procedure was withdrawn meanwhile."""
    begun = clients().send(ListDrafts(), brief=True).items
    draft = next((item for item in begun if item.procedure == slug), None)
    if draft is None:
        return see_other(steps.path(slug, Step.PROCEDURE))
    return render_template("procedures/give_up.html", slug=slug, draft=draft)


@page.post("/demarches/<slug>/abandonner", permission=PUBLIC, limit=WRITE)
def give_up(slug: str) -> Answer:
    send_command(DiscardDraft(draft_id=request.form.get("draft_id", "")))
    return see_other(f"{steps.path(slug, Step.PROCEDURE)}?brouillon=efface")


def drafts_begun() -> list[tuple[DraftLine, str, str, int]]:
    """Each with the step at which it goes on: its address, its name, its place among the others."""
    return [_with_step(item) for item in brief_calls.drafts_begun()]


def _with_step(item: DraftLine) -> tuple[DraftLine, str, str, int]:
    at = steps.waiting(item)
    place = [step.slug for step in item.steps].index(at)
    return item, steps.path(item.procedure, at), item.steps[place].label, place + 1


page.add_app_template_global(drafts_begun, "drafts_begun")
