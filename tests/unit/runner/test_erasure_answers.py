"""A department whose agents cannot answer who asks for an erasure is named to who keeps the portal."""

from deploy.local.up import DEMO_TOWN
from deploy.operator.erasure_answers import departments_locked, departments_without
from deploy.operator.town_folder import read_town
from services.accounts.schemas.agents import AgentShown

HANDLING = ("read_requests", "change_status")


def agent(
    *departments: str, state: str = "active", can: tuple[str, ...] = (), handling: tuple[str, ...] = HANDLING
) -> AgentShown:
    return AgentShown(
        username="a",
        function="f",
        role="agent",
        departments=departments,
        permissions=(*handling, *can),
        state=state,
        from_file=False,
    )


def test_departments_that_handle_requests_without_an_agent_of_data_rights_are_named() -> None:
    agents = [
        agent("population", "urbanisme"),
        agent("population", can=("handle_data_rights",)),
        agent("police", state="disabled", can=("handle_data_rights",)),
        agent("enfance", state="invited", can=("handle_data_rights",)),
        agent("communication", can=("manage_news",), handling=()),
    ]
    assert departments_without(agents) == ["urbanisme"]
    assert departments_without(agents, {"police", "enfance"}) == ["police", "urbanisme"]


def test_each_department_of_the_demonstration_can_answer_erasures() -> None:
    town = read_town(DEMO_TOWN)
    agents = [agent(*one["departments"], can=tuple(one["can"]), handling=()) for one in town["accounts"]["agents"]]
    assert departments_without(agents, {one["department"] for one in town["procedures"]["procedures"]}) == []


def test_departments_whose_confidential_files_open_to_none_are_named() -> None:
    reads = ("read_requests", "handle_confidential")
    gone = agent("police", state="disabled", can=reads)
    assert departments_locked([agent("population", can=reads), gone, agent("enfance")], {"population", "police"}) == [
        "police"
    ]
    demo = read_town(DEMO_TOWN)
    agents = [agent(*one["departments"], can=tuple(one["can"]), handling=()) for one in demo["accounts"]["agents"]]
    confidential = {one["department"] for one in demo["procedures"]["procedures"] if one["confidential"]}
    assert departments_locked(agents, confidential) == []
