"""What the engines forget is found and mended by what the operator types when a machine is back."""

import pytest

from tests.compose.test_faults import SLUG
from tests.support.people import visitor
from tests.swarm.leaders import database_leader
from tests.swarm.machines import Machine
from tests.swarm.members import until
from tests.swarm.people import BACK_SECONDS
from tests.swarm.stacked import DATABASES, Stack
from tests.swarm.test_bad_machines import read

pytestmark = pytest.mark.release


def test_a_database_whose_name_the_others_forgot_is_found_and_known_again(portal: Stack) -> None:
    """It leads. What is connected to it stays so; nothing else reaches it until it is known."""
    until(portal.is_whole, "each cluster to be whole", BACK_SECONDS)
    leads = database_leader(portal)
    name = DATABASES[portal.machines.index(leads)]
    others = [one for one in portal.machines if one is not leads]
    [(_, container)] = portal.places(name)

    leads.forget_name(container)
    until(lambda: not any(is_known(portal, one, name) for one in others), "its name to be forgotten")
    done = portal.run("deploy/swarm/stack")

    assert done.returncode == 1
    on = ", ".join(sorted(one.name for one in others))
    assert f"parvis_{name} : son nom est inconnu sur {on}, on le relance" in read(done.stderr)
    until(portal.is_whole, "each cluster to be whole", BACK_SECONDS)
    portal.must("deploy/swarm/stack")
    assert all(is_known(portal, one, name) for one in portal.machines)
    author = visitor(portal)
    assert author.do("POST", "/requests", author.prepared(SLUG))["number"]


def is_known(portal: Stack, machine: Machine, name: str) -> bool:
    """To what runs on that machine."""
    [(_, database)] = [(there, one) for there, one in portal.places(*DATABASES) if there is machine]
    return machine.run("exec", database, "getent", "ahosts", name).returncode == 0
