"""« Je crée mon espace »: the four sections, the security code by eye or by ear, the activation."""

import base64
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.clients import Json
from gateway.conversation import clients
from gateway.devices import device_of
from gateway.errors import answer, status_of
from gateway.identity import current_identity, current_person
from gateway.pages import Pages, command_id, see_other, steps
from gateway.pages.controls import Control, error_list
from gateway.pages.landing import NOT_GIVEN_BACK, kept_onward, landing, welcome
from gateway.pages.person import ADDRESS, CREDENTIALS, OWN_CONTACT, OWN_IDENTITY, filled
from gateway.pages.security_code import FIELD as CODE
from gateway.pages.security_code import another_wanted, answered_code, in_error_list, new_code
from gateway.permissions import PUBLIC
from gateway.rate_limits import CAPTCHA, LINK_AGAIN, LOG_IN, READ, SIGN_UP, SPOKEN_CODE
from gateway.town import town_book
from services.chassis.dotted import nested
from services.chassis.errors import Conflict, Invalid, TooMany

page = Pages("sign_up", __name__)
SECTIONS = ("identity", "contact", "credentials")
ACTIVATING = Control(
    name="mot-de-passe",
    label="Mot de passe",
    kind="password",
    required=True,
    autocomplete="current-password",
    help="Celui que vous avez choisi en créant cet espace.",
)
PROFILE = {
    "identity": ("civility", "given_names", "birth_name", "usage_name", "birth_date", "birth_place"),
    "contact": ("email", "mobile_phone", "home_phone", "work_phone"),
}


@page.get("/creer-mon-espace", permission=PUBLIC, limit=CAPTCHA)
def form() -> str | AnyResponse:
    """Whoever is logged in has a space already, and stands before its first page."""
    if "fait" in request.args:
        return render_template("account/created.html")
    person = current_person()
    return _form({}, {}) if person is None else see_other(landing(person.actor))


@page.post("/creer-mon-espace", permission=PUBLIC, limit=SIGN_UP)
def create() -> AnyResponse | str | tuple[str, int]:
    """Makes the space; a refusal keeps everything but the passwords and the code."""
    typed = {name: value for name, value in request.form.items() if name not in steps.FRAME_FIELDS}
    if another_wanted():
        return _form(typed, {})
    data = nested(typed)
    if "password" not in request.form:  # the form was given back without it
        return _form(typed, {"password": NOT_GIVEN_BACK}), HTTPStatus.UNPROCESSABLE_ENTITY
    if request.form.get("password", "") != request.form.get("password_again", ""):
        return _form(typed, {"password_again": "Les deux mots de passe diffèrent : saisissez-les de nouveau."}), 422
    try:
        clients().accounts.create_account(
            identity={name: data.get(name, "") for name in PROFILE["identity"]},
            address=data.get("address", {}),
            contact={name: data.get(name, "") for name in PROFILE["contact"]},
            preferred_contact=str(data.get("preferred_contact", "")),
            credentials={"username": data.get("username", ""), "password": data.get("password", "")},
            captcha=answered_code(),
            continue_to=kept_onward(),
            command_id=command_id(),
        )
    except (Invalid, Conflict, TooMany) as refusal:
        if isinstance(refusal, TooMany) and not refusal.fields:
            raise  # of no field: the error page gives the form back
        fields = _by_control(refusal.fields) or {_culprit(refusal.code): refusal.message}
        return _form(typed, fields), status_of(refusal)
    return see_other("/creer-mon-espace?fait=1")


@page.get("/code-de-securite/<captcha_id>.wav", permission=PUBLIC, limit=SPOKEN_CODE)
def spoken_code(captcha_id: str) -> Response:
    """The same code, said aloud in French."""
    sound = clients().accounts.captcha_audio(captcha_id)["audio"]
    response = Response(base64.b64decode(sound), content_type="audio/wav")
    response.headers["Cache-Control"] = "no-store"
    return response


@page.get("/activation", permission=PUBLIC)
def new_link() -> str:
    """« Recevoir un nouveau lien d’activation »; to whom has just activated a space, that it is done."""
    if "faite" in request.args and current_person() is not None:
        return render_template("account/activated.html")
    return render_template("account/new_link.html", sent="envoye" in request.args, errors=[])


@page.post("/activation", permission=PUBLIC, limit=LINK_AGAIN)
def send_new_link() -> AnyResponse | tuple[str, int]:
    """The link again, by e-mail; the answer never tells whether a space waits for it."""
    email = request.form.get("courriel", "").strip()
    if "@" not in email:
        errors = [("#courriel", "Indiquez l’adresse de courriel donnée en créant votre espace.")]
        return render_template("account/new_link.html", sent=False, email=email, errors=errors), 422
    clients().accounts.send_activation(email, command_id=command_id())
    return see_other("/activation?envoye=1")


@page.get("/activation/<token>", permission=PUBLIC, limit=READ, capability=True)
def activation(token: str) -> str:
    """Asks for the password: a mail reader that follows links uses nothing up. A link that opens nothing says why."""
    return _activation(token, {})


@page.post("/activation/<token>", permission=PUBLIC, limit=LOG_IN, capability=True)
def activate(token: str) -> AnyResponse:
    """The space is open and its holder logged in, and goes on where the sign-up began. Sent again, it gets the same answer."""
    if ACTIVATING.name not in request.form:  # the form was given back without it
        return make_response(_activation(token, {ACTIVATING.name: NOT_GIVEN_BACK}), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        activated = clients().accounts.activate(
            token,
            request.form[ACTIVATING.name],
            presented=current_identity().session_token() or "",
            command_id=command_id(),
            device=device_of(request.user_agent.string),
        )
    except (Invalid, TooMany) as refusal:
        return answer(_activation(token, {ACTIVATING.name: refusal.fields.get("password") or refusal.message}), refusal)
    return welcome(activated.session, activated.continue_to or "/activation?faite=1")


def _activation(token: str, errors: dict[str, str]) -> str:
    controls = filled((ACTIVATING,), {}, errors)
    return render_template(
        "account/activation.html",
        token=token,
        username=clients().accounts.activation(token)["username"],
        control=controls[0],
        errors=error_list(controls, errors),
    )


def _form(typed: Json, errors: dict[str, str]) -> str:
    values = nested(typed)
    sections = [
        ("identite", "Identité", filled(OWN_IDENTITY, values, errors)),
        ("adresse", "Adresse", filled([ADDRESS], values, errors)),
        ("contact", "Moyens de contact", filled(OWN_CONTACT, values, errors)),
        ("authentification", "Authentification", filled(CREDENTIALS, values, errors)),
    ]
    controls = [item for _, _, items in sections for item in items]
    listed = error_list(controls, {name: text for name, text in errors.items() if name != CODE})
    code_error = errors.get(CODE, "")
    return render_template(
        "account/sign_up.html",
        sections=sections,
        errors=listed + in_error_list(code_error),
        captcha=new_code(),
        back=kept_onward(),
        captcha_error=code_error,
        legal=town_book().town()["legal"],
    )


def _by_control(fields: dict[str, str]) -> dict[str, str]:
    """From the service's names to the form's: `identity.birth_name` is `birth_name`."""
    named: dict[str, str] = {}
    for name, message in fields.items():
        section, _, rest = name.partition(".")
        if section == "captcha":
            named[CODE] = message
        else:
            named[rest if section in SECTIONS and rest else name] = message
    return named


def _culprit(code: str) -> str:
    return "username" if code == "username_taken" else ""
