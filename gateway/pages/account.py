"""One's own space: coming in, going out, the first page, one's requests."""

from http import HTTPStatus

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.dates import to_come
from gateway.errors import status_of
from gateway.identity import current_identity, current_person
from gateway.pages import Pages, now, see_other
from gateway.pages.common import page_number
from gateway.pages.landing import NOT_GIVEN_BACK, landing, wanted, welcome
from gateway.permissions import CITIZEN, PUBLIC
from gateway.rate_limits import LOG_IN, READ, SECOND_FACTOR
from gateway.town import town_book
from services.chassis.errors import Forbidden, Invalid, Refusal, TooMany

page = Pages("account", __name__)
LEFT_EMPTY = {"utilisateur": "Indiquez votre nom d’utilisateur.", "mot-de-passe": "Indiquez votre mot de passe."}


@page.get("/connexion", permission=PUBLIC, limit=READ)
def log_in_page() -> str | AnyResponse:
    person = current_person()
    if person is not None:
        return see_other(landing(person.actor))
    return render_template("account/log_in.html", back=wanted(), left="fin" in request.args, problem="")


@page.post("/connexion", permission=PUBLIC, limit=LOG_IN)
def log_in() -> AnyResponse | tuple[str, int]:
    """« Connexion »: the session, or for agents the second step."""
    username = request.form.get("utilisateur", "").strip()
    if request.form.get("action") == "recommencer":
        return render_template("account/log_in.html", back=wanted(), left=False, problem=""), 200
    if "mot-de-passe" not in request.form:  # the form was given back without it
        again = render_template(
            "account/log_in.html", back=wanted(), username=username, left=False, problem=NOT_GIVEN_BACK
        )
        return again, HTTPStatus.UNPROCESSABLE_ENTITY
    if empty := [
        (f"#{name}", sentence) for name, sentence in LEFT_EMPTY.items() if not request.form.get(name, "").strip()
    ]:
        again = render_template(
            "account/log_in.html", back=wanted(), username=username, left=False, problem="", errors=empty
        )
        return again, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        found = clients().accounts.log_in(username, request.form["mot-de-passe"])
    except (Forbidden, Invalid, TooMany) as refusal:
        page_again = render_template(
            "account/log_in.html", back=wanted(), username=username, left=False, problem=refusal.message
        )
        return page_again, status_of(refusal)
    if "challenge" in found:
        step = render_template("account/second_factor.html", challenge=found["challenge"], back=wanted(), problem="")
        return step, 200
    return welcome(found["session"])


@page.post("/connexion/code", permission=PUBLIC, limit=SECOND_FACTOR)
def second_factor() -> AnyResponse | tuple[str, int]:
    """The agents' six figures."""
    challenge = request.form.get("epreuve", "")
    code = "".join(request.form.get("code", "").split())
    try:
        found = clients().accounts.second_factor(challenge, code)
    except Refusal as refusal:
        if refusal.kind == "unavailable":
            raise
        step = render_template(
            "account/second_factor.html", challenge=challenge, back=wanted(), problem=refusal.message
        )
        return step, status_of(refusal)
    return welcome(found["session"])


@page.post("/deconnexion", permission=PUBLIC)
def log_out() -> AnyResponse:
    """Ends the session everywhere; the page that follows shows nothing personal."""
    response = see_other("/connexion?fin=1")
    session = current_identity().session_token()
    current_identity().log_out(response)  # pyright: ignore[reportArgumentType]
    if session is not None:
        clients().accounts.log_out(session)
    return response


@page.get("/mon-accueil", permission=CITIZEN, limit=READ)
def home() -> str:
    """« Mon accueil »."""
    latest = clients().requests.latest()
    current = clients().requests.mine()["items"]
    news = clients().content.home()
    coming = [item for item in current if item["appointment_at"] and to_come(item["appointment_at"], now())]
    return render_template(
        "account/home.html",
        profile=clients().accounts.profile(),
        latest=latest["items"],
        unread=[item for item in current if item["unread"]],
        appointments=sorted(coming, key=lambda item: item["appointment_at"]),
        featured=clients().procedures.catalogue(featured=True, per_page=6)["items"],
        contact_details=[
            item
            for item in clients().procedures.catalogue(area="coordonnees", per_page=6)["items"]
            if item["slug"].startswith("changement-")
        ],
        icons={area["slug"]: area["icon"] for area in town_book().areas()},
        highlighted=news.get("highlighted"),
    )


@page.get("/mes-demandes", permission=CITIZEN, limit=READ)
def requests_page() -> str:
    """« Voir toutes mes demandes », or the archived ones; a filter shows what waits to be read or is coming."""
    archived = "archivees" in request.args
    found = clients().requests.mine(archived=archived, page=page_number())
    return render_template(
        "account/requests.html", found=found, archived=archived, number=page_number(), pages=found.get("pages", 1)
    )
