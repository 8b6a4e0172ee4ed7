"""« Autres espaces »: what one is known by at partners' sites, saved and removed, and the page that connects at once."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import field

from flask import make_response, render_template, request

from gateway.clients import ANYONE
from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.components.controls import Control, error_list
from gateway.permissions import CITIZEN
from gateway.routes import Answer, Pages, see_other, send_command
from gateway.sessions import kept_forms
from gateway.shared.partner_connections import CONNECTION
from gateway.town import town_book
from services.accounts.schemas import partner_credentials as calls
from services.accounts.schemas.partner_credentials import KeptCredentials
from services.accounts.schemas.refusals import NotConnected
from services.chassis.errors import Conflict, Invalid, NotFound, Refusal, TooMany, Unavailable
from services.chassis.structs import Struct
from services.content.schemas.partner_spaces import ListPartnerSpaces, PartnerField, PartnerSpace

page = Pages("partner_spaces", __name__)

OWN = "/mon-espace/autres-espaces"
VALUE = "valeur."
LONGEST_VALUE = 200
DIGITS = re.compile(r"\^\[0-9\]\{\d+\}\$")
ACTS = {
    "checking": "vérification interrompue",
    "refused": "identifiants refusés par le site",
    "unreachable": "identifiants non vérifiés",
    "saved": "identifiants enregistrés",
    "used": "connexion immédiate",
    "removed": "identifiants retirés",
}
CONNECTION_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'nonce-{nonce}'; form-action {origins}; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The form goes to the partner's origins and nowhere else, redirects among them."""


class NoSuchSpace(NotFound):
    code = "no_such_partner_space"
    message = "Cet espace n’existe pas, ou n’est plus proposé par la mairie."


class Tile(Struct):
    """`act`: `open` the partner's site, `connect` there at once, or `save` credentials first, in the field of that id."""

    space: PartnerSpace
    act: str
    reminder: str = ""
    field: str = ""


class Section(Struct):
    """One space on the page: what is saved of it, and its form."""

    space: PartnerSpace
    kept: KeptCredentials | None
    wrong: bool = False
    controls: Sequence[Control] = field(default_factory=tuple)


def tiles(known: Sequence[KeptCredentials] | None) -> list[Tile]:
    """In the town's order. `known`: None where accounts is silent, and each tile only opens its site."""
    saved = {one.slug: one for one in known or ()}
    return [_tile(space, saved.get(space.slug), known is None) for space in town_book().partner_spaces()]


def _tile(space: PartnerSpace, saved: KeptCredentials | None, silent: bool) -> Tile:
    if not space.connects or silent:
        return Tile(space=space, act="open", reminder=saved.reminder if saved else "")
    if saved:
        return Tile(space=space, act="connect")
    first = next(iter(controls_of(space, {}, {})), None)
    return Tile(space=space, act="save", field=first.id if first else space.slug)


@page.get(OWN, permission=CITIZEN, limit=READ)
def own_spaces() -> str:
    """Each space with its form; after an act, what was done."""
    return _listed()


@page.post(f"{OWN}/<slug>", permission=CITIZEN, limit=WRITE)
def save(slug: str) -> Answer:
    """« Vérifier et enregistrer »: a refusal keeps the identifier, never the secret."""
    space = _one(slug)
    values = {one.name: request.form.get(name_of(space, one), "") for one in space.fields}
    try:
        send_command(calls.SavePartnerCredentials(slug=slug, values=values))
    except (Invalid, Conflict, Unavailable, TooMany) as refusal:
        if not _told_here(refusal):
            raise
        names = {one.name: name_of(space, one) for one in space.fields}
        errors = {names.get(name, ""): said for name, said in refusal.fields.items()} or {"": refusal.message}
        return _listed(wrong=slug, typed=request.form, errors=errors), status_of(refusal)
    return see_other(f"{OWN}?fait=enregistre&espace={slug}#{slug}")


@page.post(f"{OWN}/<slug>/retirer", permission=CITIZEN, limit=WRITE)
def remove(slug: str) -> Answer:
    """« Retirer mes identifiants »; also of a space that the town offers no more."""
    send_command(calls.RemovePartnerCredentials(slug=slug))
    return see_other(f"{OWN}?fait=retire&espace={slug}#{slug}")


@page.post(f"{OWN}/<slug>/connexion", permission=CITIZEN, limit=WRITE)
def connect(slug: str) -> Answer:
    """A click on a tile: the page of the connection, for a minute and once."""
    opened = send_command(calls.OpenPartnerConnection(slug=slug))
    return see_other(f"{CONNECTION}/{opened.token}")


@page.get(f"{CONNECTION}/<token>", permission=CITIZEN, limit=READ, capability=True)
def connection(token: str) -> Answer:
    """The one page that holds saved credentials: sent to the partner by script, or by its button."""
    form = clients().send(calls.UsePartnerPass(token=token))
    nonce = secrets.token_urlsafe(16)
    response = make_response(render_template("account/partner_connection.html", form=form, nonce=nonce))
    policy = CONNECTION_POLICY.format(nonce=nonce, origins=" ".join(form.origins))
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "strict-origin"  # the partner may check where a form comes from
    return response


def _listed(*, wrong: str = "", typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> str:
    found = clients().send(calls.ListPartnerCredentials(with_uses=True))
    spaces = clients().send(ListPartnerSpaces(), actor=ANYONE).spaces
    saved = {one.slug: one for one in found.kept}
    sections = [
        Section(
            space=space,
            kept=saved.get(space.slug),
            wrong=space.slug == wrong,
            controls=controls_of(space, typed or {}, errors or {}),
        )
        for space in spaces
    ]
    titles = {space.slug: space.title for space in spaces}
    controls = [control for section in sections for control in section.controls]
    return render_template(
        "account/partner_spaces.html",
        sections=sections,
        left=[one for one in found.kept if one.slug not in titles],
        uses=[(titles.get(use.slug, "Un espace qui n’est plus proposé"), ACTS[use.act], use.at) for use in found.uses],
        errors=error_list(controls, dict(errors or {})),
        done=request.args.get("fait", "") if not wrong else "",
        whom=titles.get(request.args.get("espace", ""), ""),
    )


def controls_of(space: PartnerSpace, typed: Mapping[str, str], errors: Mapping[str, str]) -> list[Control]:
    return [
        Control(
            name_of(space, one),
            one.label,
            "password" if one.secret else "text",
            required=True,
            value=typed.get(name_of(space, one), ""),
            error=errors.get(name_of(space, one), ""),
            max_length=LONGEST_VALUE,
            help=one.help,
            autocomplete="off",
            inputmode="numeric" if DIGITS.fullmatch(one.pattern) else "",
            width="w-20",
        )
        for one in space.fields
    ]


def name_of(space: PartnerSpace, one: PartnerField) -> str:
    """How the form calls the field; a secret is given back by no page of the portal."""
    return f"{kept_forms.SECRET if one.secret else VALUE}{space.slug}.{one.name}"


def _one(slug: str) -> PartnerSpace:
    for space in clients().send(ListPartnerSpaces(), actor=ANYONE).spaces:
        if space.slug == slug:
            return space
    raise NoSuchSpace


def _told_here(refusal: Refusal) -> bool:
    """Beside the form; what the whole portal is about (a silent service, too many tries of an address) has its own page."""
    return bool(refusal.fields) or isinstance(refusal, NotConnected | TooMany)
