"""Absences with a substitute: one's own, and those of the team for who manages it; requests of who leaves, handed over."""

import uuid
from collections.abc import Mapping

from flask import render_template, request

from gateway.conversation import clients
from gateway.dates import day_or_none
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent.assignable import NO_ONE
from gateway.pages.agent.load import by_agent
from gateway.permissions import FILE_READER, TEAM
from gateway.routes import Answer, Pages, command_id, id_or_none, see_other, send_command
from gateway.sessions.identity import current_actor
from gateway.shared import team
from services.accounts.schemas.agents import AgentState
from services.accounts.schemas.people import ListColleagues
from services.accounts.schemas.team import ListTeam, Member
from services.chassis.errors import Conflict, Invalid, NotFound
from services.chassis.structs import Struct
from services.requests.schemas.team import Absence, EndAbsence, HandOver, ReadTeamLoad, StateAbsence
from services.townhall.typography import NBSP

page = Pages("agent_absence", __name__)
FIELDS = {"du": "first_day", "au": "last_day", "remplacant": "substitute"}
MISSING = {
    "du": "Indiquez le premier jour de l’absence.",
    "au": "Indiquez le dernier jour de l’absence.",
    "remplacant": "Choisissez qui voit ces demandes pendant ce temps.",
}


class MemberGone(NotFound):
    message = "Cet agent n’est pas dans l’équipe."


class Choice(Struct):
    """An agent who may be chosen; `absence`: of today, else the next one."""

    id: str
    name: str
    username: str
    absence: Absence | None


@page.get("/agent/absences", permission=FILE_READER, limit=READ)
def absences() -> str:
    """Who of one's departments is absent, and one's own absence to be stated."""
    return _own()


@page.post("/agent/absences", permission=FILE_READER, limit=WRITE, reopen=lambda: _own())
def state() -> Answer:
    """« Indiquer cette absence »."""
    asked = _asked(None)
    if not isinstance(asked, StateAbsence):
        return _own(asked), 422
    try:
        send_command(asked)
    except (Invalid, Conflict) as refusal:
        return _own(_said(refusal)), status_of(refusal)
    return see_other("/agent/absences?fait=indiquee#fait")


@page.post("/agent/absences/<uuid:absence_id>/retrait", permission=FILE_READER, limit=WRITE)
def end(absence_id: uuid.UUID) -> Answer:
    """« Retirer »."""
    send_command(EndAbsence(absence_id=str(absence_id)))
    return see_other("/agent/absences?fait=retiree#fait")


@page.get("/agent/equipe/<uuid:agent_id>/demandes", permission=TEAM, limit=READ)
def leaving(agent_id: uuid.UUID) -> str:
    """What an agent of the team follows, to be handed over; and an absence of that agent."""
    return _of_member(agent_id)


@page.post("/agent/equipe/<uuid:agent_id>/demandes", permission=TEAM, limit=WRITE)
def hand_over(agent_id: uuid.UUID) -> Answer:
    """« Confier »: of each department where a colleague was chosen, by a command of its own; one that is refused undoes no other."""
    names = team.departments()
    chosen = {slug: request.form.get(f"vers-{slug}", "") for slug in names}
    if not any(chosen.values()):
        return _of_member(agent_id, problem="Choisissez à qui confier les demandes d’un service au moins."), 422
    form, given, refused = command_id(), list[str](), list[str]()
    for slug, to in chosen.items():
        if to:
            asked = HandOver(agent_id=str(agent_id), department=slug, to=None if to == NO_ONE else to)
            try:
                clients().send(asked, command_id=uuid.uuid5(form, f"{slug} {to}"))
            except Invalid as refusal:
                refused.append(f"Non confié, {names[slug]}{NBSP}: {refusal.message}")
            else:
                given.append(names[slug])
    if refused:
        done = [f"Confié{NBSP}: {', '.join(given)}."] if given else []
        return _of_member(agent_id, problem=" ".join([*refused, *done])), 422
    return see_other(f"/agent/equipe/{agent_id}/demandes?fait=confiees#fait")


