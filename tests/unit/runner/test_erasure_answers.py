"""A department whose agents cannot answer who asks for an erasure is named to who keeps the portal."""

from typing import Any

from deploy.local.up import DEMO_TOWN
from deploy.operator.erasure_answers import departments_without
from deploy.operator.town_folder import read_town

HANDLING = ["read_requests", "change_status"]


def agent(*departments: str, state: str = "active", can: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"departments": list(departments), "state": state, "permissions": [*HANDLING, *can]}


def test_departments_that_handle_requests_without_an_agent_of_data_rights_are_named() -> None:
    agents = [
        agent("population", "urbanisme"),
        agent("population", can=("handle_data_rights",)),
        agent("police", state="disabled", can=("handle_data_rights",)),
        agent("enfance", state="invited", can=("handle_data_rights",)),
        {"departments": ["communication"], "state": "active", "permissions": ["manage_news"]},
    ]
    assert departments_without(agents) == ["urbanisme"]
    assert departments_without(agents, {"police", "enfance"}) == ["police", "urbanisme"]


def test_the_demonstration_lacks_none() -> None:
    town = read_town(DEMO_TOWN)
    agents = [
        {"departments": one["departments"], "state": "active", "permissions": one["can"]}
        for one in town["accounts"]["agents"]
    ]
    assert departments_without(agents, {one["department"] for one in town["procedures"]["procedures"]}) == []
