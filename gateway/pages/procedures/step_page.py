"""The page of one step: what its template is given, whatever led to it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import assert_never
from uuid import UUID

from flask import abort, render_template, request

from gateway.conversation import clients
from gateway.dates import local
from gateway.files.uploads import limits
from gateway.http.security import may_locate
from gateway.pages.components import edit_conflicts, uploader
from gateway.pages.components.calendar_view import slot_named, week_asked, week_view
from gateway.pages.components.controls import Control, error_list, error_sentence, request_controls
from gateway.pages.components.member_words import details_in_words
from gateway.pages.components.person import NO_ERRORS, applicant_sections
from gateway.pages.components.reader import at_counter
from gateway.pages.components.security_code import brought_code, in_error_list, new_code
from gateway.pages.components.simple_version import simple_version
from gateway.pages.components.words import of_person
from gateway.pages.procedures import steps
from gateway.pages.procedures.card import Card, card
from gateway.pages.procedures.summary import summary_sections
from gateway.routes import new_id, now
from gateway.town import town_book
from services.chassis.dotted_names import nested
from services.chassis.errors import Refusal, Unavailable
from services.documents.schemas.pieces import Document, ListDraftDocuments
from services.procedures.schemas.definitions.procedures import Procedure, Step
from services.requests.schemas.appointments import ListSlots
from services.requests.schemas.drafts import DraftView
from services.requests.schemas.filing import STEP_OF
from services.requests.schemas.profile import ReadProfileNews
from services.requests.schemas.refusals import IdentityNotChecked, SlotGone, SlotNotOffered
from services.townhall.missing import missing
from services.townhall.names import full_name
from services.townhall.security_code import FIELD as SECURITY_CODE

# What the validation refuses though every answer is right: a full quota, a slot that another person took.
NOT_VALIDATED = "Votre demande n’est pas validée ; vos réponses sont gardées"
NOT_VALIDATED_FOR_SOMEBODY = "La demande n’est pas validée ; les réponses sont gardées"


def show(
    slug: str,
    name: Step,
    draft: DraftView,
    *,
    check: bool = False,
    wrong: dict[str, str] | None = None,
    problem: str = "",
    refusal: Refusal | None = None,
    elsewhere: DraftView | None = None,
    no_longer_asked: str = "",
    code_wanted: bool = False,
) -> str:
    """The step with what the draft holds, and its neighbour where both are short: `check` says what is wrong with it,
    `elsewhere` is what another page wrote, `no_longer_asked` what was typed for questions that the procedure has
    dropped meanwhile, `code_wanted` that the summary's form shows a security code."""
    definition = definition_of(slug, name, draft)
    shared = name in steps.TYPED and _shared(definition, draft, conflict=elsewhere is not None)
    here = (Step.APPLICANT, Step.REQUEST) if shared else (name,)
    name = here[-1]
    given = _given(draft) if name in (Step.REQUEST, Step.SUMMARY) else None
    common: dict[str, object] = {
        "slug": slug,
        "step": name,
        "steps_here": here,
        "shared": shared,
        "definition": definition,
        "draft": draft,
        "line": line(definition, draft, slug, given),
        "back": steps.path(slug, steps.preceding(definition, here[0])),
        "department": definition.department_details,
        "beneficiary": full_name(draft.member) if draft.member else "",
        "page_id": new_id(),
        "no_longer_asked": no_longer_asked,
        "from_summary": steps.from_summary(request.values),
        "opened": steps.OPENED in request.values,
    }
    differing: list[Control] = []
    if elsewhere is not None:
        for step in here:
            mine, theirs = (_controls(definition, one, step) for one in (draft, elsewhere))
            differing += edit_conflicts.differing(mine, theirs)
        common["elsewhere"] = differing
    elif Step.APPLICANT in here or name is Step.SUMMARY:
        common["profile_news"] = _profile_news(definition, draft)
    who, wrong_of_who = dict[str, object](), list[tuple[str, str]]()
    if Step.APPLICANT in here:
        errors = draft.unready.get(Step.APPLICANT, {}) if check else {}
        who, wrong_of_who = _applicant(definition, draft, errors, differing)
    match name:
        case Step.APPOINTMENT:
            return render_template("procedures/appointment.html", **common, **_week(definition, draft), problem=problem)
        case Step.APPLICANT:
            return render_template("procedures/applicant.html", **common, **who, errors=wrong_of_who)
        case Step.REQUEST:
            given = given or []
            errors = _unready(definition, draft, given).get(Step.REQUEST, {}) if check else {}
            controls, pieces, listed = _request(definition, draft, errors | (wrong or {}), given)
            controls = edit_conflicts.marked(controls, differing)
            if any(one.map for one in controls):
                may_locate()
            return render_template(
                "procedures/request.html",
                **common,
                **who,
                controls=controls,
                folded=_answered_first(definition, controls),
                pieces=pieces,
                errors=wrong_of_who + listed,
                checked=check,
            )
        case Step.SUMMARY | Step.PROCEDURE:  # « La démarche » has no form here
            return render_template(
                "procedures/summary.html",
                **common,
                **_summary(definition, draft, given or [], slug, refusal),
                **_code(refusal, wanted=code_wanted),
            )
        case _:
            assert_never(name)


