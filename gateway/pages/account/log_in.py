"""The two log-in forms, of personal spaces (`account`) and of the town hall (`agent`): a password, then for agents a one-time code."""

from functools import partial
from http import HTTPStatus

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import answer
from gateway.http.rate_limits import LOG_IN, READ, SECOND_FACTOR
from gateway.pages.account.landing import NOT_GIVEN_BACK, landing, wanted, welcome
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, new_id, see_other
from gateway.sessions.devices import device_of
from gateway.sessions.identity import current_identity, current_person
from services.accounts.schemas.log_in import CodeAsked, LogIn, SecondFactor
from services.accounts.schemas.refusals import ChallengeGone, WrongCode
from services.chassis.errors import Forbidden, Invalid, TooMany

LEFT_OPEN = "Cette page est restée ouverte trop longtemps : par sûreté, saisissez de nouveau votre mot de passe."
NO_CODE = "Indiquez le code à six chiffres, ou un code de secours."
WRONG_RESCUE = "Ce code de secours n’est pas valable, ou il a déjà servi. Vérifiez-le, ou prenez-en un autre."
LEFT_EMPTY = {"utilisateur": "Indiquez votre nom d’utilisateur.", "mot-de-passe": "Indiquez votre mot de passe."}

page = Pages("log_in", __name__)


def form(area: str, **shown: object) -> str:
    """The log-in form of an area, as it is opened or with what was wrong."""
    return render_template(f"{area}/log_in.html", back=wanted(), **shown)


def opened(area: str) -> Answer:
    """The form; a person who is logged in already goes to their first page."""
    person = current_person()
    if person is not None and (area == "account" or person.kind == "agent"):
        return see_other(landing(person.actor))
    return form(area, left="fin" in request.args)


def left_open(area: str) -> Answer:
    """A fresh form in place of one that was open for too long or came from elsewhere; what that one holds is not taken over."""
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    username = request.form.get("utilisateur", "") if ours else ""
    return form(area, username=username, problem=LEFT_OPEN), HTTPStatus.FORBIDDEN


def password(area: str) -> Answer:
    """The session, or for agents the second step; a citizen at the agents' form comes into the personal space."""
    if request.form.get("action") == "recommencer":
        return form(area), HTTPStatus.OK
    username = request.form.get("utilisateur", "").strip()
    if "mot-de-passe" not in request.form:  # the form was given back without it
        return form(area, username=username, problem=NOT_GIVEN_BACK), HTTPStatus.UNPROCESSABLE_ENTITY
    empty = [(f"#{name}", sentence) for name, sentence in LEFT_EMPTY.items() if not request.form.get(name, "").strip()]
    if empty:
        return form(area, username=username, errors=empty), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        asked = LogIn(
            username=username,
            password=request.form["mot-de-passe"],
            address_seen=clients().address(),
            presented=current_identity().session_token() or "",
            device=device_of(request.user_agent.string),
        )
        found = clients().send(asked, command_id=new_id())
    except (Forbidden, Invalid, TooMany) as refusal:
        return answer(form(area, username=username, problem=refusal.message), refusal)
    if isinstance(found, CodeAsked):
        return _second_step(area, found.challenge), HTTPStatus.OK
    return welcome(found.session)


def code(area: str) -> Answer:
    """The agents' six figures, or in their place a recovery code; once their time is over, the log-in begins anew."""
    challenge, figures = request.form.get("epreuve", ""), "".join(request.form.get("code", "").split())
    rescue = request.form.get("secours", "").strip()
    if not figures and not rescue:
        return _second_step(area, challenge, problem=NO_CODE), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        asked = SecondFactor(
            challenge=challenge,
            code=rescue or figures,
            presented=current_identity().session_token() or "",
            device=device_of(request.user_agent.string),
        )
        found = clients().send(asked, command_id=new_id())
    except ChallengeGone as refusal:
        return answer(form(area, problem=refusal.message), refusal)
    except (Forbidden, Invalid, TooMany) as refusal:
        message = WRONG_RESCUE if rescue and isinstance(refusal, WrongCode) else refusal.message
        return answer(_second_step(area, challenge, problem=message, rescue=bool(rescue)), refusal)
    return welcome(found.session)


def _second_step(area: str, challenge: str, *, problem: str = "", rescue: bool = False) -> str:
    return render_template(
        f"{area}/second_factor.html", challenge=challenge, back=wanted(), problem=problem, rescue=rescue
    )


for area, address in (("account", "/connexion"), ("agent", "/agent/connexion")):
    page.get(address, permission=PUBLIC, limit=READ, endpoint=f"{area}_form")(partial(opened, area))
    page.post(address, permission=PUBLIC, limit=LOG_IN, endpoint=f"{area}_password", outdated=partial(left_open, area))(
        partial(password, area)
    )
    page.post(f"{address}/code", permission=PUBLIC, limit=SECOND_FACTOR, endpoint=f"{area}_code")(partial(code, area))
