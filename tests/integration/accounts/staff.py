"""Agents of a test's town: brought in, logged in, changed by command or by the town's file, invited by mail."""

from typing import Any

import pyotp

from services.accounts.invitations import use_cases as invitations, views as invitations_views
from services.accounts.log_in import use_cases as logging_in
from services.accounts.provisioning import use_cases as provisioning
from services.accounts.schemas.rights import HANDLING
from services.accounts.team import use_cases as agents, views as team_views
from services.chassis.actors import Actor, system
from tests.integration.accounts.service import Accounts

IMPORTER = system("import")
CLERK = {
    "username": "Agent.Voirie",
    "email": "agent.voirie@saint-aubin-sur-orne.example",
    "function": "Technicien de voirie",
    "role": "agent",
    "departments": ["services-techniques"],
    "permissions": None,
}


def add(accounts: Accounts, **changes: Any) -> dict[str, Any]:
    return accounts.ask(provisioning.add_agent, accounts.call(IMPORTER, **{**CLERK, **changes}))


def challenge(accounts: Accounts, login: dict[str, Any]) -> str:
    return accounts.log_in(login["username"], login["password"])["challenge"]


def code(accounts: Accounts, login: dict[str, Any]) -> str:
    """The six figures of now."""
    return pyotp.TOTP(login["totp_secret"]).at(accounts.clock.now())


def answer(accounts: Accounts, challenge: str, typed: str, presented: str = "") -> str:
    """The session that the code opens."""
    call = accounts.call(challenge=challenge, code=typed, presented=presented)
    return accounts.ask(logging_in.second_factor, call)["session"]


def logged_in(accounts: Accounts, login: dict[str, Any]) -> str:
    accounts.clock.move(seconds=30)  # a code opens once
    return answer(accounts, challenge(accounts, login), code(accounts, login))


def disable(accounts: Accounts, username: str, actor: Actor = IMPORTER) -> dict[str, Any]:
    return accounts.ask(agents.disable_agent, accounts.call(actor, username=username))


def enable(accounts: Accounts, username: str) -> dict[str, Any]:
    return accounts.ask(agents.enable_agent, accounts.call(IMPORTER, username=username))


def rights(accounts: Accounts, username: str = "agent.voirie", **asked: Any) -> dict[str, Any]:
    body = {"role": "", "add": [], "remove": [], "departments": None, **asked}
    return accounts.ask(agents.change_rights, accounts.call(IMPORTER, username=username, **body))


def imported(
    accounts: Accounts, *people: dict[str, Any], command_id: str | None = None, **by_name: Any
) -> dict[str, Any]:
    """The town's file with these agents in it."""
    given = {"citizens": [], "agents": list(people), "invite": False, **by_name}
    return accounts.ask(provisioning.import_accounts, accounts.call(IMPORTER, command_id, **given))


def in_the_file(**changes: Any) -> dict[str, Any]:
    entry = {**CLERK, "second_factor": "required", "can": list(HANDLING), **changes}
    return {name: value for name, value in entry.items() if name != "permissions"}


def state(accounts: Accounts, username: str = "agent.voirie") -> dict[str, Any]:
    [found] = accounts.ask(team_views.agents, accounts.call(IMPORTER, username=username))["agents"]
    return found


def ended(accounts: Accounts) -> int:
    """How many ends of sessions were published to every gateway."""
    return accounts.facts().count("SessionEnded")


PASSPHRASE = "sept lanternes au bord du canal"


def invite(accounts: Accounts, username: str = "agent.voirie") -> None:
    accounts.ask(agents.invite_agent, accounts.call(IMPORTER, username=username))


def mailed(accounts: Accounts, username: str = "agent.voirie") -> dict[str, Any]:
    return accounts.notice("agent_invitation", accounts.account_of(username))


def offered(accounts: Accounts, token: str) -> dict[str, Any]:
    return accounts.ask(invitations_views.invitation, accounts.call(token=token))


def accept(accounts: Accounts, token: str, password: str = PASSPHRASE, figures: str = "") -> dict[str, Any]:
    """Takes the link, and gives what logging in takes from then on."""
    offer = offered(accounts, token)
    typed = figures or code(accounts, offer)
    done = accounts.ask(invitations.accept_invitation, accounts.call(token=token, password=password, code=typed))
    return {**offer, "password": password, **done}
