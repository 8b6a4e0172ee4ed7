"""The steps after La démarche: what is typed is kept at each of them, right or wrong, and going back loses nothing."""

from typing import Any

from flask import abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.clients import Json
from gateway.conversation import clients
from gateway.dates import local
from gateway.errors import status_of
from gateway.identity import NotLoggedIn, current_identity, current_person
from gateway.pages import Pages, command_id, follow, new_id, see_other, steps
from gateway.pages.calendar_view import NO_SLOT, week_view
from gateway.pages.common import now
from gateway.pages.controls import Control, error_list, request_controls, told
from gateway.pages.files import hand_in, hand_in_all, largest_form
from gateway.pages.person import applicant_sections
from gateway.pages.reading import name_of, summary_sections
from gateway.pages.saving import standing
from gateway.permissions import FOLLOWER, PUBLIC
from gateway.rate_limits import READ, UPLOAD, WRITE
from gateway.town import town_book
from gateway.uploads import largest_file
from services.chassis.errors import Conflict, Invalid, Refusal
from services.chassis.missing import missing

page = Pages("draft", __name__)

# What the validation refuses though every answer is right: a full quota, a slot that somebody else took.
NOT_VALIDATED = "Votre demande n’est pas validée ; vos réponses sont gardées"
ABOUT_THE_SLOT = frozenset({"slot_taken", "slot_not_offered"})
# The parts of a refused submission, by the step on which each is mended.
STEP_OF = {"answers": "request", "documents": "request"}


class OutdatedPage(Conflict):
    code = "outdated_page"
    message = (
        "Cette page n’est plus à jour : votre saisie continue ailleurs, ou la démarche a changé. "
        "Les étapes enregistrées sont gardées."
    )


@page.get("/demarches/<slug>/etape/<etape>", permission=PUBLIC, limit=READ)
def step(slug: str, etape: str) -> AnyResponse | str:
    """One step with what was typed; `?verifier` shows what is wrong with it."""
    name = steps.STEP.get(etape) or abort(404)
    draft = standing(slug)["draft"] if name != "procedure" else None
    if draft is None:
        return see_other(steps.path(slug, "procedure"))
    return _show(slug, name, draft, check="verifier" in request.args)


def keep_again(slug: str, etape: str) -> AnyResponse:
    """What was typed before a log-in is kept, and its step shown."""
    name = steps.STEP.get(etape) or abort(404)
    if name in steps.TYPED:
        draft = _same_draft(slug)
        data = steps.typed(request.form, town_book().definition(slug, draft["version"]))
        clients().requests.save_step(draft["id"], name, data, command_id=command_id())
    return see_other(steps.path(slug, name))


@page.post("/demarches/<slug>/etape/<etape>", permission=PUBLIC, limit=WRITE, max_bytes=largest_form, reopen=keep_again)
def keep(slug: str, etape: str) -> AnyResponse | str | tuple[str, int]:
    """Keeps what was typed, then goes where the button leads."""
    name = steps.STEP.get(etape) or abort(404)
    _still_logged_in()
    if name == "summary":
        return _submit(slug, clients().requests.draft_for(slug)["draft"])
    draft = _same_draft(slug, of_any_version=name in steps.TYPED)
    action, _, subject = request.form.get("action", "").partition(":")
    if name == "appointment":
        return _keep_slot(slug, draft, action)
    definition = town_book().definition(slug, draft["version"])
    data = steps.typed(request.form, definition)
    if _is_older(draft):
        data = steps.still_asked(data, definition, name)
        clients().requests.save_step(draft["id"], name, data, command_id=command_id())
        return see_other(f"{steps.path(slug, name)}?{steps.CHANGED}=1")
    draft = clients().requests.save_step(draft["id"], name, data, command_id=command_id())
    if wrong := hand_in_all(draft["grant"], request.files):
        return _show(slug, name, draft, check=False, wrong=wrong), 422
    return see_other(_after(slug, definition, draft, name, action, subject))


def _after(slug: str, definition: Json, draft: Json, name: str, action: str, subject: str) -> str:
    here = steps.path(slug, name)
    match action:
        case "piece":
            return f"{here}#piece-{subject}"
        case "retirer":
            clients().documents.remove_file(draft["grant"], subject, command_id=new_id())
            return f"{here}#pieces"
        case "actualiser":
            return f"{here}#formulaire"
        case "plus-tard":
            return f"{steps.path(slug, 'procedure')}?brouillon=garde"
        case _:
            pass
    if draft["errors"].get(name) or draft["stopped"]:
        return f"{here}?verifier=1#erreurs"
    return steps.path(slug, steps.following(definition, name))


