"""A partner that follows docs/partners.md misses nothing, and deals with nothing twice, when the town's broker is lost.

The three example clients read the portal, whose broker is rebuilt as docs/operating.md says while requests are filed.
"""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.command.layout import Layout
from deploy.command.running import settings_file
from services.chassis.event_store import db
from services.chassis.service_list import service_names
from services.chassis.settings import Settings
from tests.e2e.partner_clients import LANGUAGES, Client
from tests.servers.portal import GIVEN, Portal, parvis, started
from tests.support.people import Person, eventually

pytestmark = pytest.mark.e2e

PARTNER = "essai"


@pytest.fixture
def portal_to_stop(portal: Portal) -> Iterator[Portal]:
    """This worker's portal, which runs again whatever becomes of the test; none that others use is stopped."""
    if GIVEN in os.environ:
        pytest.skip("the portal is not this worker's own")
    yield portal
    if portal.parvis("status").returncode != 0:
        started(portal.home, port_of(portal))
    portal.parvis("partner", "revoke", PARTNER)


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[list[Client]]:
    made = [Client(language, tmp_path) for language in LANGUAGES]
    yield made
    for one in made:
        one.stop()


def port_of(portal: Portal) -> int:
    return int(portal.url.rpartition(":")[2])


def file_one(person: Person) -> str:
    """The id of a request that was just filed."""
    number = person.do("POST", "/requests", person.prepared("signalement-voirie"))["number"]
    return person.request(number)["request_id"]


def published(portal: Portal) -> list[str]:
    """The id of every event that partners may read, in order."""
    query = "SELECT e.event_id::text FROM events e JOIN positions p USING (event_id) WHERE e.shared ORDER BY p.position"
    settings = Settings.load(settings_file(Layout(Path(portal.home))))
    with db.connect(settings.owner_database("requests"), "tests") as conn:
        return [row["event_id"] for row in conn.execute(query)]


def missed(clients: list[Client], events: set[str]) -> list[str]:
    """The languages in which some of these events were not received yet."""
    return [one.language for one in clients if not events <= set(one.ids())]


def taken_once(clients: list[Client], portal: Portal, subject: str) -> set[str]:
    """Waits until each has that request; checks that each has each event once. The streams that they read last."""
    for one in clients:
        eventually(lambda one=one: one.of(subject), f"the filing, in {one.language}")
    eventually(lambda: missed(clients, set(published(portal))) == [], "the other events")
    for one in clients:
        taken = one.ids()
        assert len(set(taken)) == len(taken), one.language
        assert set(taken) <= set(published(portal)), one.language
    return {one.lines()[-1]["stream"] for one in clients}


def test_each_client_has_each_event_once_after_broker_and_stream_were_made_anew(
    portal_to_stop: Portal, clients: list[Client], camille: Person
) -> None:
    portal = portal_to_stop
    address = portal.add_partner(PARTNER)
    for one in clients:
        one.start(address, portal.url)
    [first] = taken_once(clients, portal, file_one(camille))

    # The operator's drill: the broker's data is lost, and requests are filed before partners are let in again.
    assert parvis(portal.home, "down").returncode == 0
    shutil.move(portal.home / "rabbitmq", portal.home / "rabbitmq-lost")
    portal = started(portal.home, port_of(portal))
    file_one(camille)
    for one in clients:
        eventually(lambda one=one: "Connection lost" in one.said.read_text(), f"the loss, in {one.language}")
        one.stop()  # by itself it would try again half a minute later
        one.start(address, portal.url)
    with ThreadPoolExecutor() as side_by_side:
        done = side_by_side.map(lambda service: portal.parvis("republish", service, "--from", "1"), service_names())
    assert {one.returncode for one in done} == {0}
    for one in clients:
        eventually(lambda one=one: one.child.poll() is not None, f"the end of {one.language}, whose access is no more")
        assert one.said.read_text().splitlines()[-1].startswith("Access refused"), one.said.read_text()[-500:]
    address = portal.add_partner(PARTNER)
    for one in clients:
        one.start(address, portal.url)
    [second] = taken_once(clients, portal, file_one(camille))

    # After a restore of broker and databases together; the clients are at work, and keep their access.
    assert portal.parvis("partner", "renew").returncode == 0
    [third] = taken_once(clients, portal, file_one(camille))

    assert len({first, second, third}) == 3
    assert portal.parvis("verify", "requests").returncode == 0
