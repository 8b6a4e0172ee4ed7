"""The procedures by area, and the first step of each: what it is, what to prepare, what will be done with the answers."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from flask import redirect, render_template, request

from gateway.brief_calls import first_free_slot
from gateway.conversation import clients
from gateway.files.uploads import limits
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.components.calendar_view import slot_named
from gateway.pages.components.controls import Control, Typed, error_list
from gateway.pages.components.facts import department
from gateway.pages.components.pagination import page_number
from gateway.pages.components.person import described_in, member_control, somebody_controls
from gateway.pages.components.reader import at_counter
from gateway.pages.components.uploader import piece
from gateway.pages.procedures import first_questions, step_page, steps
from gateway.pages.procedures.documents_by_case import by_case
from gateway.pages.procedures.saving import standing
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, command_id, new_id, see_other, send_command
from gateway.sessions.identity import NotLoggedIn, current_person
from gateway.shared.asked_details import asked_details
from gateway.town import town_book
from services.accounts.schemas.people import ReadProfile
from services.chassis.errors import NotFound, Unavailable
from services.procedures.schemas.definitions.procedures import Procedure, Step
from services.requests.schemas.drafts import DraftFor, DraftView, OpenDraft, SaveStep
from services.requests.schemas.refusals import MemberNotDescribed

page = Pages("procedures", __name__)
PER_PAGE = 20
NOBODY_YET = {"given_names": ""}
"""For requests to say what is missing of a person who was not described."""
NOTHING_BEGUN = DraftFor(draft=None, quota=None)


class NoSuchArea(NotFound):
    message = "Ce domaine n’existe pas, ou plus."


@page.get("/demarches", permission=PUBLIC, limit=READ, cacheable=True, brief=True)
def catalogue() -> Answer:
    """« Nouvelle démarche »: the areas, or all procedures."""
    if "q" in request.args:  # where searches were made before they looked everywhere
        return redirect(f"/recherche?{urlencode({'q': request.args['q']})}", HTTPStatus.MOVED_PERMANENTLY)
    whole = "toutes" in request.args
    found = town_book().procedures(page=page_number(), per_page=PER_PAGE).answer if whole else None
    featured = None if whole else town_book().featured().answer
    return render_template(
        "procedures/catalogue.html",
        areas=town_book().areas(),
        whole=whole,
        found=found,
        number=page_number(),
        pages=-(-found.total // PER_PAGE) if found else 0,
        featured=featured.items if featured else (),
    )


@page.get("/demarches/domaine/<slug>", permission=PUBLIC, limit=READ, cacheable=True, brief=True)
def area(slug: str) -> str:
    areas = town_book().areas()
    here = next((item for item in areas if item.slug == slug), None)
    if here is None:
        raise NoSuchArea
    found = town_book().procedures(area=slug, page=page_number(), per_page=PER_PAGE).answer
    return render_template(
        "procedures/area.html",
        area=here,
        areas=areas,
        found=found,
        number=page_number(),
        pages=-(-found.total // PER_PAGE) if found else 0,
        department=department(town_book().town(), here.department),
    )


@page.get("/demarches/<slug>", permission=PUBLIC, limit=READ)
def procedure(slug: str) -> tuple[str, int]:
    """La démarche, the first step; while nothing can be filed online, it still says what is asked and whom to ask."""
    return _first_step(slug, {}, {}, {})


def _first_step(slug: str, described: Typed, first: Typed, errors: dict[str, str]) -> tuple[str, int]:
    """`described`: for whom the request is made, as an agent typed it at the counter; `first`: the answers to what is
    asked first; `errors`: what is wrong with them."""
    offered = town_book().offered(slug)
    definition = offered.definition
    stands, away = NOTHING_BEGUN, False
    if not offered.withdrawn:
        try:
            stands = standing(slug)
        except Unavailable:
            away = True
    draft = stands.draft if _may_file(definition) else None
    member = _member(definition, draft)
    somebody = _described(definition, described, errors)
    asked = first_questions.first_controls(definition, first, errors)
    status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.OK
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else status
    asks_slots = not (draft or away or offered.withdrawn)
    agenda = definition.appointment.agenda if asks_slots else None
    page_shown = render_template(
        "procedures/procedure.html",
        slug=slug,
        definition=definition,
        withdrawn=offered.withdrawn,
        draft=draft,
        locked=not _may_file(definition),
        line=step_page.line(definition, draft, slug),
        member=member,
        somebody=somebody,
        first=asked,
        errors=error_list([*asked, *somebody], errors),
        cases=by_case(definition, [piece(document, [], "", limits()) for document in definition.documents]),
        next_slot=first_free_slot(agenda, by_agent=at_counter()),
        told_of_draft=request.args.get("brouillon"),
        quota=stands.quota,
        silence=steps.silence(definition, at_counter=at_counter()),
        legal=town_book().town().legal,
        asked_for=[one for one in asked_details(definition) if one.reason],
        named_slot=slot_named(request.values),
        away=away,
    )
    return page_shown, status


@page.post("/demarches/<slug>", permission=PUBLIC, limit=WRITE)
def begin(slug: str) -> Answer:
    """Opens the draft, or takes up the one that waits, for whom the form says; `anew` throws the old one away."""
    definition = town_book().offered(slug).definition
    if not _may_file(definition):
        raise NotLoggedIn
    resumes = request.form.get("action") == "reprendre"
    whom = described_in(request.form) if at_counter() else request.form.get("member") or None
    if definition.about == "member" and not resumes and not whom and not at_counter():
        return see_other(f"{steps.path(slug, Step.PROCEDURE)}?verifier=1#erreurs")
    if definition.about == "member" and not resumes:
        whom = whom or NOBODY_YET
    first = first_questions.answered(definition, request.form)
    anew = True if request.form.get("action") == "recommencer" else None
    if wrong := first_questions.refused(definition, request.form):
        described = whom if isinstance(whom, dict) else {}
        return _before_anew(slug, described, first, wrong) if anew else _first_step(slug, described, first, wrong)
    try:
        draft = send_command(OpenDraft(procedure=slug, draft_id=str(new_id()), member=whom, anew=anew))
    except MemberNotDescribed as refusal:
        if not isinstance(whom, dict):
            raise
        return _first_step(slug, whom, first, refusal.fields)
    if draft.quota and draft.quota.reached:
        return see_other(steps.path(slug, Step.PROCEDURE))
    if resumes and draft.member_removed and "member" not in request.form:
        return see_other(f"{steps.path(slug, Step.PROCEDURE)}?verifier=1#erreurs")
    member = {"member": request.form["member"] or None} if resumes and "member" in request.form else {}
    address = steps.path(slug, steps.waiting(_with_answers(draft, member, first)))
    slot = slot_named(request.form)
    return see_other(f"{address}?{urlencode({'creneau': slot})}#creneaux" if slot else address)


def _with_answers(draft: DraftView, member: Mapping[str, object], first: Mapping[str, object]) -> DraftView:
    """The draft once it has for whom it is made, and the answers of the first page."""
    for name, data in (("member", member), ("first questions", first)):
        if data:
            saving = SaveStep(draft_id=draft.id, step=Step.PROCEDURE, data={**data})
            draft = clients().send(saving, command_id=uuid.uuid5(command_id(), name))
    return draft


@page.get("/demarches/<slug>/recommencer", permission=PUBLIC, limit=READ)
def ask_to_begin_anew(slug: str) -> Answer:
    """Says what goes with the present draft before anything does; for whom the next one is made is chosen there."""
    return _before_anew(slug, {}, {}, {})


def _before_anew(slug: str, described: Typed, first: Typed, errors: dict[str, str]) -> Answer:
    """What the first page of a draft asks is asked before the present one is thrown away."""
    definition = town_book().offered(slug).definition
    draft = standing(slug).draft
    member = _member(definition, draft)
    if draft is None or not _may_file(definition) or (member and not member.choices):
        return see_other(steps.path(slug, Step.PROCEDURE))
    asked = first_questions.first_controls(definition, first, errors)
    somebody = _described(definition, described, errors)
    page_shown = render_template(
        "procedures/begin_anew.html",
        slug=slug,
        definition=definition,
        draft=draft,
        member=member,
        somebody=somebody,
        first=asked,
        errors=error_list([*asked, *somebody], errors),
    )
    return page_shown, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


@page.get("/demarches/<slug>/aide", permission=PUBLIC)
def entry_help(slug: str) -> str:
    """« Aide à la saisie », in its own tab."""
    definition = town_book().offered(slug).definition
    return render_template("procedures/help.html", slug=slug, definition=definition)


def _member(definition: Procedure, draft: DraftView | None) -> Control | None:
    """The choice of the person for whom the request is made, where the procedure offers one to account holders."""
    person = current_person()
    if definition.about == "applicant" or person is None or person.kind != "citizen":
        return None
    chosen = (draft and draft.member) or {}
    wanted = request.args.get("membre") or request.form.get("member") or chosen.get("id") or ""
    removed = bool(draft and draft.member_removed)
    unready = draft.unready.get(Step.PROCEDURE, {}) if draft and removed else {}
    wrong = unready or {"member": "Choisissez le membre de votre famille pour qui vous faites la demande."}
    errors = wrong if "verifier" in request.args else {}
    return member_control(definition, clients().send(ReadProfile()).family_members, wanted, errors, anew=removed)


def _described(definition: Procedure, described: Typed, errors: dict[str, str]) -> list[Control]:
    """At the counter: who the request is made for, where it may be another person than who asks."""
    if not at_counter() or definition.about == "applicant":
        return []
    return somebody_controls(definition, described, errors)


def _may_file(definition: Procedure) -> bool:
    """Account holders file everything; an agent files for a person whose identity is checked at the counter."""
    return definition.access == "public" or current_person() is not None