def _keep_slot(slug: str, draft: Json, action: str) -> AnyResponse | tuple[str, int]:
    definition = town_book().definition(slug, draft["version"])
    onward = steps.path(slug, steps.following(definition, "appointment"))
    start = request.form.get("creneau")
    if action == "passer":
        if draft["slot"]:
            clients().requests.release_slot(draft["id"], command_id=command_id())
        clients().requests.save_step(draft["id"], "appointment", {}, command_id=new_id())
        return see_other(onward)
    held = draft["slot"] and not draft["slot"]["expired"]
    if not start:
        if held:
            return see_other(onward)
        return _show(slug, "appointment", draft, problem=NO_SLOT), 422
    try:
        clients().requests.hold_slot(draft["id"], start, command_id=command_id())
    except (Conflict, Invalid) as refusal:
        return _show(slug, "appointment", draft, problem=refusal.message), status_of(refusal)
    if action == "voir":
        return see_other(f"{steps.path(slug, 'appointment')}?semaine={request.form.get('semaine', '')}#choix")
    return see_other(onward)


def _submit(slug: str, draft: Json | None) -> AnyResponse | tuple[str, int]:
    """« Valider ma demande ». The draft's id is the request's: the same form sent twice is one request."""
    draft_id, version = request.form.get("draft_id", ""), request.form.get("version", "")
    if draft is not None and (draft["id"] != draft_id or str(draft["version"]) != version):
        raise OutdatedPage(details={"address": steps.path(slug, "summary")})
    manifest = _manifest(draft) if draft else None
    try:
        receipt = clients().requests.submit_draft(
            draft_id, int(version) if version.isdecimal() else 0, manifest=manifest, command_id=new_id()
        )
    except (Conflict, Invalid) as refusal:
        fresh = clients().requests.draft_for(slug)["draft"]
        if fresh is None:
            raise
        return _show(slug, "summary", fresh, refusal=refusal), status_of(refusal)
    response = see_other(f"/demarches/{slug}/prise-en-compte/{receipt['number']}")
    if current_person() is None:
        current_identity().keep_tracking(response, receipt["tracking_token"])  # pyright: ignore[reportArgumentType]
    return response


def _manifest(draft: Json) -> str:
    """What is handed in: the pieces that the answers call for, not those of a question since hidden."""
    asked = [*draft["shown_documents"], *draft["shown_fields"]]
    return clients().documents.freeze(draft["grant"], pieces=asked, command_id=new_id())["manifest"]


@page.get("/demarches/<slug>/prise-en-compte/<numero>", permission=FOLLOWER)
def registered(slug: str, numero: str) -> str:
    """« Votre demande est prise en compte »: the number, what comes next and by when."""
    view = clients().requests.tracking(numero)
    told = {"aimed_on": follow.aimed_on(view, now()), "legal": town_book().town()["legal"]}
    return render_template("procedures/registered.html", slug=slug, view=view, **told)


@page.post("/demarches/<slug>/pieces", permission=PUBLIC, limit=UPLOAD, max_bytes=largest_form)
def add_file(slug: str) -> AnyResponse | tuple[str, int]:
    """One file sent by a script; answers with its line, or with one sentence."""
    try:
        draft = _same_draft(slug)
        upload = request.files.get("fichier") or abort(400)
        file = hand_in(draft["grant"], request.form.get("piece", ""), upload)
    except Refusal as refusal:
        return refusal.message, status_of(refusal)
    return render_template("components/_file.html", file=file), 201


@page.post("/demarches/<slug>/pieces/<file_id>/retirer", permission=PUBLIC, limit=WRITE)
def remove_file(slug: str, file_id: str) -> tuple[str, int]:
    draft = _same_draft(slug)
    clients().documents.remove_file(draft["grant"], file_id, command_id=command_id())
    return "", 204


def _still_logged_in() -> None:
    """A form that was filled in an account is no visitor's: its session has ended meanwhile."""
    if "compte" in request.form and current_person() is None:
        raise NotLoggedIn


def _same_draft(slug: str, *, of_any_version: bool = False) -> Json:
    """The draft that the form was made for; a form of another draft, or of an older version, is outdated."""
    draft = clients().requests.draft_for(slug)["draft"]
    if draft is None or draft["id"] != request.form.get("draft_id"):
        raise OutdatedPage(details={"address": steps.path(slug, "procedure")})
    if _is_older(draft) and not of_any_version:
        raise OutdatedPage(details={"address": steps.path(slug, "procedure")})
    return draft


def _is_older(draft: Json) -> bool:
    """Whether the form was made before the town published the procedure anew."""
    return str(draft["version"]) != request.form.get("version")


