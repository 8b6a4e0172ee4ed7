"""« Mon profil »: what the town knows of the holder of a space, « Modifier mon espace », and what one logs in with."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import sentence_with_wait, status_of
from gateway.http.rate_limits import LOG_IN, READ, WRITE
from gateway.pages.account import space_changes
from gateway.pages.account.landing import NOT_GIVEN_BACK
from gateway.pages.components import birth_dates, edit_conflicts
from gateway.pages.components.controls import Control, Typed, error_list
from gateway.pages.components.person import (
    ADDRESS,
    CREDENTIALS,
    DIFFERENT,
    ORGANISATION,
    OWN_CONTACT,
    OWN_IDENTITY,
    PASSWORD,
    control_of,
    filled,
)
from gateway.pages.procedures.steps import FRAME_FIELDS
from gateway.permissions import CITIZEN
from gateway.routes import Answer, Pages, see_other, send_command
from gateway.sessions.identity import current_identity
from services.accounts.schemas import profile as calls
from services.accounts.schemas.refusals import ProfileWrittenElsewhere
from services.chassis.contracts import from_json
from services.chassis.dotted_names import nested
from services.chassis.errors import Conflict, Invalid, TooMany
from services.townhall.person import KINDS, ORGANISATIONS
from services.townhall.untyped import parts

page = Pages("profile", __name__)
SEEN, LONGEST_MARK = "vu", 64
NO_ORGANISATION = "aucun"
CONTACT = tuple(one for one in OWN_CONTACT if one.name != "email")
EMAIL = next(one for one in OWN_CONTACT if one.name == "email")
OWN_ORGANISATION = (
    Control(
        "organisation.kind",
        "Vous faites aussi des démarches pour",
        "radios",
        choices=((NO_ORGANISATION, "Aucun organisme"), *((name, KINDS[name]) for name in ORGANISATIONS)),
    ),
    *ORGANISATION[:-1],
    replace(ORGANISATION[-1], help="Pour une association : la lettre W suivie de neuf chiffres."),
)
CURRENT = replace(PASSWORD, name="mot-de-passe", label="Mot de passe actuel", help="Pour vérifier que c’est bien vous.")
NEW_PASSWORDS = (
    replace(
        CREDENTIALS[1],
        label="Nouveau mot de passe",
        required=False,
        help=f"Laissez vide pour garder le vôtre. {CREDENTIALS[1].help}",
    ),
    replace(CREDENTIALS[2], label="Nouveau mot de passe, une seconde fois", required=False),
)
OWN_CREDENTIALS = (
    CURRENT,
    CREDENTIALS[0],
    replace(
        EMAIL, help="Une nouvelle adresse sert seulement quand vous l’avez confirmée, par le lien que vous y recevez."
    ),
    *NEW_PASSWORDS,
)
BY_CONTROL = {"current_password": "mot-de-passe", "new_password": "password"}
NEW_AGAIN = "Saisissez de nouveau votre nouveau mot de passe : par sûreté, il n’est jamais gardé."
LEFT_EMPTY = {
    "mot-de-passe": "Indiquez votre mot de passe actuel.",
    "username": "Indiquez votre nom d’utilisateur.",
    "email": "Indiquez votre courriel.",
}


@page.get("/mon-espace", permission=CITIZEN, limit=READ)
def space() -> str:
    """« Modifier mon profil »: everything that is known, and where each part of it is changed."""
    known = clients().send(calls.ReadSpace())
    return render_template(
        "account/space.html",
        space=known,
        sections=[(title, _lines(controls)) for title, controls in _profile_sections(_values(known), {})],
        done=set(request.args.get("fait", "").split(",")),
        changes=space_changes.shown(known.changes),
    )


@page.get("/mon-espace/profil", permission=CITIZEN, limit=READ)
def profile() -> str:
    known = clients().send(calls.ReadSpace())
    return _profile_form(known, _values(known), {})


def profile_again() -> str:
    """What was typed before a log-in, to be sent once more."""
    return _profile_form(clients().send(calls.ReadSpace()), _typed(), {}, seen=request.form.get(SEEN, ""))


@page.post("/mon-espace/profil", permission=CITIZEN, limit=WRITE, reopen=profile_again)
def change_profile() -> Answer:
    """« Enregistrer »; a refusal keeps everything, and says what another page has written meanwhile."""
    typed = _typed()
    try:
        send_command(_wish(typed))
    except Invalid as refusal:
        errors = _by_control(refusal.fields) or {"": refusal.message}
        shown = _profile_form(clients().send(calls.ReadSpace()), typed, errors, seen=request.form.get(SEEN, ""))
        return shown, status_of(refusal)
    except ProfileWrittenElsewhere as refusal:
        return _profile_form(clients().send(calls.ReadSpace()), typed, {}, elsewhere=True), status_of(refusal)
    current_identity().forget_presented()  # the name in the header may be another now
    return see_other("/mon-espace?fait=profil")


@page.get("/mon-espace/identifiants", permission=CITIZEN, limit=READ)
def credentials() -> str:
    known = clients().send(calls.ReadSpace())
    return _credentials_form(known, {"username": known.username, "email": known.email}, {})


def credentials_again() -> str:
    return _credentials_form(clients().send(calls.ReadSpace()), _typed(), {})


@page.post("/mon-espace/identifiants", permission=CITIZEN, limit=LOG_IN, reopen=credentials_again)
def change_credentials() -> Answer:
    """All that the form changes, or nothing; a refusal keeps everything but the passwords."""
    typed = _typed()
    errors = _left_empty(typed)
    if errors:
        return _refused_credentials(typed, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    wish = calls.ChangeCredentials(
        current_password=request.form["mot-de-passe"],
        username=typed["username"],
        email=typed["email"],
        new_password=request.form.get("password", ""),
        presented=current_identity().session_token() or "",
    )
    try:
        done = send_command(wish)
    except (Invalid, Conflict, TooMany) as refusal:
        if refusal.fields or isinstance(refusal, TooMany):
            errors = _by_control(refusal.fields) or {"mot-de-passe": sentence_with_wait(refusal)}
            return _refused_credentials(typed, errors, status_of(refusal))
        raise
    current_identity().forget_presented()
    return see_other(f"/mon-espace?fait={','.join(_named(done)) or 'rien'}")


def _named(done: calls.CredentialsChange) -> list[str]:
    said = {"nom": done.username, "mot-de-passe": done.password, "courriel": done.email_asked}
    return [name for name, changed in said.items() if changed]


def _left_empty(typed: Mapping[str, str]) -> dict[str, str]:
    if "mot-de-passe" not in request.form:  # the form was given back without it
        return {"mot-de-passe": NOT_GIVEN_BACK}
    given = {**typed, "mot-de-passe": request.form["mot-de-passe"]}
    errors = {name: sentence for name, sentence in LEFT_EMPTY.items() if not given.get(name, "").strip()}
    if request.form.get("password", "") != request.form.get("password_again", ""):
        errors["password_again"] = DIFFERENT
    return errors


def _refused_credentials(typed: Mapping[str, str], errors: dict[str, str], status: int) -> tuple[str, int]:
    if request.form.get("password") and not {"password", "password_again"} & set(errors):
        errors = {**errors, "password": NEW_AGAIN}
    return _credentials_form(clients().send(calls.ReadSpace()), typed, errors), status


def _profile_form(
    known: calls.Space, values: Typed, errors: Mapping[str, str], *, seen: str = "", elsewhere: bool = False
) -> str:
    """`elsewhere`: what another page wrote stands beside each question that is answered otherwise here."""
    sections = _profile_sections(nested(values), errors)
    if elsewhere:
        there = [item for _, items in _profile_sections(_values(known), {}) for item in items]
        here = [item for _, items in sections for item in items]
        differing = edit_conflicts.differing(here, there)
        sections = [(title, edit_conflicts.marked(items, differing)) for title, items in sections]
    controls = [item for _, items in sections for item in items]
    return render_template(
        "account/profile.html",
        sections=sections[:-1],
        organisation=sections[-1],
        unfolded=any(item.error or item.elsewhere or item.value for item in sections[-1][1][1:]),
        email=known.email,
        errors=error_list(controls, errors),
        elsewhere=elsewhere,
        seen=seen or known.mark,
        seen_field=SEEN,
    )


def _credentials_form(known: calls.Space, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    controls = filled(OWN_CREDENTIALS, {name: typed.get(name, "") for name in ("username", "email")}, errors)
    return render_template(
        "account/credentials.html",
        controls=controls,
        errors=error_list(controls, errors),
        waiting=known.email_to_confirm,
    )


def _profile_sections(values: Typed, errors: Mapping[str, str]) -> list[tuple[str, list[Control]]]:
    return [
        ("Identité", filled(OWN_IDENTITY, values, errors)),
        ("Adresse", filled([ADDRESS], values, errors)),
        ("Moyens de contact", filled(CONTACT, values, errors)),
        ("Organisme", filled(OWN_ORGANISATION, values, errors)),
    ]


def _lines(controls: list[Control]) -> list[dict[str, str]]:
    """What was answered, in words, under the names of the questions."""
    answered = [(item.label, edit_conflicts.in_words(item)) for item in controls]
    return [{"label": label, "value": value} for label, value in answered if value]


def _values(known: calls.Space) -> dict[str, object]:
    """The profile as the form names it; a name in use that is the birth name was not given."""
    identity = known.identity
    if identity.usage_name == identity.birth_name:
        identity = replace(identity, usage_name="")
    return {
        **vars(identity),
        **vars(known.phones),
        "address": vars(known.address),
        "preferred_contact": known.preferred_contact,
        "organisation": vars(known.organisation) if known.organisation else {},
    }


def _typed() -> dict[str, str]:
    given = {name: value for name, value in request.form.items() if name not in FRAME_FIELDS}
    return {**given, **birth_dates.whole(given)}


def given_organisation(data: Typed) -> dict[str, object] | None:
    """What was typed of an organisation; None where none was chosen, or nothing was typed."""
    typed = dict(parts(data.get("organisation")))
    return typed if typed.get("kind") != NO_ORGANISATION and any(typed.values()) else None


def _wish(typed: Mapping[str, str]) -> calls.ChangeProfile:
    data = nested(typed)
    organisation = given_organisation(data)
    answers = {name: value for name, value in data.items() if isinstance(value, str)}
    return calls.ChangeProfile(
        identity=from_json(calls.Identity, answers),
        address=from_json(calls.Address, parts(data.get("address"))),
        phones=from_json(calls.Phones, answers),
        preferred_contact=answers.get("preferred_contact", ""),
        organisation=from_json(calls.Organisation, organisation) if organisation else None,
        seen=request.form.get(SEEN, "")[:LONGEST_MARK],
    )


def _by_control(fields: Mapping[str, str]) -> dict[str, str]:
    controls = {name: control_of(name) for name in fields}
    return {BY_CONTROL.get(controls[name], controls[name]): message for name, message in fields.items()}
