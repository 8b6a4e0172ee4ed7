"""A partner outside follows what happens to requests through the door that the operator opens on each machine."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.compose.test_faults import Crowd
from tests.e2e.partner_clients import Client
from tests.support.people import log_in
from tests.swarm.conftest import say, written
from tests.swarm.leaders import swarm_leader
from tests.swarm.logins import come_in
from tests.swarm.machines import Machine
from tests.swarm.members import until
from tests.swarm.people import BACK_SECONDS
from tests.swarm.stacked import NAME, Stack
from tests.swarm.test_machine_dies import all_back

pytestmark = pytest.mark.release

PORT = 5671
GOES_ON_SECONDS = 120
"""A link to a dead machine is silent: a client that asks for a heartbeat every 30 s gives it up after two of them, and waits before it comes again."""
# What a program is given as its DNS: under the portal's name the addresses of the machines, in this order.
DNS = """
import socket
asked = socket.getaddrinfo
def answered(host, port, *arguments, **options):
    found = {addresses} if host == {name!r} else [host]
    return [place for one in found for place in asked(one, port, *arguments, **options)]
socket.getaddrinfo = answered
"""


@pytest.fixture
def address(portal: Stack) -> Iterator[str]:
    """Of the broker, as the operator hands it to a partner. Afterwards the door is closed again."""
    [opened] = written("La porte des partenaires")
    said = [portal.must(command.replace("NOM", "etat-civil")) for command in opened]
    yield said[-1].strip().splitlines()[-1]
    for setting in ("COMPOSE_PROFILES", "PARTNERS_PUBLIC_URL"):
        portal.set(setting, "")
    portal.must("deploy/swarm/stack")
    assert not portal.manager.docker("service", "ls", "-q", "--filter", "name=parvis_partners")


def partner(portal: Stack, broker: str, folder: Path, machines: list[Machine]) -> Client:
    """The example of docs/partners.md, which comes to the first of these machines that answers."""
    (folder / "sitecustomize.py").write_text(
        DNS.format(addresses=[one.address for one in machines], name=NAME), "utf-8"
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", str(folder))
        patched.setenv("SSL_CERT_FILE", str(portal.home / "secrets" / "certificate.pem"))
        return Client("python", folder).start(broker, portal.url)


def comes_to(client: Client) -> set[str]:
    """The addresses of the doors that it is connected to."""
    links = psutil.Process(client.child.pid).net_connections()
    return {link.raddr.ip for link in links if link.raddr and link.raddr.port == PORT and link.status == "ESTABLISHED"}


def test_a_partner_misses_nothing_when_the_machine_through_which_it_comes_dies(
    portal: Stack, address: str, tmp_path: Path
) -> None:
    assert {one for _, one in portal.tasks("partners")} == {one.name for one in portal.machines}
    come_in(portal)
    leader = swarm_leader(portal)
    victim, *others = sorted(portal.machines, key=lambda one: one is leader)
    client = partner(portal, address, tmp_path, [victim, *others])
    try:
        with Crowd(portal).filing(3) as crowd:
            until(client.ids, "an event")
            assert comes_to(client) == {victim.address}
            victim.die()
            crowd.until(5)
        agent = log_in(portal, "agent")
        subjects = {agent.request(receipt["number"])["request_id"] for receipt in crowd.receipts.values()}
        seconds = until(
            lambda: all("RequestSubmitted" in client.kinds(one) for one in subjects), "each request", GOES_ON_SECONDS
        )
        say(f"a partner has all of {len(subjects)} requests {seconds:.0f} s after the last was filed")
        assert comes_to(client) <= {one.address for one in others}
        victim.start()
        until(lambda: victim.run("version").returncode == 0, f"{victim.name} to be back", BACK_SECONDS)
        all_back(portal)
    finally:
        client.stop()
    offsets = [line["offset"] for line in client.lines()]
    assert offsets == sorted(set(offsets)), "in order, each once"
    assert len({*client.ids()}) == len(offsets)
