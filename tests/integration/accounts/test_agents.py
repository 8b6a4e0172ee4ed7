"""Agents who are here: shut out, let in again, given other rights; an administrator always stays."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest

from services.accounts.account import NotYours
from services.accounts.agent import HANDLING, AgentRefused, AgentUnknown, LastAdministrator
from services.accounts.session import ChallengeGone, LogInRefused, SessionUnknown
from services.accounts.use_cases import agents, arrivals, logging_in
from services.chassis.actors import Actor, system
from tests.integration.accounts.conftest import House

IMPORTER = system("import")
CLERK = {
    "username": "Agent.Voirie",
    "email": "agent.voirie@saint-aubin-sur-orne.example",
    "function": "Technicien de voirie",
    "role": "agent",
    "departments": ["services-techniques"],
    "permissions": [],
}


def add(house: House, **changes: Any) -> dict[str, Any]:
    return arrivals.add_agent(house.store, house.call(IMPORTER, **{**CLERK, **changes}))


def challenge(house: House, login: dict[str, Any]) -> str:
    return house.log_in(login["username"], login["password"])["challenge"]


def logged_in(house: House, login: dict[str, Any]) -> str:
    house.clock.move(seconds=30)  # a code opens once
    code = pyotp.TOTP(login["totp_secret"]).at(house.clock.now())
    call = house.call(challenge=challenge(house, login), code=code, presented="")
    return logging_in.second_factor(house.store, call)["session"]


def disable(house: House, username: str, actor: Actor = IMPORTER) -> dict[str, Any]:
    return agents.disable_agent(house.store, house.call(actor, username=username))


def enable(house: House, username: str) -> dict[str, Any]:
    return agents.enable_agent(house.store, house.call(IMPORTER, username=username))


def rights(house: House, username: str = "agent.voirie", **asked: Any) -> dict[str, Any]:
    body = {"role": "", "add": [], "remove": [], "departments": None, **asked}
    return agents.change_rights(house.store, house.call(IMPORTER, username=username, **body))


def state(house: House, username: str = "agent.voirie") -> dict[str, Any]:
    [found] = agents.agents(house.store, house.call(IMPORTER, username=username))["agents"]
    return found


def is_over(house: House, session: str) -> bool:
    try:
        house.session(session)
    except SessionUnknown:
        return True
    return False


def ended(house: House) -> int:
    """How many sessions every gateway was told of as ended."""
    return house.facts().count("SessionEnded")


@pytest.fixture
def clerk(house: House) -> dict[str, Any]:
    return add(house)


@pytest.fixture
def administrator(house: House) -> dict[str, Any]:
    return add(house, username="chef", role="administrator", departments=[])


def test_a_disabled_agent_s_sessions_are_over_and_no_log_in_is_accepted(house: House, clerk: dict[str, Any]) -> None:
    sessions, waiting = [logged_in(house, clerk), logged_in(house, clerk)], challenge(house, clerk)

    assert disable(house, "AGENT.voirie") == {"username": "Agent.Voirie", "changed": True}

    assert [is_over(house, session) for session in sessions] == [True, True]
    assert ended(house) == 2
    with pytest.raises(LogInRefused) as known:
        house.log_in(clerk["username"], clerk["password"])
    with pytest.raises(LogInRefused) as unknown:
        house.log_in("personne", clerk["password"])
    assert known.value.message == unknown.value.message
    code = pyotp.TOTP(clerk["totp_secret"]).at(house.clock.now())
    with pytest.raises(ChallengeGone):
        logging_in.second_factor(house.store, house.call(challenge=waiting, code=code, presented=""))
    assert state(house)["state"] == "disabled"


def test_an_agent_who_is_enabled_again_logs_in_as_before(house: House, clerk: dict[str, Any]) -> None:
    disable(house, "agent.voirie")
    assert enable(house, "agent.voirie")["changed"]
    assert house.session(logged_in(house, clerk))["kind"] == "agent"
    assert [fact for fact in house.facts() if fact.startswith("Agent")] == [
        "AgentAdded",
        "AgentDisabled",
        "AgentEnabled",
    ]


def test_done_already_nothing_is_changed_or_said_again(house: House, clerk: dict[str, Any]) -> None:
    assert not enable(house, "agent.voirie")["changed"]
    disable(house, "agent.voirie")
    assert not disable(house, "agent.voirie")["changed"]
    assert house.facts().count("AgentDisabled") == 1


@pytest.mark.parametrize(
    "asked", [{"add": ["read_audit_log"]}, {"remove": ["write_exchanges"]}, {"departments": ["population"]}]
)
def test_other_rights_end_the_agent_s_sessions(house: House, clerk: dict[str, Any], asked: dict[str, Any]) -> None:
    session = logged_in(house, clerk)
    told = rights(house, **asked)
    assert len(told["changes"]) == 1
    assert is_over(house, session)
    assert ended(house) == 1
    actor = Actor.from_json(house.session(logged_in(house, clerk))["actor"])
    assert set(actor.permissions) == (set(HANDLING) | set(asked.get("add", ()))) - set(asked.get("remove", ()))
    assert actor.departments == tuple(asked.get("departments", ["services-techniques"]))


def test_rights_that_are_held_already_change_nothing_and_end_nothing(house: House, clerk: dict[str, Any]) -> None:
    session = logged_in(house, clerk)
    told = rights(house, add=["read_requests"], departments=["services-techniques"])
    assert told["changes"] == []
    assert house.session(session)
    assert "AgentChanged" not in house.facts()


def test_another_role_comes_with_its_usual_rights(house: House, clerk: dict[str, Any]) -> None:
    told = rights(house, role="editor", add=["read_requests"], remove=["manage_polls"])
    assert told["agent"]["role"] == "editor"
    assert told["agent"]["permissions"] == [
        "manage_news",
        "manage_activities",
        "manage_practical_info",
        "read_requests",
    ]


def test_unknown_rights_roles_and_names_are_refused_and_nothing_changes(house: House, clerk: dict[str, Any]) -> None:
    before = state(house)
    with pytest.raises(AgentRefused) as refused:
        rights(house, role="chef", add=["tout"], remove=["rien"])
    assert set(refused.value.fields) == {"agent.role", "agent.permissions"}
    for use in (disable, enable, state):
        with pytest.raises(AgentUnknown):
            use(house, "personne")
    assert state(house) == before


def test_the_last_active_administrator_is_neither_disabled_nor_given_another_role(
    house: House, administrator: dict[str, Any]
) -> None:
    session = logged_in(house, administrator)
    with pytest.raises(LastAdministrator):
        disable(house, "chef")
    with pytest.raises(LastAdministrator):
        rights(house, "chef", role="agent")
    assert house.session(session)
    assert state(house, "chef")["role"] == "administrator"

    add(house, username="adjointe", role="administrator")
    assert disable(house, "chef")["changed"]
    with pytest.raises(LastAdministrator):
        disable(house, "adjointe")


def test_of_two_administrators_disabled_at_once_one_stays(house: House, administrator: dict[str, Any]) -> None:
    add(house, username="adjointe", role="administrator")

    def tried(username: str) -> bool:
        try:
            return disable(house, username)["changed"]
        except LastAdministrator:
            return False

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(tried, ["chef", "adjointe"])) == [False, True]


def test_only_administrators_and_ourselves_manage_agents(house: House, clerk: dict[str, Any]) -> None:
    for actor in (
        Actor(kind="agent", id="2", roles=("agent",), permissions=("read_requests",)),
        Actor(kind="visitor", id="a" * 64),
    ):
        with pytest.raises(NotYours):
            disable(house, "agent.voirie", actor)
    manager = Actor(kind="agent", id="1", roles=("administrator",), permissions=("manage_agents",))
    assert disable(house, "agent.voirie", manager)["changed"]


def test_no_address_of_an_agent_is_told_or_in_an_event(house: House, clerk: dict[str, Any]) -> None:
    rights(house, add=["read_audit_log"])
    assert CLERK["email"] not in str(state(house))
    assert CLERK["email"] not in str(house.rows("SELECT public FROM events"))
