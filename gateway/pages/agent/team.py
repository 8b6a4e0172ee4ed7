"""« Équipe »: who works on the portal, invited, changed, shut out and let in again by administrators."""

import uuid
from collections.abc import Callable, Mapping
from functools import partial

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent import rights, team_words
from gateway.pages.components.controls import Typed, error_list
from gateway.pages.components.person import NO_ERRORS
from gateway.permissions import TEAM
from gateway.routes import Answer, Pages, command_id, see_other, send_command
from gateway.sessions.identity import current_actor
from gateway.shared import team
from services.accounts.schemas.agents import DisableAgent, EnableAgent, InviteAgent
from services.accounts.schemas.refusals import LastAdministrator
from services.accounts.schemas.team import ChangeMember, FindMember, InviteMember, ListTeam, Member, RenewSecondFactor
from services.chassis.contracts import from_json
from services.chassis.errors import Conflict, Invalid

page = Pages("agent_team", __name__)
HOME = "/agent/equipe"
LEFT_OPEN = "Cette page est restée ouverte trop longtemps. Rien n’est enregistré : relisez, puis envoyez de nouveau."
SINGLE = ("username", "email", "function", "role", "seen")


def address(agent_id: uuid.UUID, done: str = "") -> str:
    return f"{HOME}/{agent_id}" + (f"?fait={done}#fait" if done else "")


@page.get("/agent/equipe", permission=TEAM, limit=READ)
def team_page() -> str:
    """Every agent, by user name."""
    members, departments = clients().send(ListTeam()).members, team.departments()
    return render_template("agent/team/list.html", lines=[team_words.line(one, departments) for one in members])


@page.get("/agent/equipe/invitation", permission=TEAM, limit=READ)
def invite_page() -> str:
    return _form({"role": "agent"})


def invite_again(**_: object) -> Answer:
    """The form with what was typed, when it was open too long or waited behind a log-in."""
    return _form(_typed(), problem=LEFT_OPEN), 403


@page.post(
    "/agent/equipe/invitation", permission=TEAM, limit=WRITE, reopen=lambda: _form(_typed()), outdated=invite_again
)
def invite() -> Answer:
    """« Inviter »: the new agent is mailed a link."""
    typed = _typed()
    asked = from_json(InviteMember, {**typed, "permissions": typed["permissions"] or None})
    try:
        invited = team.send(asked, asked.departments, command_id())
    except (Conflict, Invalid) as refusal:  # the user name may be taken
        return _form(typed, refusal.fields or {"": refusal.message}), status_of(refusal)
    return see_other(address(invited.id, "invite"))


@page.get("/agent/equipe/<uuid:agent_id>", permission=TEAM, limit=READ)
def member_page(agent_id: uuid.UUID, *, problem: str = "") -> str:
    """One agent: what the agent may do, what can be done about it, what was done."""
    found = clients().send(FindMember(agent_id=agent_id))
    return render_template(
        "agent/team/member.html",
        member=team_words.line(found.member, team.departments()),
        changes=team_words.changes(found.changes, found.member.username),
        problem=problem,
        done=request.args.get("fait", ""),
    )


@page.get("/agent/equipe/<uuid:agent_id>/modification", permission=TEAM, limit=READ)
def change_page(agent_id: uuid.UUID) -> str:
    member = _member(agent_id)
    return _form(_values(member), member=member)


def change_again(agent_id: uuid.UUID) -> Answer:
    return _form(_typed(), problem=LEFT_OPEN, member=_member(agent_id)), 403


def change_reopened(agent_id: uuid.UUID) -> Answer:
    return _form(_typed(), member=_member(agent_id))


