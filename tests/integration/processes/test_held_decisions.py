"""A decision that waits survives the process that holds it, and is carried out once."""

from typing import Any
from uuid import uuid4

from services.chassis.actors import Actor
from tests.integration.processes.conftest import AGENT, IMPORTER, Processes, patiently, until

WAIT = "2"  # seconds: more than it takes to kill


def an_agent(processes: Processes) -> Actor:
    """One whom accounts knows, unlike the agent of the other tests: what waits is done with the rights of its moment."""
    name = f"agent.{uuid4().hex[:8]}"
    described = {"username": name, "email": f"{name}@ville.example", "function": AGENT.name, "role": "agent"}
    processes.call("accounts.add_agent", {**described, "departments": list(AGENT.departments)}, IMPORTER)
    [known] = processes.call("accounts.account_ids", {"usernames": [name]}, IMPORTER)["ids"].values()
    return Actor(kind="agent", id=known, name=AGENT.name, departments=AGENT.departments, permissions=AGENT.permissions)


def test_a_kill_between_a_decision_and_its_moment_neither_loses_nor_doubles_it(processes: Processes) -> None:
    agent = an_agent(processes)
    number = processes.submit(Actor(kind="visitor", id="e" * 64), "signalement-voirie")["number"]
    processes.services.stop("requests")
    processes.services.start("requests", DECISION_WAIT=WAIT)
    processes.decide(number, "in_review")
    asked = {"number": number, "to": "rejected", "reason": "Cette voie est privée.", "hold": True}

    def hold() -> Any:
        version = processes.tracking(number)["version"]
        return processes.call("requests.change_status", {**asked, "version": version}, agent)["held"]

    decision = patiently(hold)
    processes.services.kill("requests")
    processes.services.start("requests")

    def state() -> str:
        named = {"number": number, "decision_id": decision}
        return str(processes.call("requests.read_held_decision", named, agent)["state"])

    until(lambda: state() == "done")
    titles = [line["title"] for line in processes.tracking(number)["history"]]
    assert titles.count("Statut «\u00a0Refusée\u00a0»") == 1
    assert processes.call("requests.list_held_decisions", {"number": number}, agent)["items"] == []
