"""« Votre espace est presque prêt »: another address, the mail again, for two hours in the browser of the sign-up alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.errors import answer
from gateway.http.rate_limits import LINK_AGAIN
from gateway.pages.account.recovery import EMAIL as TYPED_EMAIL
from gateway.pages.components.controls import error_list
from gateway.pages.components.person import filled
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, now, see_other, send_command
from gateway.sessions.identity import current_identity
from gateway.town import town_book
from services.accounts.schemas.sign_up import CorrectPendingEmail, ResendPendingLink
from services.chassis.errors import Conflict, Invalid, TooMany

page = Pages("pending_space", __name__)
DONE = "/creer-mon-espace?fait=1"
KEPT = timedelta(hours=2)
PURPOSE = "a sign-up that waits"
EMAIL = replace(
    TYPED_EMAIL,
    label="La bonne adresse de courriel",
    help="Le courriel y part aussitôt. Le lien envoyé à l’autre adresse n’ouvre plus rien.",
)


def remember(response: AnyResponse, email: str, token: str) -> AnyResponse:
    """This browser may correct the address and have the mail sent again."""
    held = {"email": email, "token": token, "until": (now() + KEPT).isoformat()}
    jar = current_identity().jar
    sealed = jar.seal(PURPOSE, held, bound_to=current_identity().lasting_visitor())
    jar.put(response, jar.sign_up, sealed)  # pyright: ignore[reportArgumentType]
    return response


def forget(response: AnyResponse) -> AnyResponse:
    jar = current_identity().jar
    if request.cookies.get(jar.sign_up):
        jar.drop(response, jar.sign_up)  # pyright: ignore[reportArgumentType]
    return response


def shown(typed: str = "", errors: dict[str, str] | None = None) -> str:
    """The page after a sign-up; without the address where this browser made none, or long ago."""
    known = _known()
    controls = filled((EMAIL,), {EMAIL.name: typed or known.get("email", "")}, errors or {})
    return render_template(
        "account/created.html",
        email=known.get("email", ""),
        control=controls[0],
        errors=error_list(controls, errors or {}),
        again=request.args.get("fait", ""),
        hours=town_book().town().portal_settings.activation_link_hours,
    )


@page.post("/creer-mon-espace/adresse", permission=PUBLIC, limit=LINK_AGAIN)
def correct() -> Answer:
    """« Corriger l’adresse »: the space stays what it is, and the mail goes to the other address."""
    known, email = _known(), request.form.get(EMAIL.name, "").strip()
    if not known:
        return see_other(DONE)
    try:
        send_command(CorrectPendingEmail(token=known["token"], email=email, address_seen=clients().address()))
    except (Invalid, TooMany) as refusal:
        return answer(shown(email, {EMAIL.name: refusal.fields.get("email") or refusal.message}), refusal)
    except Conflict as refusal:
        return _over(refusal)
    return remember(see_other("/creer-mon-espace?fait=corrige#fait"), email, known["token"])


@page.post("/creer-mon-espace/courriel", permission=PUBLIC, limit=LINK_AGAIN)
def resend() -> Answer:
    """« Envoyer de nouveau le courriel »."""
    known = _known()
    if not known:
        return see_other("/activation")
    try:
        send_command(ResendPendingLink(token=known["token"], address_seen=clients().address()))
    except TooMany as refusal:
        return answer(shown(errors={"": refusal.message}), refusal)
    except Conflict as refusal:
        return _over(refusal)
    return see_other("/creer-mon-espace?fait=renvoye#fait")


def _over(refusal: Conflict) -> AnyResponse:
    page = render_template("account/sign_up_over.html", sentence=refusal.message)
    return forget(make_response(page, HTTPStatus.CONFLICT))


def _known() -> dict[str, str]:
    jar = current_identity().jar
    held = jar.unseal(PURPOSE, request.cookies.get(jar.sign_up, ""), bound_to=current_identity().lasting_visitor())
    return held if held and datetime.fromisoformat(held["until"]) > now() else {}
