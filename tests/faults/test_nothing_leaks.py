"""What people typed is found nowhere but under its key: not at the broker, in a log, an event, a metric or a bare row."""

import socket
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests

from tests.faults import marks
from tests.faults.client import PAGES, REPORT
from tests.faults.crowd import Somebody, followed
from tests.faults.deployment import Deployment
from tests.faults.partner import read_all
from tests.servers import look
from tests.support.people import Person, photograph

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

HALF_SENT = 200
HALF_A_BODY = (
    b"POST /api/v1/requests HTTP/1.1\r\nHost: portail\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n"
    b'{"procedure": "signalement-voirie"'
)
ANSWER_SECONDS = 6.0


def test_typed_markers_are_found_nowhere_in_clear(deployment: Deployment) -> None:
    marker = f"mrk{uuid.uuid4().hex[:12]}".translate(str.maketrans("0123456789", "ghijklmnop"))  # as a name is spelt
    given = Person(deployment).prepared(REPORT, f"{marker}@courriel.example")
    given["applicant"] |= {"given_names": f"Prénom{marker}", "usage_name": f"Nom{marker}"}
    text = next(name for name, value in given["answers"].items() if isinstance(value, str) and " " in value)
    given["answers"][text] = f"{given['answers'][text]} {marker}"
    visitor = Person(deployment)
    draft = visitor.do("POST", "/drafts", {"procedure": REPORT, "anew": True})["id"]
    assert visitor.upload(draft, "photo", f"{marker}.jpg", photograph(marker)).status_code < 300
    receipt = visitor.do("POST", "/requests", {**given, "draft_id": draft})
    person = Somebody(deployment)
    path, mine = f"/requests/{receipt['number']}", followed(receipt)
    person.do("POST", f"{path}/exchanges", {"text": f"Bonjour {marker}"}, headers=mine)
    an_agent_types(deployment, receipt["number"], marker)
    look.drained(deployment)
    assert person.get(path, headers=mine)["status"]["slug"] == "redirected", "it can be read by who may"
    # a command without a running service waits at the broker, and lies there while the broker ends
    deployment.kill("requests")
    with ThreadPoolExecutor(10) as pool:
        asked = [pool.submit(person.ask, "POST", "/requests", json=given) for _ in range(10)]
        look.gathered(deployment, "rpc-requests", len(asked))
        deployment.stop_broker()
        found = marks.at_the_broker(deployment, marker)
        deployment.start_broker()
        deployment.revive()
        assert {one.result().status_code for one in asked} <= {201, 503}
    deployment.wait_until_ready()
    look.drained(deployment)
    assert not found, f"{marker} lay at the broker in {found}"
    marks.are_nowhere(deployment, marker, read_all(deployment.settings).bodies)


def an_agent_types(deployment: Deployment, number: str, marker: str) -> None:
    """Whatever an agent can type about a request, up to the reason for which it goes elsewhere."""
    agent = Person(deployment)
    agent.session.headers["Authorization"] = deployment.agent()
    file = f"/agent/requests/{number}"
    look.drained(deployment)  # what comes to a request by itself is no surprise any more to who acts on it
    agent.do("POST", "/agent/requests/search", {"q": marker})
    agent.do("POST", f"{file}/charge", {"version": agent.request(number)["version"]})
    agent.do("POST", f"{file}/notes", {"text": f"Vu {marker}"})
    agent.do("POST", f"/requests/{number}/exchanges", {"text": f"Bien reçu {marker}"})
    look.drained(deployment)
    decision = {"to": "redirected", "reason": f"Voirie de {marker}", "other_administration": f"Mairie de {marker}"}
    asked = {**decision, "version": agent.request(number)["version"], "missing_documents": [marker]}
    assert agent.refused("POST", f"{file}/status", asked)["status"] == 422
    agent.do("POST", f"{file}/status", {**decision, "version": agent.request(number)["version"]})


def test_pages_answer_while_two_hundred_bodies_are_half_sent(
    deployment: Deployment, figures: Callable[[str], None]
) -> None:
    address = urlsplit(deployment.url)
    lines = [socket.create_connection((str(address.hostname), int(address.port or 0))) for _ in range(HALF_SENT)]
    for line in lines:
        line.sendall(HALF_A_BODY)
    seconds = []
    for page in PAGES:
        begun = time.monotonic()
        assert requests.get(deployment.url + page, timeout=60).status_code == 200
        seconds.append(deployment.machine.own(begun, time.monotonic() - begun))
    Person(deployment).file(REPORT)
    for line in lines:
        line.close()
    figures(f"the slowest page took {max(seconds):.2f} s")
    assert max(seconds) < ANSWER_SECONDS
