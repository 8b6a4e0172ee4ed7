"""The steps after La démarche: what is typed is kept at each of them, right or wrong; the summary files the request."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.dates import instant, local
from gateway.errors import answer, page as error_page, status_of
from gateway.http.rate_limits import HOLD_SLOT, READ, SUBMIT, UPLOAD, WRITE
from gateway.http.security import current_security
from gateway.pages.components import edit_conflicts
from gateway.pages.components.calendar_view import NO_SLOT, slot_asked
from gateway.pages.components.controls import Typed
from gateway.pages.components.copies import not_duplicated
from gateway.pages.components.files import hand_in, hand_in_all, largest_form
from gateway.pages.components.reader import at_counter
from gateway.pages.components.security_code import another_wanted, brought_code
from gateway.pages.procedures import steps
from gateway.pages.procedures.kept_form import keep_form
from gateway.pages.procedures.saving import standing
from gateway.pages.procedures.step_page import definition_of, show
from gateway.pages.tracking import follow
from gateway.permissions import FOLLOWER, PUBLIC
from gateway.routes import Answer, Pages, new_id, now, see_other, seen_version, send_command
from gateway.sessions.identity import NotLoggedIn, current_identity, current_person
from gateway.shared.security_code_retry import with_code
from gateway.shared.tracked import tracked
from gateway.town import town_book
from services.chassis.actors import Actor
from services.chassis.errors import Conflict, Invalid, NotFound, Refusal, TooMany
from services.documents.schemas.pieces import File, Freeze, RemoveFile
from services.procedures.schemas.definitions.procedures import Procedure, Step
from services.requests.schemas.drafts import DraftView, HoldSlot, ReadDraft, ReadDraftFor, ReleaseSlot, SaveStep
from services.requests.schemas.filing import Receipt, SubmitDraft
from services.requests.schemas.profile import TakeProfile
from services.requests.schemas.refusals import DraftFiled, DraftNotFound, ProcedureWithdrawn, TooManyFilings

page = Pages("draft", __name__)


class OutdatedPage(Conflict):
    message = (
        "Cette page n’est plus à jour : votre saisie continue ailleurs, ou la démarche a changé. "
        "Les étapes enregistrées sont gardées."
    )


CHECKED = "checked_at_counter"
OVER = (OutdatedPage, DraftFiled, ProcedureWithdrawn, DraftNotFound)
"""Refusals after which the page that was typed on keeps nothing any more."""


@page.get("/demarches/<slug>/etape/<etape>", permission=PUBLIC, limit=READ)
def step(slug: str, etape: str) -> Answer:
    """One step with what was typed; `?verifier` shows what is wrong with it."""
    name = steps.STEP.get(etape) or abort(404)
    draft = standing(slug).draft if name is not Step.PROCEDURE else None
    if draft is None:
        return see_other(f"{steps.path(slug, Step.PROCEDURE)}?brouillon=aucun")
    return show(slug, name, draft, check="verifier" in request.args)


def keep_again(slug: str, etape: str) -> Answer:
    """What was typed before a log-in is kept, and its step shown."""
    name = steps.STEP.get(etape) or abort(404)
    try:
        if name in steps.TYPED:
            draft = _same_draft(slug)
            data = steps.sent(request.form, town_book().definition(slug, draft.version), name, draft)
            if keep_form(draft, data) is None:
                return _let_choose(slug, name, data)
    except (Conflict, NotFound) as refusal:
        return _given_back(slug, name, refusal)
    return see_other(_same_step(slug, name))


@page.post("/demarches/<slug>/etape/<etape>", permission=PUBLIC, limit=WRITE, max_bytes=largest_form, reopen=keep_again)
def keep(slug: str, etape: str) -> Answer:
    """Keeps what was typed, and files it at the summary, then goes where the button leads; what cannot be kept is given back."""
    name = steps.STEP.get(etape) or abort(404)
    _still_logged_in()
    try:
        return _keep(slug, name)
    except (Conflict, NotFound) as refusal:
        return _given_back(slug, name, refusal)


def _keep(slug: str, name: Step) -> Answer:
    if name is Step.SUMMARY:
        written = clients().send(ReadDraftFor(procedure=slug)).draft
        if written is not None and another_wanted():
            return show(slug, Step.SUMMARY, written, code_wanted=True)
        return _submit(slug, written)
    draft = _same_draft(slug, of_any_version=name in steps.TYPED)
    definition = definition_of(slug, name, draft)
    action, _, subject = request.form.get("action", "").partition(":")
    if name is Step.APPOINTMENT:
        return _keep_slot(slug, definition, draft, action)
    data = steps.sent(request.form, definition, name, draft)
    older = _is_older(draft)
    gone: Typed = {}
    if older:
        asked = {step: steps.still_asked(typed, definition, step) for step, typed in data.items()}
        gone = {name: typed[name] for step, typed in data.items() for name in typed if name not in asked[step]}
        data = asked
    saved = keep_form(draft, data)
    wrong = {} if older else hand_in_all(draft.grant, request.files)
    if saved is None:
        return _let_choose(slug, name, data, wrong)
    if older:
        return _as_it_now_is(slug, name, saved, gone)
    if wrong:
        return show(slug, name, saved, check=False, wrong=wrong), 422
    if action == "continuer" and (left := not_duplicated(saved)):
        return show(slug, name, saved, check=False, wrong=left), 409
    lacking = saved.stopped is not None or any(saved.errors.get(step) for step in data)
    return see_other(_after(slug, definition, saved, name, action, subject, lacking=lacking))


def _as_it_now_is(slug: str, name: Step, saved: DraftView, gone: Typed) -> Answer:
    """The step as the procedure now has it; an answer to what it asks no more is given back beside it."""
    typed = _in_text(slug, name, {name: gone})
    if typed:
        return show(slug, name, saved, no_longer_asked=typed)
    return see_other(f"{steps.path(slug, name)}?{steps.CHANGED}=1")


def _given_back(slug: str, name: Step, refusal: Refusal) -> AnyResponse:
    """Why nothing more is kept here, with what was typed, to be copied; any other refusal is raised again."""
    if name not in steps.TYPED or not isinstance(refusal, OVER):
        raise refusal
    typed = _in_text(slug, name)
    return error_page(status_of(refusal), refusal.message, code=refusal.code, details=refusal.details, typed=typed)


def _in_text(slug: str, name: Step, data: Mapping[Step, Typed] | None = None) -> str:
    """What the form holds, or that part of it, with the questions as its own version asked them."""
    try:
        definition = town_book().definition(slug, seen_version())
    except NotFound:
        definition = town_book().offered(slug).definition
    typed = steps.brought(request.form, definition, name) if data is None else data
    today, counter = local(now()).date(), at_counter()
    texts = [edit_conflicts.in_text(definition, *one, today, at_counter=counter) for one in typed.items()]
    return "\n\n".join(filter(None, texts))


def _let_choose(
    slug: str, name: Step, data: Mapping[Step, Typed], wrong: dict[str, str] | None = None
) -> tuple[str, int]:
    """What was typed here, beside what another page wrote; the form's next sending is the person's choice."""
    stored = clients().send(ReadDraftFor(procedure=slug)).draft
    if stored is None:
        raise _over(slug)
    here = stored
    for step, typed in data.items():
        here = edit_conflicts.as_typed(here, step, typed)
    return show(slug, name, here, wrong=wrong, elsewhere=stored), 409


def _after(
    slug: str, definition: Procedure, draft: DraftView, name: Step, action: str, subject: str, *, lacking: bool
) -> str:
    """Where the button leads; `lacking`: something is to be corrected, or ends the procedure."""
    here = _same_step(slug, name)
    match action:
        case "piece":
            return f"{here}#{quote(f'piece-{subject}')}"
        case "retirer":
            clients().send(RemoveFile(grant=draft.grant, file_id=subject), command_id=new_id())
            return f"{here}#pieces"
        case "reprendre":
            clients().send(TakeProfile(draft_id=UUID(draft.id)), command_id=new_id())
            return f"{here}#formulaire"
        case "actualiser":
            return f"{here}#formulaire"
        case "modifier":
            return f"{_same_step(slug, Step.APPLICANT, **{steps.OPENED: '1'})}#formulaire"
        case "espace":
            return f"/demarches/{slug}/espace"
        case "plus-tard":
            return f"{steps.path(slug, Step.PROCEDURE)}?brouillon=garde"
        case _ if lacking:
            return f"{_same_step(slug, name, verifier='1')}#erreurs"
        case _:
            return _onward(slug, definition, name)


def _same_step(slug: str, name: Step, **query: str) -> str:
    """The address at which the form was opened, from the summary or on the way there, with that query added."""
    opened = {steps.RETURN: steps.ADDRESS[Step.SUMMARY]} if steps.from_summary(request.form) else {}
    opened |= {steps.OPENED: "1"} if steps.OPENED in request.form else {}
    asked = urlencode(opened | query)
    return f"{steps.path(slug, name)}?{asked}" if asked else steps.path(slug, name)


def _onward(slug: str, definition: Procedure, name: Step) -> str:
    """The following step; the summary, where the form was opened from it."""
    return steps.path(slug, Step.SUMMARY if steps.from_summary(request.form) else steps.following(definition, name))


def _keep_slot(slug: str, definition: Procedure, draft: DraftView, action: str) -> Answer:
    onward = _onward(slug, definition, Step.APPOINTMENT)
    start = slot_asked(request.form)
    if action == "passer":
        if draft.slot:
            send_command(ReleaseSlot(draft_id=draft.id))
        clients().send(SaveStep(draft_id=draft.id, step=Step.APPOINTMENT, data={}), command_id=new_id())
        return see_other(onward)
    held = draft.slot and not draft.slot.expired
    if not start:
        if held:
            return see_other(onward)
        return show(slug, Step.APPOINTMENT, draft, problem=NO_SLOT), 422
    current_security().spend(HOLD_SLOT)  # the route of the steps counts what is typed, which is more often
    try:
        send_command(HoldSlot(draft_id=draft.id, start=instant(start), address_seen=clients().address()))
    except (Conflict, Invalid) as refusal:
        return show(slug, Step.APPOINTMENT, draft, problem=refusal.message), status_of(refusal)
    if action == "voir":
        return see_other(f"{_same_step(slug, Step.APPOINTMENT, semaine=request.form.get('semaine', ''))}#choix")
    return see_other(onward)


def _submit(slug: str, draft: DraftView | None) -> Answer:
    """« Valider ma demande ». The draft's id is the request's: the same form sent twice is one request."""
    draft_id, version = request.form.get("draft_id", ""), request.form.get("version", "")
    if draft is not None and draft.id != draft_id:
        raise _over(slug, Step.SUMMARY)
    if draft is not None and str(draft.version) != version:
        raise OutdatedPage(details={"address": steps.path(slug, Step.SUMMARY)})
    current_security().spend(SUBMIT)
    try:
        receipt = _filed(draft_id, _manifest(draft) if draft else None)
    except (Conflict, Invalid, TooMany, TooManyFilings) as refusal:
        if isinstance(refusal, TooMany) and not refusal.fields:
            raise  # of no field: the error page says when to try again
        fresh = clients().send(ReadDraftFor(procedure=slug)).draft
        if fresh is None:
            raise
        return answer(show(slug, Step.SUMMARY, fresh, refusal=refusal), refusal)
    response = see_other(f"/demarches/{slug}/prise-en-compte/{receipt.number}")
    person = current_person()
    definition = town_book().offered(slug).definition if at_counter() else None
    if person and definition and not _follows(person.actor, definition):
        by_post = not receipt.email_sent_to_hint
        handed_on: dict[str, object] = {"number": receipt.number, "definition": definition, "by_post": by_post}
        return render_template("procedures/handed_on.html", **handed_on), 200
    if person is None:
        if receipt.tracking_token is None:  # an old form: its request is followed by another way now
            return render_template("tracking/find.html", number=receipt.number, filed=True, errors=[]), 200
        current_identity().keep_tracking(response, receipt.tracking_token)  # pyright: ignore[reportArgumentType]
    return response


def _filed(draft_id: str, manifest: str | None) -> Receipt:
    """The receipt; with the security code that the form brings, where one is asked."""
    attempt = new_id()

    def file(code_given: bool) -> Receipt:
        asked = SubmitDraft(
            draft_id=draft_id,
            version=seen_version(),
            manifest=manifest,
            seen=request.form.get(edit_conflicts.SEEN),
            identity=CHECKED if at_counter() and "identite" in request.form else None,
            address_seen=clients().address(),
            code_given=code_given,
        )
        return clients().send(asked, command_id=attempt)

    return with_code(file, brought_code(), command_id=attempt)


def _follows(agent: Actor, definition: Procedure) -> bool:
    """Whether the file of a request just filed is open to that agent, by department and by right."""
    reads = "read_requests" in agent.permissions and definition.department in agent.departments
    return reads and (not definition.confidential or "handle_confidential" in agent.permissions)


def _manifest(draft: DraftView) -> str:
    """What is handed in: the pieces that the answers call for, not those of a question since hidden."""
    asked = (*draft.shown_documents, *draft.shown_fields)
    return clients().send(Freeze(grant=draft.grant, pieces=asked), command_id=new_id()).manifest


@page.get("/demarches/<slug>/prise-en-compte/<numero>", permission=FOLLOWER)
def registered(slug: str, numero: str) -> str:
    """« Votre demande est prise en compte »: the number, what comes next and by when."""
    view = tracked(numero)
    return render_template("procedures/registered.html", slug=slug, view=view, aim=follow.aim(view, now()))


@page.post("/demarches/<slug>/pieces", permission=PUBLIC, limit=UPLOAD, max_bytes=largest_form)
def add_file(slug: str) -> Answer:
    """One file sent by a script; answers with its line, or with one sentence."""
    try:
        draft = _same_draft(slug)
        upload = request.files.get("fichier") or abort(400)
        file = hand_in(draft.grant, request.form.get("piece", ""), upload)
    except Refusal as refusal:
        return refusal.message, status_of(refusal)
    shown = File(id=str(file.file_id), name=file.name, size=file.size, type=file.type)
    return render_template("components/_file.html", file=shown), 201


@page.post("/demarches/<slug>/pieces/<file_id>/retirer", permission=PUBLIC, limit=WRITE)
def remove_file(slug: str, file_id: str) -> tuple[str, int]:
    draft = _same_draft(slug)
    send_command(RemoveFile(grant=draft.grant, file_id=file_id))
    return "", 204


def _still_logged_in() -> None:
    """A form that was filled in an account is no visitor's: its session has ended meanwhile."""
    if "compte" in request.form and current_person() is None:
        raise NotLoggedIn


def _same_draft(slug: str, *, of_any_version: bool = False) -> DraftView:
    """The draft that the form was made for; a form of another draft, or of an older version, is outdated."""
    draft = clients().send(ReadDraftFor(procedure=slug)).draft
    if draft is None or draft.id != request.form.get("draft_id"):
        raise _over(slug)
    if _is_older(draft) and not of_any_version:
        raise OutdatedPage(details={"address": steps.path(slug, Step.PROCEDURE)})
    return draft


def _over(slug: str, step: Step = Step.PROCEDURE) -> Refusal:
    """Why the form's draft is not the one that stands: it was filed, or what is typed goes on elsewhere."""
    try:
        clients().send(ReadDraft(draft_id=request.form.get("draft_id", "")))
    except Conflict as over:
        return over
    except (NotFound, Invalid):
        pass
    return OutdatedPage(details={"address": steps.path(slug, step)})


def _is_older(draft: DraftView) -> bool:
    """Whether the form was made before the town published the procedure anew."""
    return str(draft.version) != request.form.get("version")
