"""`parvis agent`: who works on the portal, who may log in, and what each may do."""

import argparse
from collections.abc import Iterable, Iterator
from uuid import UUID

from deploy.command.deployed import typed
from deploy.command.trouble import Trouble
from deploy.operator.calls import send
from deploy.operator.logins import ROLES
from services.accounts.schemas import agents as calls
from services.accounts.schemas.people import FindAccountIds
from services.accounts.schemas.team import RenewSecondFactor
from services.chassis.contracts import to_json
from services.procedures.schemas.catalogue import ReadTown

STATES = {"active": "actif", "invited": "invité", "expired": "invitation expirée", "disabled": "désactivé"}
FIELDS = {
    "role": "rôle",
    "function": "fonction",
    "departments": "services",
    "permissions": "droits",
    "email": "courriel",
}
NOTHING = "aucun"


def show(_options: argparse.Namespace) -> Iterator[str]:
    """Every agent, a line each."""
    found = send(calls.ListAgents()).agents
    widest = max((len(one.username) for one in found), default=0)
    for one in found:
        departments = ", ".join(one.departments) or NOTHING
        yield f"{one.username:<{widest}}  {ROLES[one.role]:<17}  {STATES[one.state]:<18}  services : {departments}"
    if not found:
        yield "Aucun agent."


def disable(options: argparse.Namespace) -> str:
    done = send(calls.DisableAgent(username=options.name))
    name = done.username
    if not done.changed:
        return f"{name} était déjà désactivé."
    return (
        f"{name} ne peut plus se connecter ; ses sessions sont terminées. {typed(f'agent enable {name}')} le rétablit."
    )


def invite(options: argparse.Namespace) -> str:
    """Mails the agent a link; a password and a second factor of before are good until it is taken."""
    done = send(calls.InviteAgent(username=options.name))
    until_then = (
        "le mot de passe et le second facteur d’à présent servent jusqu’à ce que le nouveau lien soit suivi"
        if done.may_log_in
        else "d’ici là, aucune connexion n’est possible"
    )
    return (
        f"Un lien part vers l’adresse de {done.username}, pour choisir un mot de passe et un second facteur. Un lien envoyé avant "
        f"ne sert plus ; {until_then}."
    )


def enable(options: argparse.Namespace) -> str:
    done = send(calls.EnableAgent(username=options.name))
    name = done.username
    if not done.changed:
        return f"{name} n’était pas désactivé."
    if done.may_log_in:
        return f"{name} peut de nouveau se connecter, avec le même mot de passe et le même second facteur."
    return f"{name} n’est plus désactivé, mais n’a pas encore de mot de passe : {typed(f'agent invite {name}')} envoie un lien."


def second_factor(options: argparse.Namespace) -> str:
    """Ends an agent's second factor, recovery codes and sessions, and mails a link by which a new factor is taken."""
    known = send(FindAccountIds(usernames=(options.name,))).ids
    if options.name not in known:
        raise Trouble(f"Aucun agent ne s’appelle {options.name} : {typed('agent list')} les montre tous.")
    send(RenewSecondFactor(agent_id=UUID(known[options.name])))
    return (
        f"Le second facteur et les codes de secours de {options.name} ne servent plus, ses sessions sont terminées. Un lien part vers "
        "son adresse, pour en prendre un nouveau avec son mot de passe."
    )


def rights(options: argparse.Namespace) -> Iterator[str]:
    """What the agent may do, changed first where an option says so."""
    if not (options.role or options.add or options.remove or options.departments):
        [agent] = send(calls.ListAgents(username=options.name)).agents
    else:
        _refuse_unknown(options.departments)
        asked = calls.ChangeRights(
            username=options.name,
            role=options.role or "",
            add=tuple(options.add or ()),
            remove=tuple(options.remove or ()),
            departments=tuple(options.departments) if options.departments else None,
        )
        done = send(asked)
        agent = done.agent
        yield from changes(done.changes)
        later = " Modifiez aussi accounts.yaml : son prochain import y revient sinon." if agent.from_file else ""
        yield f"Ses sessions sont terminées.{later}" if done.changes else f"{agent.username} : rien n’a changé."
    yield f"Rôle      {ROLES[agent.role]} ({agent.role})"
    yield f"Fonction  {agent.function}"
    yield f"Services  {', '.join(agent.departments) or NOTHING}"
    yield f"Droits    {', '.join(agent.permissions) or NOTHING}"
    yield f"État      {STATES[agent.state]}"


def _refuse_unknown(departments: list[str] | None) -> None:
    if not departments:
        return
    known = [one["slug"] for one in to_json(send(ReadTown()))["departments"]]
    if unknown := [slug for slug in departments if slug not in known]:
        raise Trouble(
            f"Services inconnus : {', '.join(unknown)}. Les services de la commune : {', '.join(known)}. Rien n’a été modifié."
        )


def changes(found: Iterable[calls.AgentDifference]) -> Iterator[str]:
    """What was changed of agents, a line a field; the values of an address are not shown."""
    for one in found:
        said = f"{_written(one.after)} au lieu de {_written(one.before)}" if one.field != "email" else "modifié"
        yield f"{one.username} : {FIELDS[one.field]} {said}"


def left(found: Iterable[calls.AgentDifference]) -> Iterator[str]:
    """What an import left of agents because a page or a command changed it since, a line a field."""
    for one in found:
        said = "laissé tel que modifié sur le portail"
        if one.field != "email":
            said += f" ({_written(one.before)}) ; le fichier dit {_written(one.after)}"
        yield f"{one.username} : {FIELDS[one.field]} {said} ; --apply fait suivre le fichier"


def _written(value: object) -> str:
    return ", ".join(value) or NOTHING if isinstance(value, list) else str(value)