def _show(
    slug: str,
    name: str,
    draft: Json,
    *,
    check: bool = False,
    wrong: dict[str, str] | None = None,
    problem: str = "",
    refusal: Refusal | None = None,
) -> str:
    definition = town_book().definition(slug, draft["version"])
    if name not in definition["steps"]:
        abort(404)
    common: dict[str, Any] = {
        "slug": slug,
        "step": name,
        "definition": definition,
        "draft": draft,
        "line": steps.line(definition, draft, slug),
        "back": steps.path(slug, steps.preceding(definition, name)),
        "department": definition.get("department_details") or {},
        "beneficiary": name_of(draft["member"]) if draft["member"] else "",
    }
    match name:
        case "appointment":
            return render_template("procedures/appointment.html", **common, **_week(definition, draft), problem=problem)
        case "applicant":
            errors = draft["unready"].get("applicant", {}) if check else {}
            return render_template("procedures/applicant.html", **common, **_applicant(definition, draft, errors))
        case "request":
            given = _given(draft)
            errors = _unready(definition, draft, given).get("request", {}) if check else {}
            parts = _request(definition, draft, errors | (wrong or {}), given)
            return render_template("procedures/request.html", **common, **parts, checked=check)
        case _:
            return render_template("procedures/summary.html", **common, **_summary(definition, draft, slug, refusal))


def _week(definition: Json, draft: Json) -> Json:
    start = draft["slot"]["start"] if draft["slot"] and not draft["slot"]["expired"] else None
    week = (
        request.args.get("semaine")
        or request.form.get("semaine")
        or (local(start).strftime("%G-W%V") if start else None)
    )
    found = clients().requests.slots(definition["appointment"]["agenda"], week=week, draft_id=draft["id"])
    return {"week": week_view(found, chosen=start), "agenda": found["agenda"], "held": draft["slot"] if start else None}


def _applicant(definition: Json, draft: Json, errors: dict[str, str]) -> Json:
    sections = applicant_sections(definition, steps.nested(draft["applicant"]), errors)
    controls: list[Control] = [item for _, items in sections for item in items]
    return {"sections": sections, "errors": error_list(controls, errors)}


def _request(definition: Json, draft: Json, errors: dict[str, str], given: list[Json]) -> Json:
    today = local(now()).date()
    answers = steps.nested(draft["answers"])
    controls = request_controls(definition, answers, errors, draft["shown_fields"], today)
    pieces = steps.pieces(definition, draft["shown_fields"], draft["shown_documents"], given, errors, largest_file())
    uploads = [(f"#piece-{item['slug']}", told(item["label"], item["error"])) for item in pieces if item["error"]]
    names = {item["slug"] for item in pieces}
    rest = {name: message for name, message in errors.items() if name not in names}
    return {"controls": controls, "pieces": pieces, "errors": error_list(controls, rest) + uploads}


def _given(draft: Json) -> list[Json]:
    return clients().documents.draft_documents(draft["grant"])["documents"]


def _summary(definition: Json, draft: Json, slug: str, refusal: Refusal | None) -> Json:
    """What was typed, and what is still to mend before it can be validated; or why it was refused all the same."""
    given = _given(draft)
    errors = _by_step(refusal.fields) if refusal and refusal.fields else _unready(definition, draft, given)
    listed = _to_mend(definition, draft, errors, given, slug)
    refused = ""
    if refusal and not listed:
        listed = [(steps.path(slug, "appointment") if refusal.code in ABOUT_THE_SLOT else "", refusal.message)]
        refused = NOT_VALIDATED
    return {
        "sections": summary_sections(definition, draft, given, slug),
        "errors": listed,
        "refused": refused,
        "ready": not errors,
    }


def _by_step(fields: dict[str, str]) -> dict[str, dict[str, str]]:
    """`answers.place` as `{"request": {"place": …}}`."""
    errors: dict[str, dict[str, str]] = {}
    for path, message in fields.items():
        part, _, name = path.partition(".")
        errors.setdefault(STEP_OF.get(part, part), {})[name] = message
    return errors


def _unready(definition: Json, draft: Json, given: list[Json]) -> dict[str, dict[str, str]]:
    """By step, what a submission would refuse; the pieces are those of « Ma demande »."""
    pieces = steps.pieces(definition, draft["shown_fields"], draft["shown_documents"], given, {}, 0)
    lacking = {
        item["slug"]: missing("piece", item["label"])
        for item in pieces
        if item["shown"] and item["required"] and not item["files"]
    }
    request_errors = {**draft["unready"].get("request", {}), **lacking}
    return draft["unready"] | ({"request": request_errors} if request_errors else {})


def _to_mend(
    definition: Json, draft: Json, errors: dict[str, dict[str, str]], given: list[Json], slug: str
) -> list[tuple[str, str]]:
    """Each of these errors named, and linked to its place on its step, in the order of the steps."""
    named = {
        "applicant": _applicant(definition, draft, errors.get("applicant", {}))["errors"],
        "request": _request(definition, draft, errors.get("request", {}), given)["errors"],
    }
    return [
        (f"{steps.path(slug, step)}?verifier=1{target}", message)
        for step in definition["steps"]
        for target, message in named.get(step) or [("", text) for text in errors.get(step, {}).values()]
    ]
