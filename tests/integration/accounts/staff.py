"""Agents of a test's town: brought in, logged in, changed by command or by the town's file, invited by mail."""

from typing import Any

import pyotp

from services.accounts.invitations import use_cases as invitations, views as invitations_views
from services.accounts.log_in import use_cases as logging_in
from services.accounts.provisioning import use_cases as provisioning
from services.accounts.schemas.rights import HANDLING
from services.accounts.team import use_cases as agents, views as team_views
from services.chassis.actors import Actor, system
from tests.integration.accounts.house import House

IMPORTER = system("import")
CLERK = {
    "username": "Agent.Voirie",
    "email": "agent.voirie@saint-aubin-sur-orne.example",
    "function": "Technicien de voirie",
    "role": "agent",
    "departments": ["services-techniques"],
    "permissions": None,
}


def add(house: House, **changes: Any) -> dict[str, Any]:
    return house.ask(provisioning.add_agent, house.call(IMPORTER, **{**CLERK, **changes}))


def challenge(house: House, login: dict[str, Any]) -> str:
    return house.log_in(login["username"], login["password"])["challenge"]


def code(house: House, login: dict[str, Any]) -> str:
    """The six figures of now."""
    return pyotp.TOTP(login["totp_secret"]).at(house.clock.now())


def answer(house: House, challenge: str, typed: str, presented: str = "") -> str:
    """The session that the code opens."""
    call = house.call(challenge=challenge, code=typed, presented=presented)
    return house.ask(logging_in.second_factor, call)["session"]


def logged_in(house: House, login: dict[str, Any]) -> str:
    house.clock.move(seconds=30)  # a code opens once
    return answer(house, challenge(house, login), code(house, login))


def disable(house: House, username: str, actor: Actor = IMPORTER) -> dict[str, Any]:
    return house.ask(agents.disable_agent, house.call(actor, username=username))


def enable(house: House, username: str) -> dict[str, Any]:
    return house.ask(agents.enable_agent, house.call(IMPORTER, username=username))


def rights(house: House, username: str = "agent.voirie", **asked: Any) -> dict[str, Any]:
    body = {"role": "", "add": [], "remove": [], "departments": None, **asked}
    return house.ask(agents.change_rights, house.call(IMPORTER, username=username, **body))


def imported(house: House, *people: dict[str, Any], command_id: str | None = None, **by_name: Any) -> dict[str, Any]:
    """The town's file with these agents in it."""
    given = {"citizens": [], "agents": list(people), "invite": False, **by_name}
    return house.ask(provisioning.import_accounts, house.call(IMPORTER, command_id, **given))


def in_the_file(**changes: Any) -> dict[str, Any]:
    entry = {**CLERK, "second_factor": "required", "can": list(HANDLING), **changes}
    return {name: value for name, value in entry.items() if name != "permissions"}


def state(house: House, username: str = "agent.voirie") -> dict[str, Any]:
    [found] = house.ask(team_views.agents, house.call(IMPORTER, username=username))["agents"]
    return found


def ended(house: House) -> int:
    """How many sessions every gateway was told of as ended."""
    return house.facts().count("SessionEnded")


PASSPHRASE = "sept lanternes au bord du canal"


def invite(house: House, username: str = "agent.voirie") -> None:
    house.ask(agents.invite_agent, house.call(IMPORTER, username=username))


def mailed(house: House, username: str = "agent.voirie") -> dict[str, Any]:
    return house.notice("agent_invitation", house.account_of(username))


def offered(house: House, token: str) -> dict[str, Any]:
    return house.ask(invitations_views.invitation, house.call(token=token))


def accept(house: House, token: str, password: str = PASSPHRASE, figures: str = "") -> dict[str, Any]:
    """Takes the link, and gives what logging in takes from then on."""
    offer = offered(house, token)
    typed = figures or code(house, offer)
    done = house.ask(invitations.accept_invitation, house.call(token=token, password=password, code=typed))
    return {**offer, "password": password, **done}
