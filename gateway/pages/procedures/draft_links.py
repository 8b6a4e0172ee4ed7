"""A visitor's draft on another device: the form that mails the link, and the page that the link opens."""

from uuid import UUID

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import LINK_AGAIN, READ, WRITE
from gateway.pages.procedures import steps
from gateway.pages.procedures.saving import standing
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, see_other, send_command
from gateway.sessions.identity import current_identity, current_person
from gateway.town import town_book
from services.chassis.errors import Invalid, TooMany
from services.procedures.schemas.definitions.procedures import Step
from services.requests.schemas.draft_links import MailDraftLink, OpenDraftLink, ReadDraftLink
from services.requests.schemas.drafts import DraftView, ReadDraft
from services.requests.schemas.refusals import DraftAlreadyHere
from services.townhall import mailed_links

page = Pages("draft_links", __name__)


@page.get("/demarches/<slug>/lien", permission=PUBLIC, limit=READ)
def form(slug: str) -> Answer:
    """« M’envoyer un lien », with the address that was typed in the draft; an account finds its drafts without one."""
    draft = None if current_person() else standing(slug).draft
    if draft is None:
        return see_other(f"{steps.path(slug, Step.PROCEDURE)}?brouillon=aucun")
    return _form(slug, draft, draft.applicant.get("email") or "")


@page.post("/demarches/<slug>/lien", permission=PUBLIC, limit=LINK_AGAIN)
def mail(slug: str) -> Answer:
    draft = standing(slug).draft
    if draft is None:
        return see_other(f"{steps.path(slug, Step.PROCEDURE)}?brouillon=aucun")
    email = request.form.get("courriel", "").strip()
    try:
        send_command(MailDraftLink(draft_id=UUID(draft.id), email=email))
    except (Invalid, TooMany) as refusal:
        if isinstance(refusal, Invalid) and "email" not in refusal.fields:
            raise
        return _form(slug, draft, email, refusal.fields.get("email", refusal.message)), status_of(refusal)
    return see_other(f"{steps.path(slug, Step.PROCEDURE)}?brouillon=lien")


def _form(slug: str, draft: DraftView, email: str, error: str = "") -> str:
    title = town_book().offered(slug).definition.title
    return render_template("procedures/send_link.html", slug=slug, draft=draft, title=title, email=email, error=error)


@page.get("/saisie/<token>", permission=PUBLIC, limit=READ, capability=True)
def look(token: str) -> str:
    """Says what the link leads to; a mail program that follows links opens nothing by it."""
    link = clients().send(ReadDraftLink(digest=mailed_links.digest(token)))
    return render_template("procedures/open_link.html", token=token, link=link)


@page.post("/saisie/<token>", permission=PUBLIC, limit=WRITE, capability=True)
def enter(token: str) -> Answer:
    """This browser has the draft too, or the account that is logged in has it; it goes on at the step that waits."""
    if current_person() is None:
        current_identity().lasting_visitor()
    asked = OpenDraftLink(digest=mailed_links.digest(token), replaces="remplacer" in request.form)
    try:
        opened = send_command(asked)
    except DraftAlreadyHere as refusal:
        return look(token), status_of(refusal)
    draft = clients().send(ReadDraft(draft_id=str(opened.draft_id)))
    return see_other(steps.path(opened.procedure, steps.waiting(draft)))