def definition_of(slug: str, name: Step, draft: DraftView) -> Procedure:
    """The procedure as the draft is checked against it; not found where it has no such step."""
    definition = town_book().definition(slug, draft.version)
    return definition if name in definition.steps else abort(404)


def _week(definition: Procedure, draft: DraftView) -> dict[str, object]:
    start = draft.slot.start if draft.slot and not draft.slot.expired else None
    chosen = start or slot_named(request.args)
    week = week_asked(request.values, chosen)
    found = clients().send(ListSlots(agenda=definition.appointment.agenda or "", week=week, draft_id=draft.id))
    shown = week_view(found, chosen=chosen, day=request.values.get("jour"), first=week is None)
    return {"week": shown, "agenda": found.agenda, "held": draft.slot if start else None}


def _controls(
    definition: Procedure, draft: DraftView, name: Step, errors: Mapping[str, str] = NO_ERRORS
) -> list[Control]:
    """The questions of a step, answered as in that draft."""
    if name is Step.APPLICANT:
        sections = applicant_sections(definition, nested(draft.applicant), errors, at_counter=at_counter())
        return [item for _, items in sections for item in items]
    answers = nested(draft.answers)
    return request_controls(definition, answers, {}, draft.shown_fields, local(now()).date())


def _profile_news(definition: Procedure, draft: DraftView) -> list[tuple[str, list[dict[str, str]]]]:
    """What the owner's profile says otherwise by now: of the owner (""), then of the member by name; empty if it is not known."""
    if not draft.from_profile:
        return []
    try:
        changes = clients().send(ReadProfileNews(draft_id=UUID(draft.id)), brief=True)
    except Refusal:
        return []
    changed = changes.applicant
    controls = _controls(definition, replace(draft, applicant=nested(draft.applicant) | changed), Step.APPLICANT)
    own = [
        {"label": item.label, "value": edit_conflicts.in_words(item) or edit_conflicts.NO_ANSWER}
        for item in controls
        if item.name.partition(".")[0] in changed
    ]
    theirs = details_in_words(changes.member)
    return [(whom, lines) for whom, lines in (("", own), (of_person(full_name(draft.member or {})), theirs)) if lines]


