"""« Je crée mon espace »: the four sections, the security code by eye or by ear, the activation."""

import base64
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Response, make_response, render_template, request

from gateway.conversation import clients
from gateway.errors import answer
from gateway.http.rate_limits import CAPTCHA, LINK_AGAIN, LOG_IN, READ, SIGN_UP, SPOKEN_CODE
from gateway.pages.account import partner_sign_up, pending_space, sealed_form
from gateway.pages.account.landing import NOT_GIVEN_BACK, kept_onward, landing, welcome
from gateway.pages.account.profile import NO_ORGANISATION, OWN_ORGANISATION, given_organisation
from gateway.pages.components import birth_dates
from gateway.pages.components.controls import Control, Typed, error_list
from gateway.pages.components.person import (
    ADDRESS,
    CREDENTIALS,
    DIFFERENT,
    OWN_CONTACT,
    OWN_IDENTITY,
    PASSWORD,
    PASSWORDS,
    control_of,
    filled,
)
from gateway.pages.components.security_code import FIELD as CODE, another_wanted, answered_code, in_error_list, new_code
from gateway.pages.procedures.steps import FRAME_FIELDS
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, command_id, see_other, send_command
from gateway.sessions.devices import device_of
from gateway.sessions.identity import current_identity, current_person
from gateway.town import town_book
from services.accounts.schemas import sign_up as calls
from services.chassis.dotted_names import nested
from services.chassis.errors import Conflict, Invalid, Refusal, TooMany
from services.townhall.person import PHONES
from services.townhall.untyped import parts

page = Pages("sign_up", __name__)
FORM = "sign-up"
NOT_SHOWN_AGAIN = FRAME_FIELDS | {"password", "password_again", sealed_form.FIELD}
ACTIVATING = replace(PASSWORD, name="mot-de-passe", help="Celui que vous avez choisi en créant cet espace.")
KEPT = (
    f"Il est gardé {sealed_form.MINUTES} minutes, le temps de corriger le reste. Laissez vide pour ne pas le changer."
)
KEPT_PASSWORDS = (
    replace(PASSWORDS[0], required=False, help=KEPT),
    replace(PASSWORDS[1], label="Le même, si vous le changez", required=False),
)
ELSEWHERE = "partner_spaces"
"""The note of the fold that says how identifiers of other sites are kept, and taken out again."""


@page.get("/creer-mon-espace", permission=PUBLIC, limit=CAPTCHA)
def form() -> Answer:
    """A person who is logged in has a space already, and is led to its first page."""
    if "fait" in request.args:
        return pending_space.shown()
    person = current_person()
    return _form({}, {}) if person is None else see_other(landing(person.actor))


@page.post("/creer-mon-espace", permission=PUBLIC, limit=SIGN_UP)
def create() -> Answer:
    """Makes the space; a refusal keeps what was typed, a solved code and a password that can be chosen (sealed_form.py)."""
    given = {name: value for name, value in request.form.items() if name not in NOT_SHOWN_AGAIN}
    typed = {**given, **birth_dates.whole(given)}
    held = sealed_form.opened(FORM)
    password, solved = request.form.get("password", ""), held.get("solved", "")
    again = request.form.get("password_again", "")
    if not password and not again:
        password = again = held.get("password", "")
    if another_wanted():
        return _form(typed, {}, password=password if password == again else "")
    errors: dict[str, str] = {}
    code_refused: Refusal | None = None
    if not solved and request.form.get(CODE):
        try:
            asked = calls.SolveCaptcha(captcha=answered_code(), address_seen=clients().address())
            solved = clients().send(asked, command_id=_once("security code")).token
        except (Invalid, TooMany) as refusal:
            code_refused = refusal
            errors[CODE] = refusal.fields.get("captcha.answer") or refusal.message
    if not password and not again and "password" not in request.form:  # the form was given back without it
        errors["password"] = NOT_GIVEN_BACK
    elif password != again:
        errors["password_again"] = DIFFERENT
    elsewhere = partner_sign_up.given(request.form)
    errors |= partner_sign_up.wrong(elsewhere)
    if set(errors) - {CODE}:
        return _form(typed, errors, solved=solved), HTTPStatus.UNPROCESSABLE_ENTITY
    described = nested(typed)
    try:
        wanted = calls.CreateAccount(
            identity={one.name: described.get(one.name, "") for one in OWN_IDENTITY},
            address=dict(parts(described.get("address"))),
            contact={name: described.get(name, "") for name in ("email", *PHONES)},
            preferred_contact=str(described.get("preferred_contact", "")),
            organisation=given_organisation(described),
            credentials=calls.NewCredentials(username=typed.get("username", ""), password=password),
            solved=solved,
            continue_to=kept_onward(),
            address_seen=clients().address(),
        )
        made = send_command(wanted)
    except (Invalid, Conflict, TooMany) as refusal:
        found = _by_control(refusal.fields) or {"": refusal.message}
        errors = {**found, **errors}
        keep = "" if "password" in errors else password
        shown = _form(typed, errors, password=keep, solved="" if CODE in errors else solved)
        return answer(shown, code_refused or refusal)
    whole = partner_sign_up.keep(made.pending, elsewhere, _once)
    done = pending_space.DONE + ("" if whole else "&espaces=non")
    return pending_space.remember(see_other(done), typed.get("email", "").strip(), made.pending)


def _once(purpose: str) -> uuid.UUID:
    """The id of another command of the same form: sent twice, it is one."""
    return uuid.uuid5(command_id(), purpose)


@page.get("/code-de-securite/<captcha_id>.wav", permission=PUBLIC, limit=SPOKEN_CODE)
def spoken_code(captcha_id: str) -> Response:
    """The same code, said aloud in French."""
    sound = clients().send(calls.SpeakCode(id=captcha_id)).audio
    response = Response(base64.b64decode(sound), content_type="audio/wav")
    response.headers["Cache-Control"] = "no-store"
    return response


