"""What people typed is found nowhere but under its key: not at the broker, in a log, an event, a metric or a bare row."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults import marks
from tests.faults.client import REPORT
from tests.faults.crowd import Somebody, followed
from tests.faults.house import House
from tests.faults.partner import read_all
from tests.servers import look
from tests.support.people import Person, photograph

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]


def test_markers_are_found_nowhere(house: House) -> None:
    marker = f"mrk{uuid.uuid4().hex[:12]}".translate(str.maketrans("0123456789", "ghijklmnop"))  # as a name is spelt
    given = Person(house).prepared(REPORT, f"{marker}@courriel.example")
    given["applicant"] |= {"given_names": f"Prénom{marker}", "birth_name": f"Nom{marker}"}
    text = next(name for name, value in given["answers"].items() if isinstance(value, str) and " " in value)
    given["answers"][text] = f"{given['answers'][text]} {marker}"
    visitor = Person(house)
    draft = visitor.do("POST", "/drafts", {"procedure": REPORT, "anew": True})["id"]
    assert visitor.upload(draft, "photo", f"{marker}.jpg", photograph(marker)).status_code < 300
    receipt = visitor.do("POST", "/requests", {**given, "draft_id": draft})
    person = Somebody(house)
    path, mine = f"/requests/{receipt['number']}", followed(receipt)
    person.do("POST", f"{path}/exchanges", {"text": f"Bonjour {marker}"}, headers=mine)
    an_agent_types(house, receipt["number"], marker)
    look.drained(house)
    assert person.get(path, headers=mine)["status"]["slug"] == "redirected", "it can be read by who may"
    # a command that finds nobody at home waits at the broker, and lies there while the broker ends
    house.kill("requests")
    with ThreadPoolExecutor(10) as pool:
        asked = [pool.submit(person.ask, "POST", "/requests", json=given) for _ in range(10)]
        look.gathered(house, "rpc-requests", len(asked))
        house.stop_broker()
        found = marks.at_the_broker(house, marker)
        house.start_broker()
        house.revive()
        assert {one.result().status_code for one in asked} <= {201, 503}
    house.wait_until_ready()
    look.drained(house)
    assert not found, f"{marker} lay at the broker in {found}"
    marks.are_nowhere(house, marker, read_all(house.settings).bodies)


def an_agent_types(house: House, number: str, marker: str) -> None:
    """Whatever an agent can type about a request, up to the reason for which it goes elsewhere."""
    agent = Person(house)
    agent.session.headers["Authorization"] = house.agent()
    file = f"/agent/requests/{number}"
    look.drained(house)  # what comes to a request by itself is no surprise any more to who acts on it
    agent.do("POST", "/agent/requests/search", {"q": marker})
    agent.do("POST", f"{file}/charge", {"version": agent.request(number)["version"]})
    agent.do("POST", f"{file}/notes", {"text": f"Vu {marker}"})
    agent.do("POST", f"/requests/{number}/exchanges", {"text": f"Bien reçu {marker}"})
    look.drained(house)
    decision = {"to": "redirected", "reason": f"Voirie de {marker}", "other_administration": f"Mairie de {marker}"}
    asked = {**decision, "version": agent.request(number)["version"], "missing_documents": [marker]}
    assert agent.refused("POST", f"{file}/status", asked)["status"] == 422
    agent.do("POST", f"{file}/status", {**decision, "version": agent.request(number)["version"]})