def _applicant(
    definition: Procedure, draft: DraftView, errors: dict[str, str], differing: Sequence[Control] = ()
) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """What the template is given of « Mes informations », and what the error summary lists of it."""
    found = applicant_sections(definition, nested(draft.applicant), errors, at_counter=at_counter())
    sections = [(title, edit_conflicts.marked(items, differing)) for title, items in found]
    controls: list[Control] = [item for _, items in sections for item in items]
    shown: dict[str, object] = {
        "sections": sections,
        # of a change for a relative, the space says who asks
        "known_already": bool(definition.updates_profile and draft.member and draft.from_profile),
        "card": None if errors or any(item.elsewhere for item in controls) else _card(definition, draft),
    }
    return shown, error_list(controls, errors)


def _shared(definition: Procedure, draft: DraftView, *, conflict: bool) -> bool:
    """Whether « Mes informations » and « Ma demande » stand on one page; after a conflict, as the form had them. The
    « version simplifiée » has one thing a page."""
    if conflict:
        return steps.WITH_APPLICANT in request.form
    if at_counter() or simple_version() or steps.from_summary(request.values):
        return False
    of_applicant = () if _card(definition, draft) else _controls(definition, draft, Step.APPLICANT)
    return steps.share_a_page(definition, sum(not control.when for control in of_applicant))


def _card(definition: Procedure, draft: DraftView) -> Card | None:
    """Who asks, where the space knew it and nothing lacks; None where the fields are opened, also from the summary."""
    opened = steps.OPENED in request.values or steps.from_summary(request.values)
    if opened or at_counter() or not draft.from_profile or draft.unready.get(Step.APPLICANT):
        return None
    return card(_controls(definition, draft, Step.APPLICANT), nested(draft.applicant))


def _answered_first(definition: Procedure, controls: Sequence[Control]) -> dict[str, str]:
    """Of the questions that were asked before the draft was begun, those that need no look: each with its answer."""
    names = {field.name for field in definition.asked_first()}
    asked = [one for one in controls if one.name in names and not (one.error or one.elsewhere or one.stopped)]
    return {one.name: answer for one in asked if (answer := edit_conflicts.in_words(one))}


def _with_what_goes(definition: Procedure, draft: DraftView, controls: list[Control]) -> list[Control]:
    """The boxes that give up a value of the profile, with the value that they give up."""
    boxes: Mapping[str, str] = definition.updates_profile.clear if definition.updates_profile else {}
    return [_naming(one, draft.given_up.get(one.name, "")) if one.name in boxes else one for one in controls]


def _naming(control: Control, value: str) -> Control:
    if value:
        return replace(control, label=f"{control.label} ({value})")
    return replace(control, help="Aucun numéro n’est enregistré.")


def _request(
    definition: Procedure, draft: DraftView, errors: dict[str, str], given: Sequence[Document]
) -> tuple[list[Control], list[uploader.Piece], list[tuple[str, str]]]:
    """The questions, the pieces, and what the error summary lists."""
    today = local(now()).date()
    answers = nested(draft.answers)
    asked = request_controls(definition, answers, errors, draft.shown_fields, today)
    controls = _with_what_goes(definition, draft, asked)
    pieces = uploader.pieces(definition, draft.shown_fields, draft.shown_documents, given, errors, limits())
    uploads = [(f"#piece-{item.slug}", error_sentence(item.label, item.error)) for item in pieces if item.error]
    names = {item.slug for item in pieces}
    rest = {name: message for name, message in errors.items() if name not in names}
    return controls, pieces, error_list(controls, rest) + uploads


def _given(draft: DraftView) -> Sequence[Document]:
    return clients().send(ListDraftDocuments(grant=draft.grant)).documents


def line(
    definition: Procedure, draft: DraftView | None, slug: str, given: Sequence[Document] | None = None
) -> list[steps.StepLine]:
    """The list of steps; where all but pieces is answered, documents is asked which are missing."""
    answered = draft and any(step.slug is Step.REQUEST and step.state == "done" for step in draft.steps)
    if draft is None or not answered or not _lacking(definition, draft, []):
        return steps.line(definition, draft, slug, at_counter=at_counter())
    with suppress(Unavailable):
        given = _given(draft) if given is None else given
    pieces_lack = given is not None and bool(_lacking(definition, draft, given))
    return steps.line(definition, draft, slug, pieces_lack=pieces_lack, at_counter=at_counter())