@page.get("/activation", permission=PUBLIC)
def new_link() -> str:
    """« Recevoir un nouveau lien d’activation »; right after an activation, that it is done."""
    if "faite" in request.args and current_person() is not None:
        return render_template("account/activated.html")
    return render_template("account/new_link.html", sent="envoye" in request.args, errors=[])


@page.post("/activation", permission=PUBLIC, limit=LINK_AGAIN)
def send_new_link() -> Answer:
    """The link again, by e-mail; the answer is the same whether a space waits for it or not."""
    email = request.form.get("courriel", "").strip()
    if "@" not in email:
        errors = [("#courriel", "Indiquez l’adresse de courriel donnée en créant votre espace.")]
        return render_template("account/new_link.html", sent=False, email=email, errors=errors), 422
    send_command(calls.SendActivation(email=email, address_seen=clients().address()))
    return see_other("/activation?envoye=1")


@page.get("/activation/<token>", permission=PUBLIC, limit=READ, capability=True)
def activation(token: str) -> str:
    """Asks for the password: a mail reader that follows links uses nothing up. A link that opens nothing says why."""
    return _activation(token, {})


@page.post("/activation/<token>", permission=PUBLIC, limit=LOG_IN, capability=True)
def activate(token: str) -> Answer:
    """The space is open and its holder logged in, and goes on where the sign-up began. Sent again, it gets the same answer."""
    if ACTIVATING.name not in request.form:  # the form was given back without it
        return make_response(_activation(token, {ACTIVATING.name: NOT_GIVEN_BACK}), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        asked = calls.Activate(
            token=token,
            password=request.form[ACTIVATING.name],
            presented=current_identity().session_token() or "",
            device=device_of(request.user_agent.string),
        )
        activated = send_command(asked)
    except (Invalid, TooMany) as refusal:
        return answer(_activation(token, {ACTIVATING.name: refusal.fields.get("password") or refusal.message}), refusal)
    return pending_space.forget(welcome(activated.session, activated.continue_to or "/activation?faite=1"))


def _activation(token: str, errors: dict[str, str]) -> str:
    controls = filled((ACTIVATING,), {}, errors)
    return render_template(
        "account/activation.html",
        token=token,
        username=clients().send(calls.OpenActivation(token=token)).username,
        control=controls[0],
        errors=error_list(controls, errors),
    )


@dataclass(frozen=True)
class Fold:
    """What only some people answer, under its summary."""

    summary: str
    controls: list[Control]
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Whether one of them was answered, or is to be corrected."""
        return any(item.error or item.wrong_parts or item.value not in ("", NO_ORGANISATION) for item in self.controls)


@dataclass(kw_only=True)
class Section:
    """A part of the form, with the groups of it that are folded."""

    id: str
    title: str
    controls: list[Control]
    folded: tuple[Fold, ...] = ()

    @property
    def all(self) -> list[Control]:
        return [*self.controls, *(item for fold in self.folded for item in fold.controls)]

    @property
    def is_wrong(self) -> bool:
        """Whether something in it is to be corrected."""
        return any(item.error or item.wrong_parts for item in self.all)


def _form(typed: dict[str, str], errors: dict[str, str], *, password: str = "", solved: str = "") -> str:
    """`password`, `solved`: kept with the form, sealed."""
    sections = _sections(nested(typed), errors, kept=bool(password))
    if elsewhere := partner_sign_up.controls(typed, errors):
        sections[-1].folded = (Fold("Indiquer mes identifiants d’autres espaces (facultatif)", elsewhere, ELSEWHERE),)
    controls = [item for section in sections for item in section.all]
    listed = error_list(controls, {name: text for name, text in errors.items() if name != CODE})
    code_error, town = errors.get(CODE, ""), town_book().town()
    return render_template(
        "account/sign_up.html",
        sections=sections,
        errors=listed + in_error_list(code_error),
        captcha=None if solved else new_code(),
        captcha_error=code_error,
        sealed_field=sealed_form.FIELD,
        sealed=sealed_form.sealed(FORM, {"password": password, "solved": solved}),
        back=kept_onward(),
        legal=town.legal,
        settings=town.portal_settings,
    )


def _sections(values: Typed, errors: dict[str, str], *, kept: bool) -> list[Section]:
    def with_names(controls: Iterable[Control], names: Collection[str]) -> list[Control]:
        return [item for item in controls if item.name in names]

    identity, contact = filled(OWN_IDENTITY, values, errors), filled(OWN_CONTACT, values, errors)
    more = ("civility", "usage_name", "birth_place")
    return [
        Section(
            id="identite",
            title="Identité",
            controls=[item for item in identity if item.name not in more],
            folded=(
                Fold("Ajouter une civilité, un nom d’usage, une commune de naissance", with_names(identity, more)),
                Fold(
                    "Je fais aussi des démarches pour une association ou une entreprise",
                    filled(OWN_ORGANISATION, values, errors),
                ),
            ),
        ),
        Section(id="adresse", title="Adresse", controls=filled([ADDRESS], values, errors)),
        Section(
            id="contact",
            title="Moyens de contact",
            controls=with_names(contact, ("email", "preferred_contact")),
            folded=(Fold("Ajouter des numéros de téléphone", with_names(contact, PHONES)),),
        ),
        Section(
            id="authentification",
            title="Authentification",
            controls=filled((CREDENTIALS[0], *(KEPT_PASSWORDS if kept else PASSWORDS)), values, errors),
        ),
    ]


def _by_control(fields: dict[str, str]) -> dict[str, str]:
    return {CODE if name.startswith("captcha.") else control_of(name): message for name, message in fields.items()}
