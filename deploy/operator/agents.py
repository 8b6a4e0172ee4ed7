"""`parvis agent`: who works on the portal, who may log in, and what each may do."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from deploy.command.console import Console
from deploy.command.deployed import typed
from deploy.command.trouble import Trouble
from deploy.operator.calls import send
from deploy.operator.logins import ROLES
from services.accounts.schemas import agents as calls
from services.accounts.schemas.people import FindAccountIds
from services.accounts.schemas.team import RenewSecondFactor
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


def show(_options: argparse.Namespace) -> int:
    """Every agent, a line each."""
    console, found = Console(), send(calls.ListAgents()).agents
    widest = max((len(one.username) for one in found), default=0)
    for one in found:
        departments = ", ".join(one.departments) or NOTHING
        console.say(
            f"{one.username:<{widest}}  {ROLES[one.role]:<17}  {STATES[one.state]:<18}  services : {departments}"
        )
    if not found:
        console.say("Aucun agent.")
    return 0


def disable(options: argparse.Namespace) -> int:
    done = send(calls.DisableAgent(username=options.name))
    name = done.username
    Console().say(
        f"{name} ne peut plus se connecter ; ses sessions sont terminées. {typed(f'agent enable {name}')} le rétablit."
        if done.changed
        else f"{name} était déjà désactivé."
    )
    return 0


def invite(options: argparse.Namespace) -> int:
    """Mails the agent a link; a password and a second factor of before are good until it is taken."""
    done = send(calls.InviteAgent(username=options.name))
    until_then = (
        "le mot de passe et le second facteur d’à présent servent jusqu’à ce que le nouveau lien soit suivi"
        if done.may_log_in
        else "d’ici là, aucune connexion n’est possible"
    )
    Console().say(
        f"Un lien part vers l’adresse de {done.username}, pour choisir un mot de passe et un second facteur. Un lien envoyé avant "
        f"ne sert plus ; {until_then}."
    )
    return 0


def enable(options: argparse.Namespace) -> int:
    done = send(calls.EnableAgent(username=options.name))
    name = done.username
    if not done.changed:
        said = f"{name} n’était pas désactivé."
    elif done.may_log_in:
        said = f"{name} peut de nouveau se connecter, avec le même mot de passe et le même second facteur."
    else:
        said = f"{name} n’est plus désactivé, mais n’a pas encore de mot de passe : {typed(f'agent invite {name}')} envoie un lien."
    Console().say(said)
    return 0


def second_factor(options: argparse.Namespace) -> int:
    """Ends an agent's second factor, recovery codes and sessions, and mails a link by which a new factor is taken."""
    known = send(FindAccountIds(usernames=(options.name,))).ids
    if options.name not in known:
        raise Trouble(f"Aucun agent ne s’appelle {options.name} : {typed('agent list')} les montre tous.")
    send(RenewSecondFactor(agent_id=UUID(known[options.name])))
    Console().say(
        f"Le second facteur et les codes de secours de {options.name} ne servent plus, ses sessions sont terminées. Un lien part vers "
        "son adresse, pour en prendre un nouveau avec son mot de passe."
    )
    return 0


def rights(options: argparse.Namespace) -> int:
    """What the agent may do, changed first where an option says so."""
    console = Console()
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
        for line in changes(done.changes):
            console.say(line)
        console.say(_said_of(agent, changed=bool(done.changes)))
    console.say(f"Rôle      {ROLES[agent.role]} ({agent.role})")
    console.say(f"Fonction  {agent.function}")
    console.say(f"Services  {', '.join(agent.departments) or NOTHING}")
    console.say(f"Droits    {', '.join(agent.permissions) or NOTHING}")
    console.say(f"État      {STATES[agent.state]}")
    return 0


def _said_of(agent: calls.AgentShown, *, changed: bool) -> str:
    if not changed:
        return f"{agent.username} : rien n’a changé."
    later = " Modifiez aussi accounts.yaml : son prochain import y revient sinon." if agent.from_file else ""
    return f"Ses sessions sont terminées.{later}"


def _refuse_unknown(departments: list[str] | None) -> None:
    if not departments:
        return
    known = [one["slug"] for one in send(ReadTown())["departments"]]
    if unknown := [slug for slug in departments if slug not in known]:
        raise Trouble(
            f"Services inconnus : {', '.join(unknown)}. Les services de la commune : {', '.join(known)}. Rien n’a été modifié."
        )


def changes(found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What was changed of agents, a line a field; the values of an address are not shown."""
    for one in found:
        said = f"{_written(one['after'])} au lieu de {_written(one['before'])}" if "after" in one else "modifié"
        yield f"{one['username']} : {FIELDS[one['field']]} {said}"


def left(found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What an import left of agents because a page or a command changed it since, a line a field."""
    for one in found:
        said = "laissé tel que modifié sur le portail"
        if "after" in one:
            said += f" ({_written(one['before'])}) ; le fichier dit {_written(one['after'])}"
        yield f"{one['username']} : {FIELDS[one['field']]} {said} ; --apply fait suivre le fichier"


def _written(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value) or NOTHING
