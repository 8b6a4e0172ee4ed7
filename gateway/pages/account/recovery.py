"""« J’ai oublié mon mot de passe », « J’ai oublié mon nom d’utilisateur »: asking for the mail, and the page of its link."""

from collections.abc import Mapping
from dataclasses import replace

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import answer
from gateway.http.rate_limits import READ, RECOVERY, SECOND_FACTOR
from gateway.pages.components.controls import Control, error_list
from gateway.pages.components.person import CODE, DIFFERENT, NO_ERRORS, PASSWORDS, filled
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, see_other, send_command
from services.accounts.schemas.recovery import PasswordResetLink, RequestPasswordReset, RequestUsername, ResetPassword
from services.chassis.errors import Invalid, TooMany

page = Pages("recovery", __name__)
IDENTIFIER = Control(
    "identifiant",
    "Nom d’utilisateur ou courriel",
    "text",
    required=True,
    max_length=245,
    autocomplete="username",
    help="L’adresse est celle de votre espace personnel. Agents de la mairie : donnez votre nom d’utilisateur.",
)
EMAIL = Control(
    "courriel",
    "Courriel",
    "email",
    required=True,
    max_length=245,
    autocomplete="email",
    help="Celle de votre espace personnel.",
)
FIGURES = replace(
    CODE,
    label="Code à six chiffres, ou code de secours",
    max_length=20,
    inputmode="",
    width="w-20",
    help="Celui que votre application d’authentification affiche à présent ; sans elle, un de vos codes de secours.",
)
NO_IDENTIFIER = "Indiquez votre nom d’utilisateur ou votre adresse de courriel."
NO_EMAIL = "Indiquez l’adresse de courriel de votre espace, par exemple prenom.nom@exemple.fr."


@page.get("/mot-de-passe-oublie", permission=PUBLIC, limit=READ)
def forgotten_password() -> str:
    """« J’ai oublié mon mot de passe »."""
    return _asking("password", IDENTIFIER)


@page.post("/mot-de-passe-oublie", permission=PUBLIC, limit=RECOVERY)
def request_password_reset() -> Answer:
    """A link by e-mail; the answer never discloses whether a person has that name or address."""
    identifier = request.form.get("identifiant", "").strip()
    if not identifier:
        return _asking("password", IDENTIFIER, error=NO_IDENTIFIER), 422
    send_command(RequestPasswordReset(identifier=identifier, address_seen=clients().address()))
    return see_other("/mot-de-passe-oublie?envoye=1")


@page.get("/nom-d-utilisateur-oublie", permission=PUBLIC, limit=READ)
def forgotten_username() -> str:
    """« J’ai oublié mon nom d’utilisateur »."""
    return _asking("username", EMAIL)


@page.post("/nom-d-utilisateur-oublie", permission=PUBLIC, limit=RECOVERY)
def request_username() -> Answer:
    """The user name by e-mail; the answer is the same with and without a space at that address."""
    email = request.form.get("courriel", "").strip()
    if "@" not in email:
        return _asking("username", EMAIL, typed=email, error=NO_EMAIL), 422
    send_command(RequestUsername(email=email, address_seen=clients().address()))
    return see_other("/nom-d-utilisateur-oublie?envoye=1")


@page.get("/nouveau-mot-de-passe/<token>", permission=PUBLIC, limit=READ, capability=True)
def new_password(token: str, errors: Mapping[str, str] = NO_ERRORS) -> str:
    """The form; opening the link uses nothing up. A link that opens nothing says why."""
    offered = clients().send(PasswordResetLink(token=token))
    controls = filled((*PASSWORDS, FIGURES) if offered.second_factor else PASSWORDS, {}, errors)
    return render_template(
        "account/new_password.html",
        token=token,
        username=offered.username,
        agent=offered.second_factor,
        controls=controls,
        errors=error_list(controls, errors),
    )


@page.post("/nouveau-mot-de-passe/<token>", permission=PUBLIC, limit=SECOND_FACTOR, capability=True)
def reset_password(token: str) -> Answer:
    """« Changer mon mot de passe »: it logs no one in, and the session that comes with it is not looked at."""
    password, code = request.form.get("password", ""), request.form.get("code", "")
    if password != request.form.get("password_again", ""):
        return new_password(token, {"password_again": DIFFERENT}), 422
    try:
        send_command(ResetPassword(token=token, password=password, code=code, address_seen=clients().address()))
    except (Invalid, TooMany) as refusal:
        errors = refusal.fields or {FIGURES.name if isinstance(refusal, TooMany) else "": refusal.message}
        return answer(new_password(token, errors), refusal)
    return render_template("account/password_changed.html", agent=FIGURES.name in request.form)


def _asking(forgotten: str, control: Control, *, typed: str = "", error: str = "") -> str:
    errors = {control.name: error} if error else {}
    controls = filled((control,), {control.name: typed}, errors)
    return render_template(
        "account/forgotten.html",
        forgotten=forgotten,
        sent="envoye" in request.args,
        control=controls[0],
        errors=error_list(controls, errors),
    )