@page.post(
    "/agent/equipe/<uuid:agent_id>/modification",
    permission=TEAM,
    limit=WRITE,
    reopen=change_reopened,
    outdated=change_again,
)
def change(agent_id: uuid.UUID) -> Answer:
    """« Enregistrer »: function, address, role, departments and rights; sessions end where one of the last three changes."""
    typed = _typed()
    asked = from_json(ChangeMember, {**typed, "agent_id": agent_id})
    try:
        team.send(asked, asked.departments, command_id())
    except Invalid as refusal:
        errors = refusal.fields or {"": refusal.message}
        return _form(typed, errors, member=_member(agent_id)), status_of(refusal)
    except Conflict as refusal:
        # what is there now, to be read before it is changed; another's change is never written over
        member = _member(agent_id)
        values = typed if isinstance(refusal, LastAdministrator) else _values(member)
        return _form(values, problem=refusal.message, member=member), status_of(refusal)
    return see_other(address(agent_id, "modifie"))


@page.post("/agent/equipe/<uuid:agent_id>/invitation", permission=TEAM, limit=WRITE)
def send_again(agent_id: uuid.UUID) -> Answer:
    """« Inviter de nouveau »: another link; the one before is revoked."""
    send_command(InviteAgent(agent_id=agent_id))
    return see_other(address(agent_id, "invite"))


def ask(template: str, agent_id: uuid.UUID) -> str:
    """Asks before anything is done."""
    member = _member(agent_id)
    return render_template(
        f"agent/team/{template}.html",
        member=team_words.line(member, team.departments()),
        oneself=str(member.id) == current_actor().id,
    )


def act(send: Callable[[uuid.UUID], object], done: str, agent_id: uuid.UUID) -> Answer:
    """« Désactiver »: sessions and links are over at once. « Envoyer le lien »: the old factor is revoked at once."""
    try:
        send(agent_id)
    except Conflict as refusal:
        return member_page(agent_id, problem=refusal.message), status_of(refusal)
    return see_other(address(agent_id, done))


ACTS: tuple[tuple[str, str, Callable[[uuid.UUID], object], str], ...] = (
    ("disable", "desactivation", lambda one: send_command(DisableAgent(agent_id=one)), "desactive"),
    ("second_factor", "second-facteur", lambda one: send_command(RenewSecondFactor(agent_id=one)), "second-facteur"),
)
for template, path, send, done in ACTS:
    rule = f"{HOME}/<uuid:agent_id>/{path}"
    page.get(rule, permission=TEAM, limit=READ, endpoint=f"{template}_page")(partial(ask, template))
    page.post(rule, permission=TEAM, limit=WRITE, endpoint=template)(partial(act, send, done))


@page.post("/agent/equipe/<uuid:agent_id>/reactivation", permission=TEAM, limit=WRITE)
def enable(agent_id: uuid.UUID) -> Answer:
    """« Réactiver »."""
    done = send_command(EnableAgent(agent_id=agent_id))
    return see_other(address(agent_id, "reactive" if done.may_log_in else "a-inviter"))


def _typed() -> dict[str, object]:
    """The form as it came; boxes of rights of all groups together."""
    form = request.form
    ticked = [right for group in rights.GROUPS for right in form.getlist(f"{team_words.PERMISSIONS}_{group}")]
    return {
        **{name: form.get(name, "").strip() for name in SINGLE},
        "departments": form.getlist("departments"),
        "permissions": ticked,
    }


def _values(member: Member) -> dict[str, object]:
    """The form of an agent of the team, before anything was typed."""
    return {**vars(member), "seen": member.mark}


def _member(agent_id: uuid.UUID) -> Member:
    return clients().send(FindMember(agent_id=agent_id)).member


def _form(
    values: Typed, errors: Mapping[str, str] = NO_ERRORS, *, problem: str = "", member: Member | None = None
) -> str:
    """Of a new agent, or of one who is here."""
    controls = team_words.controls(values, errors, team.departments(), new=member is None)
    return render_template(
        "agent/team/form.html",
        member=team_words.line(member, team.departments()) if member else None,
        seen=values.get("seen"),
        controls=controls,
        errors=error_list(controls, errors),
        problem=problem,
        oneself=member is not None and str(member.id) == current_actor().id,
    )


page.add_app_template_global(TEAM.allows, "may_manage_team")
