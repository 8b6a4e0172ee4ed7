"""A machine that is lost with its disk is replaced by another, by the commands of docs/clustering.md."""

from functools import partial

import pytest

from tests.compose.test_faults import SLUG
from tests.support.people import visitor
from tests.swarm.conftest import IMAGES, OF_STORES, loaded, with_patroni, written
from tests.swarm.machines import NETWORK, Machine
from tests.swarm.members import accepted, identity_of_etcd2, until
from tests.swarm.stacked import Stack
from tests.swarm.test_machine_dies import all_back, checked

pytestmark = pytest.mark.release

REPEATED_SECONDS = 240
"""For a command that is refused at first, as the page says."""


def test_a_new_machine_takes_the_place_of_one_that_is_lost(portal: Stack, image: str) -> None:
    lost, known = portal.machines[1], visitor(portal).file(SLUG)["number"]
    new = Machine(f"{lost.name[:-1]}5", f"{NETWORK}.15", lost.folder.with_name("m5"), lost.bridge)
    portal.machines[1] = new
    lost.remove()
    new.start()
    loaded([new], portal.image_of("requests"), with_patroni(image), *(IMAGES[one] for one in OF_STORES))
    token = portal.manager.docker("swarm", "join-token", "-q", "manager")
    to = f"{portal.manager.address}:2377"
    new.docker("swarm", "join", "--advertise-addr", new.address, "--token", token, to)

    [block, *_] = written("Remplacer une machine perdue")
    etcd = ""
    for line in block:
        given = line.replace("MACHINE2", lost.name).replace("MACHINE4", new.name).replace("IDENTIFIANT-D-ETCD2", etcd)
        etcd = identity_of_etcd2(accepted(partial(portal.run, given), line, REPEATED_SECONDS), etcd)

    all_back(portal)
    checked(portal)
    watch = portal.watch(new)
    with watch.watching():
        until(lambda: [one for one in watch.answers if one.status == 200], "an answer of the new machine")
    filed = visitor(portal).file(SLUG)["number"]
    assert portal.sql(f"SELECT count(*) FROM requests WHERE number IN ('{known}', '{filed}')", "requests") == "2"
