"""« Ma famille »: the people of one's household for whom a request may be made, added also on the way to one."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.components import birth_dates
from gateway.pages.components.controls import Control, Typed, error_list
from gateway.pages.components.member_words import ASKED, AUTHORITY, CONTACT, NAMES, RELATION, coming_change, facts_of
from gateway.pages.components.person import filled
from gateway.pages.procedures import steps
from gateway.permissions import CITIZEN
from gateway.routes import Answer, Pages, see_other, send_command, typed_id
from gateway.town import town_book
from services.accounts.schemas import family as calls
from services.accounts.schemas.refusals import MemberTwice
from services.chassis.errors import Conflict, Invalid, NotFound
from services.procedures.schemas.definitions.procedures import Procedure, Step
from services.requests.schemas.drafts import ListDrafts
from services.townhall.person import RELATIONS

page = Pages("family", __name__)

HOME = "/mon-espace/famille"
BEGIN_ANEW = "recommencer"
"""Of the form opened from a procedure: the page there that chooses a member for a new draft."""


class NoSuchMember(NotFound):
    code = "family_member_unknown"
    message = "Cette personne ne figure pas, ou plus, dans votre famille."


@page.get("/mon-espace/famille", permission=CITIZEN, limit=READ)
def family() -> str:
    """« Ma famille »; after an act, what was done."""
    found = clients().send(calls.ListFamily())
    return render_template(
        "account/family.html", family=found, done=request.args.get("membre", ""), whom=_named(found), facts_of=facts_of
    )


def _named(found: calls.Family) -> str:
    """The name of the member whom the address says to have just been added or changed."""
    wanted = request.args.get("pour", "")
    return next((one.full_name for one in found.members if str(one.id) == wanted), "")


@page.get("/mon-espace/famille/ajouter", permission=CITIZEN, limit=READ)
def add() -> str:
    """A new member; from a procedure (`demarche`), one of those for whom it may be made."""
    return _form({}, {})


def add_again() -> str:
    """The form that waited for a log-in, as it was typed."""
    return _form(_typed(), {})


@page.post("/mon-espace/famille/ajouter", permission=CITIZEN, limit=WRITE, reopen=add_again)
def add_member() -> Answer:
    """Adds the member, and goes back to where one came from with the member chosen."""
    try:
        member = send_command(calls.AddFamilyMember(**_described(), even_if_there="even_if_there" in request.form))
    except (Invalid, Conflict) as refusal:
        return _form(_typed(), _errors(refusal), twice=isinstance(refusal, MemberTwice)), status_of(refusal)
    procedure = request.form.get("demarche", "")
    if not procedure:
        return see_other(f"{HOME}?membre=ajoute&pour={member.id}")
    return see_other(f"{_back(procedure, None)}?membre={member.id}&ajoute=1#membre")


@page.get("/mon-espace/famille/<member_id>", permission=CITIZEN, limit=READ)
def member(member_id: str) -> str:
    """One member: what the space says of them, and the procedures that change their contact details."""
    details = town_book().contact_details().answer
    one = _one(member_id)
    return render_template(
        "account/member.html", member=one, facts=facts_of(one), contact_details=details.items if details else ()
    )


@page.get("/mon-espace/famille/<member_id>/modifier", permission=CITIZEN, limit=READ)
def change(member_id: str) -> str:
    one = _one(member_id)
    return _form(vars(one), {}, changed=one)


def change_again(member_id: str) -> str:
    return _form(_typed(), {}, changed=_one(member_id))


@page.post("/mon-espace/famille/<member_id>/modifier", permission=CITIZEN, limit=WRITE, reopen=change_again)
def change_member(member_id: str) -> Answer:
    one = _one(member_id)
    try:
        anyway = "even_if_there" in request.form
        send_command(calls.ChangeFamilyMember(member_id=one.id, **_described(), even_if_there=anyway))
    except (Invalid, Conflict) as refusal:
        shown = _form(_typed(), _errors(refusal), twice=isinstance(refusal, MemberTwice), changed=one)
        return shown, status_of(refusal)
    return see_other(f"{HOME}?membre=modifie&pour={member_id}")


@page.get("/mon-espace/famille/<member_id>/retirer", permission=CITIZEN, limit=READ)
def ask_to_remove(member_id: str) -> str:
    """Says what becomes of drafts and requests before anything happens."""
    begun = clients().send(ListDrafts(), brief=True).items
    one = _one(member_id)
    drafts = [item for item in begun if item.member_id == member_id]
    return render_template("account/remove_member.html", member=one, drafts=drafts)


@page.post("/mon-espace/famille/<member_id>/retirer", permission=CITIZEN, limit=WRITE)
def remove(member_id: str) -> Answer:
    """Sent again, for a person who is gone already, the form has the same answer."""
    send_command(calls.RemoveFamilyMember(member_id=typed_id(member_id, NoSuchMember)))
    return see_other(f"{HOME}?membre=retire")


def _one(member_id: str) -> calls.Member:
    wanted = typed_id(member_id, NoSuchMember)
    for one in clients().send(calls.ListFamily()).members:
        if one.id == wanted:
            return one
    raise NoSuchMember


def _typed() -> dict[str, str]:
    given = dict(request.form.items())
    return {**given, **birth_dates.whole(given)}


def _described() -> dict[str, str]:
    typed = _typed()
    return {control.name: typed.get(control.name, "") for control in ASKED}


def _errors(refusal: Invalid | Conflict) -> dict[str, str]:
    """By control; a refusal about none of them stands alone."""
    return dict(refusal.fields) or {"": refusal.message}


def _begins_anew() -> bool:
    return request.values.get("page") == BEGIN_ANEW


def _form(values: Typed, errors: dict[str, str], *, twice: bool = False, changed: calls.Member | None = None) -> str:
    slug = "" if changed else request.values.get("demarche", "")
    definition = town_book().offered(slug).definition if slug else None
    sections = _sections(values, errors, definition)
    controls = [item for _, items in sections for item in items]
    return render_template(
        "account/member_form.html",
        sections=sections,
        errors=[] if twice else error_list(controls, errors),
        twice=errors[""] if twice else "",
        changed=changed,
        definition=definition,
        slug=slug,
        begins_anew=_begins_anew(),
        back=_back(slug, changed),
    )


def _back(slug: str, changed: calls.Member | None) -> str:
    if changed is not None:
        return f"{HOME}/{changed.id}"
    if not slug:
        return HOME
    return steps.path(slug, Step.PROCEDURE) + (f"/{BEGIN_ANEW}" if _begins_anew() else "")


def _sections(
    values: Typed, errors: Mapping[str, str], definition: Procedure | None
) -> list[tuple[str, list[Control]]]:
    """The form: on the way to a procedure, with the relations that it is made for."""
    wanted = definition.relations if definition else ()
    relations = tuple((value, label) for value, label in RELATIONS.items() if not wanted or value in wanted)
    relation = values.get("relation", "")
    who = [
        replace(RELATION, choices=relations),
        replace(AUTHORITY, shown=relation in ("", "child")),
        *NAMES,
    ]
    return [("La personne", filled(who, values, errors)), ("Ses moyens de contact", filled(CONTACT, values, errors))]


def offer(slug: str, *, begins_anew: bool = False) -> str:
    """The address at which a member is added on the way to a procedure."""
    query = {"demarche": slug} | ({"page": BEGIN_ANEW} if begins_anew else {})
    return f"{HOME}/ajouter?{urlencode(query)}"


page.add_app_template_global(offer, "member_to_add")
page.add_app_template_filter(coming_change, "coming_change")