@page.post("/agent/equipe/<uuid:agent_id>/absence", permission=TEAM, limit=WRITE)
def state_of_member(agent_id: uuid.UUID) -> Answer:
    asked = _asked(str(agent_id))
    if not isinstance(asked, StateAbsence):
        return _of_member(agent_id, asked), 422
    try:
        send_command(asked)
    except (Invalid, Conflict) as refusal:
        return _of_member(agent_id, _said(refusal)), status_of(refusal)
    return see_other(f"/agent/equipe/{agent_id}/demandes?fait=indiquee#fait")


@page.post("/agent/equipe/<uuid:agent_id>/absences/<uuid:absence_id>/retrait", permission=TEAM, limit=WRITE)
def end_of_member(agent_id: uuid.UUID, absence_id: uuid.UUID) -> Answer:
    send_command(EndAbsence(absence_id=str(absence_id)))
    return see_other(f"/agent/equipe/{agent_id}/demandes?fait=retiree#fait")


def _own(errors: dict[str, str] | None = None) -> str:
    me = current_actor().id
    agents, absences = clients().send(ListColleagues()).agents, clients().send(ReadTeamLoad()).absences
    absent = by_agent(absences)
    return render_template(
        "agent/absences.html",
        absences=absences,
        substitutes=[
            Choice(id=one.id, name=one.name, username=one.username, absence=absent.get(one.id))
            for one in agents
            if one.id != me
        ],
        me=me,
        typed=request.form,
        errors=errors or {},
        done=request.args.get("fait", ""),
    )


def _of_member(agent_id: uuid.UUID, errors: dict[str, str] | None = None, *, problem: str = "") -> str:
    members = {str(one.id): one for one in clients().send(ListTeam()).members}
    member = members.get(str(agent_id))
    if member is None:
        raise MemberGone
    found, names = clients().send(ReadTeamLoad()), team.departments()
    own = [line for line in found.lines if line.agent_id == str(agent_id)]
    slugs = dict.fromkeys([*member.departments, *(line.department for line in own)])
    others = _choices(members, str(agent_id), by_agent(found.absences))
    colleagues = {slug: [one for one in others if slug in members[one.id].departments] for slug in slugs}
    lines = {line.department: line for line in own}
    return render_template(
        "agent/team/leaving.html",
        member=member,
        departments=[(slug, names.get(slug, slug), lines.get(slug), colleagues[slug]) for slug in slugs],
        substitutes=[one for one in others if set(member.departments) & set(members[one.id].departments)],
        absences=[one for one in found.absences if one.agent_id == str(agent_id)],
        no_one=NO_ONE,
        typed=request.form,
        errors=errors or {},
        problem=problem,
        done=request.args.get("fait", ""),
    )


def _choices(members: dict[str, Member], besides: str, absent: Mapping[str, Absence]) -> list[Choice]:
    """Those who handle requests."""
    return [
        Choice(id=key, name=one.function, username=one.username, absence=absent.get(key))
        for key, one in members.items()
        if key != besides and one.state == AgentState.ACTIVE and "read_requests" in one.permissions
    ]


def _asked(agent_id: str | None) -> StateAbsence | dict[str, str]:
    """What is typed; or what is not, or no day, or no id, by the name of its field."""
    first, last = day_or_none(request.form.get("du", "")), day_or_none(request.form.get("au", ""))
    substitute = id_or_none(request.form.get("remplacant", ""))
    if first and last and substitute:
        return StateAbsence(first_day=first, last_day=last, substitute=str(substitute), agent_id=agent_id)
    given = {"du": first, "au": last, "remplacant": substitute}
    return {name: MISSING[name] for name, value in given.items() if not value}


def _said(refusal: Invalid | Conflict) -> dict[str, str]:
    """The sentences of a refusal at the fields of the form; one of no field at the first day."""
    said = {name: refusal.fields[field] for name, field in FIELDS.items() if field in refusal.fields}
    return said or {"du": refusal.message}
