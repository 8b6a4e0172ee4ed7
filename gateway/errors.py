"""The one place where a refusal becomes an HTTP status, for pages in French and for the API as problem details."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, g, json, redirect, render_template, request
from jinja2 import TemplateNotFound
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    InternalServerError,
    NotFound,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestURITooLarge,
)
from werkzeug.wrappers import Response as AnyResponse

from gateway.http.rate_limits import RETRY_AFTER
from gateway.http.security import current_security
from gateway.sessions import kept_forms
from gateway.sessions.identity import NotLoggedIn, current_identity
from services.chassis import errors, logs
from services.chassis.errors import Refusal, Unavailable
from services.chassis.failures import place_of
from services.content.schemas import refusals as of_content
from services.requests.schemas.refusals import AccountRequired, LoginRequired, RequestNotFound, TrackingLinkInvalid
from services.townhall.sentences import count
from services.townhall.untyped import entry

ADDRESS_CHARACTERS = HEADER_CHARACTERS = 8000
STATUS: Mapping[type[Refusal], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
}
RETRY_AFTER_SECONDS = "5"

# What HTTP itself refuses, by status: its title and sentence in French, "" where the refusal has its own; its code for programs.
OF_HTTP = {
    400: ("Envoi illisible", "Ce que le navigateur a envoyé est illisible.", "malformed"),
    401: ("Connexion nécessaire", "Connectez-vous pour continuer.", NotLoggedIn.code),
    403: ("Accès refusé", "Cette page ne vous est pas ouverte.", ""),
    404: ("Page introuvable", "Cette page n’existe pas, ou plus.", "no_such_page"),
    405: ("Action impossible", "Cette adresse ne permet pas cette action.", "method_not_allowed"),
    406: ("Format indisponible", "Cette adresse ne sait pas répondre dans le format demandé.", "not_acceptable"),
    408: ("Envoi interrompu", "L’envoi a été interrompu ou a duré trop longtemps. Réessayez.", "cut_short"),
    409: ("Action devenue impossible", "", ""),
    411: ("Longueur manquante", "La longueur de ce qui est envoyé doit être annoncée.", "length_required"),
    413: ("Envoi trop volumineux", "Ce que vous envoyez dépasse la taille permise.", "too_large"),
    414: ("Adresse trop longue", "Cette adresse est trop longue.", "address_too_long"),
    415: ("Format non accepté", "Ce format d’envoi n’est pas accepté ici.", "unsupported_media_type"),
    422: ("Informations à corriger", "Certaines informations sont à corriger.", ""),
    429: ("Trop d’essais", "Trop d’essais en peu de temps. Réessayez dans un moment.", ""),
    431: (
        "En-tête trop long",
        "Ce que votre navigateur joint à sa demande est trop long. Effacez les cookies de ce site, puis réessayez.",
        "header_too_long",
    ),
    500: ("Incident", "Un incident est survenu de notre côté. Il est signalé ; réessayez dans un moment.", "incident"),
    503: (
        "Service momentanément indisponible",
        "Le service est momentanément indisponible. Réessayez dans un moment.",
        "",
    ),
}
TITLES = {status: title for status, (title, _, _) in OF_HTTP.items()}
SENTENCES = {status: sentence for status, (_, sentence, _) in OF_HTTP.items() if sentence}
HTTP_CODES = {status: code for status, (_, _, code) in OF_HTTP.items() if code}
# The same, where there is neither page nor browser.
API_SENTENCES = SENTENCES | {
    400: "Le corps de la requête est illisible : il n’a pas la forme que son en-tête Content-Type annonce.",
    403: "Cette opération ne vous est pas ouverte.",
    404: "Cette adresse n’existe pas.",
    431: "Un en-tête de la requête est trop long.",
}
API_TITLES = TITLES | {404: "Introuvable"}
# Refusals that a session may lift: the gateway's own, and those of requests and content.
LOG_IN_FIRST = (NotLoggedIn, LoginRequired, AccountRequired, of_content.AccountRequired)
LOG_IN_PAGES = {"/connexion": "account/log_in.html", "/agent/connexion": "agent/log_in.html"}
PROBLEM_TYPE = "application/problem+json"

log = logs.get_logger("gateway")


def status_of(refusal: Refusal) -> int:
    """401 where logging in helps; everything else by its kind."""
    return HTTPStatus.UNAUTHORIZED if log_in_helps(refusal) else STATUS[errors.KINDS[refusal.kind]]


def sentence_with_wait(refusal: Refusal) -> str:
    """What a page says of a refusal; after too many tries, how long to wait."""
    if seconds := int(_detail(refusal.details, RETRY_AFTER, "0")):
        return f"Trop d’essais. Vous pourrez recommencer dans {count(seconds, 'seconde')}."
    return refusal.message


def log_in_helps(refusal: Refusal) -> bool:
    """Whether the person is refused for want of a session, not for want of a right."""
    if g.get("person"):
        return False
    # A request is hidden from its own applicant after the session, and from a program whose tracking token does not open it.
    hidden = isinstance(refusal, RequestNotFound) and (is_api() or "session_ended" in g)
    opens_no_more = isinstance(refusal, TrackingLinkInvalid) and is_api() and bool(current_identity().tracking_tokens())
    return hidden or opens_no_more or isinstance(refusal, LOG_IN_FIRST)


def is_api() -> bool:
    return request.path.startswith("/api/")


def asks_for_problem() -> bool:
    """Whether the answer to a refusal is problem details: for programs, and for a page's script, which shows the sentence itself."""
    return is_api() or request.accept_mimetypes.best == PROBLEM_TYPE


