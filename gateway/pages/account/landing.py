"""Where a person who has just logged in goes: back to what was wanted when its page is open to them, else to their own first page."""

from http import HTTPStatus

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from gateway.routes import RouteRules, own_address, see_other
from gateway.sessions import kept_forms
from gateway.sessions.identity import current_identity
from gateway.shared.adoption import bring_along
from services.accounts.schemas.sign_up import LONGEST_PATH
from services.chassis.actors import Actor
from services.chassis.errors import Unavailable

HOME = "/mon-accueil"
WORK = "/agent/demandes"
OWN_PAGE = "/agent/mon-compte"
NOT_GIVEN_BACK = "Saisissez de nouveau votre mot de passe : par sûreté, il n’est jamais gardé."


def kept_onward() -> str:
    """The same, as it may be kept for after an activation: never an address that is itself a secret."""
    address = wanted()
    rules = _rules_at(address) if address else None
    return "" if len(address) > LONGEST_PATH or (rules is not None and rules.capability) else address


def wanted() -> str:
    """Where the form or the address asks to go afterwards: an address of this portal and no other, or nothing."""
    return own_address(request.values.get("suite", ""))


def home_of(actor: Actor) -> str:
    """The first page of one's own, open to everyone of that kind."""
    if actor.kind != "agent":
        return HOME
    return WORK if "read_requests" in actor.permissions else OWN_PAGE


def landing(actor: Actor, onward: str = "") -> str:
    """Where this person goes on: never to a page that they may not see. `onward`: where else than is asked."""
    address = own_address(onward) or wanted()
    return address if address and _opens(address, actor) else home_of(actor)


def welcome(session: str, onward: str = "") -> AnyResponse:
    """Remembers the session in the browser, and goes on; to the portal's first page when no service can say who it is."""
    identity = current_identity()
    try:
        newcomer = identity.person_of(session).actor
        bring_along(newcomer)
        response = _with_form(newcomer) or see_other(landing(newcomer, onward))
    except Unavailable:
        response = _with_form() or see_other("/")
    identity.log_in(response, session)  # pyright: ignore[reportArgumentType]
    return response


def _with_form(newcomer: Actor | None = None) -> AnyResponse | None:
    """To the address of the form that waited, which goes along; None when none did, or its page is not open to them."""
    again = own_address(request.form.get(kept_forms.AGAIN, ""))
    if not again or (newcomer and not _opens(again, newcomer, "POST")):
        return None
    return see_other(again, HTTPStatus.TEMPORARY_REDIRECT)


def _opens(address: str, actor: Actor, method: str = "GET") -> bool:
    """Whether the route at that address lets this actor in; also true of an address without a route, whose answer is 404."""
    rules = _rules_at(address, method)
    return rules is None or rules.permission.allows(actor)


def _rules_at(address: str, method: str = "GET") -> RouteRules | None:
    """What is declared with the route at that address; None where there is no such page."""
    path = address.partition("?")[0].partition("#")[0]
    try:
        view = current_app.view_functions[current_app.url_map.bind("").match(path, method)[0]]
    except HTTPException:
        return None
    return vars(view).get("rules")