def _summary(
    definition: Procedure, draft: DraftView, given: Sequence[Document], slug: str, refusal: Refusal | None
) -> dict[str, object]:
    """What was typed, and what is still to mend before it can be validated; or why it was refused all the same."""
    if refusal and SECURITY_CODE in refusal.fields:
        code_error = in_error_list(refusal.fields[SECURITY_CODE])
        return {**_summary(definition, draft, given, slug, None), "errors": code_error, "refused": NOT_VALIDATED}
    identity = refusal.message if isinstance(refusal, IdentityNotChecked) else ""
    named = refusal is not None and refusal.fields and not identity
    errors = _by_step(refusal.fields) if refusal and named else _unready(definition, draft, given)
    listed = _to_mend(definition, draft, errors, given, slug)
    refused = ""
    if identity and not listed:
        listed, refused = [("#identite", identity)], NOT_VALIDATED_FOR_SOMEBODY
    if refusal and not listed:
        about_the_slot = isinstance(refusal, SlotGone | SlotNotOffered)
        listed = [(steps.edit_path(slug, Step.APPOINTMENT) if about_the_slot else "", refusal.message)]
        refused = NOT_VALIDATED_FOR_SOMEBODY if at_counter() else NOT_VALIDATED
    return {
        "sections": summary_sections(definition, draft, given, slug, at_counter=at_counter()),
        "errors": listed,
        "refused": refused,
        "ready": not errors,
        "checks_identity": at_counter() and definition.access == "account",
        "identity_error": identity,
    }


def _code(refusal: Refusal | None, *, wanted: bool) -> dict[str, object]:
    """The security code that the form asks for, a new one each time; none where none was asked."""
    error = refusal.fields.get(SECURITY_CODE, "") if refusal else ""
    return {"code": new_code() if wanted or error or brought_code() else None, "code_error": error}


def _by_step(fields: dict[str, str]) -> dict[str, dict[str, str]]:
    """`answers.place` as `{"request": {"place": …}}`."""
    errors: dict[str, dict[str, str]] = {}
    for path, message in fields.items():
        part, _, name = path.partition(".")
        errors.setdefault(STEP_OF.get(part, part), {})[name] = message
    return errors


def _unready(definition: Procedure, draft: DraftView, given: Sequence[Document]) -> dict[str, dict[str, str]]:
    """By step, what a submission would refuse; the pieces are those of « Ma demande »."""
    request_errors = {**draft.unready.get(Step.REQUEST, {}), **_lacking(definition, draft, given)}
    return draft.unready | ({Step.REQUEST: request_errors} if request_errors else {})


def _lacking(definition: Procedure, draft: DraftView, given: Sequence[Document]) -> dict[str, str]:
    """What is said of each piece that these answers call for and that has no file."""
    pieces = uploader.pieces(definition, draft.shown_fields, draft.shown_documents, given, {}, limits())
    return {
        item.slug: missing("piece", item.label) for item in pieces if item.shown and item.required and not item.files
    }


def _to_mend(
    definition: Procedure, draft: DraftView, errors: dict[str, dict[str, str]], given: Sequence[Document], slug: str
) -> list[tuple[str, str]]:
    """Each of these errors named, and linked to its place on its step, in the order of the steps."""
    who, what = errors.get(Step.APPLICANT, {}), errors.get(Step.REQUEST, {})
    named = {
        Step.APPLICANT: error_list(_controls(definition, draft, Step.APPLICANT, who), who),
        Step.REQUEST: _request(definition, draft, what, given)[2],
    }
    return [
        (f"{steps.edit_path(slug, step)}&verifier=1{target}", message)
        for step in definition.steps
        for target, message in named.get(step) or [("", text) for text in errors.get(step, {}).values()]
    ]