def refused(refusal: Refusal) -> AnyResponse:
    """The answer to a refusal that the route did not turn into a page of its own."""
    status = status_of(refusal)
    unreadable = _why_unreadable()
    if unreadable is not None:
        return http_refused(unreadable)
    if asks_for_problem():
        response = problem(
            status, refusal.code, refusal.message, fields=refusal.fields, details=_public_details(refusal)
        )
    elif log_in_helps(refusal):
        return _log_in_first(refusal)
    else:
        response = page(status, refusal.message, code=refusal.code, details=refusal.details)
    return _with_retry(response, status, refusal.details)


def http_refused(error: HTTPException) -> AnyResponse:
    """What the routes themselves refuse: unknown address, wrong method, oversize body, unreadable body."""
    cut_short = isinstance(error, ClientDisconnected)  # of which Werkzeug says 400
    status = HTTPStatus.REQUEST_TIMEOUT if cut_short else error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    code = HTTP_CODES.get(status, f"http_{status}")
    if is_api():
        response = problem(status, code, API_SENTENCES.get(status, API_SENTENCES[400]))
    else:
        response = page(status, SENTENCES.get(status, SENTENCES[400]), code=code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    if isinstance(error, RequestEntityTooLarge):
        # the rest of the body is not worth reading
        response.headers["Connection"] = "close"
    return response


def refuse_malformed() -> None:
    """Before any route: refuses an address or a header that is too long, and an address with unprintable characters."""
    if len(request.full_path) > ADDRESS_CHARACTERS:
        raise RequestURITooLarge
    if any(len(value) > HEADER_CHARACTERS for _, value in request.headers):
        raise RequestHeaderFieldsTooLarge
    if not request.path.isprintable():
        raise NotFound


def _why_unreadable() -> HTTPException | None:
    """Why no page can give back the form that was sent: it is too large, or was cut short."""
    if request.method != "POST" or is_api():
        return None
    try:
        request.form  # noqa: B018 read here, for the first time where the route refused before
    except HTTPException as error:
        return error
    return None


def failed(error: Exception) -> AnyResponse:
    """A defect of ours: neutral for the person, logged by its type and place only, for values may be personal."""
    known = entry(vars(g), "correlation_id", str) if "correlation_id" in g else None  # of `conversation`
    log.error("incident", error=type(error).__name__, place=place_of(error), correlation_id=known)
    return http_refused(_why_unreadable() or InternalServerError())


def answer(html: str, refusal: Refusal) -> Response:
    """A page of the route's own that shows the refusal, with its status and how long to wait."""
    status = status_of(refusal)
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    return _with_retry(response, status, refusal.details)


def problem(
    status: int,
    code: str,
    sentence: str,
    *,
    fields: dict[str, str] | None = None,
    details: Mapping[str, object] | None = None,
) -> Response:
    """RFC 9457; `code` is stable for programs, `detail` is the French sentence for people."""
    body: dict[str, object] = {
        "type": f"urn:parvis:problem:{code}",
        "title": API_TITLES.get(status, API_TITLES[400]),
        "status": int(status),
        "detail": sentence,
        "code": code,
        "correlation_id": g.get("correlation_id", ""),
    }
    if fields:
        body["fields"] = fields
    if details:
        body["details"] = details
    response = Response(json.dumps(body), status=status, content_type=PROBLEM_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="parvis"'
    return response


def page(
    status: int, sentence: str, *, code: str, details: Mapping[str, object] | None = None, typed: str = ""
) -> Response:
    """The portal's error page; a bare one when even that cannot be made. `typed`: what could not be kept, to be copied."""
    if asks_for_problem():
        return problem(status, code, sentence)
    title = TITLES.get(status, TITLES[400])
    try:
        html = render_template(
            "error.html",
            status=int(status),
            title=title,
            sentence=sentence,
            code=code,
            details=details or {},
            typed=typed,
        )
    except (Refusal, TemplateNotFound):
        html = BARE_PAGE.format(title=title, sentence=sentence)
    return Response(html, status=status, content_type="text/html; charset=utf-8")


BARE_PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{sentence}</p><p><a href="/">Revenir à l’accueil</a></p></main></body></html>
"""


def _log_in_first(refusal: Refusal) -> AnyResponse:
    """To the log-in page, and back here afterwards; a form that was sent waits there with all that was typed."""
    target = _detail(refusal.details, "log_in_page", "/connexion")
    if request.method == "GET":
        query = request.query_string.decode("latin1")
        back = request.path + (f"?{query}" if query else "")
        return redirect(f"{target}?suite={quote(back, safe='/')}", HTTPStatus.SEE_OTHER)
    if current_security().comes_from_us():
        kept_forms.keep()
    html = render_template(LOG_IN_PAGES[target], back=kept_forms.page_of(request.path), ended=True)
    return Response(html, status=HTTPStatus.FORBIDDEN, content_type="text/html; charset=utf-8")


def _detail(details: Mapping[str, object], name: str, default: str) -> str:
    return str(details.get(name, default))


def _public_details(refusal: Refusal) -> dict[str, object]:
    if isinstance(refusal, Unavailable):  # no names of lost calls
        return {}
    return {name: value for name, value in refusal.details.items() if name != "log_in_page"}


def _with_retry(response: Response, status: int, details: Mapping[str, object]) -> Response:
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response.headers["Retry-After"] = _detail(details, RETRY_AFTER, RETRY_AFTER_SECONDS)
    return response


def install(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http_refused)
    app.register_error_handler(Exception, failed)
