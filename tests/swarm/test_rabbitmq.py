"""The broker's three nodes in the stack: one cluster, a copy of each queue on each, and replaced one after another."""

import pytest

from tests.compose.test_faults import Crowd
from tests.support.people import eventually
from tests.swarm.conftest import say
from tests.swarm.machines import rights_of
from tests.swarm.stacked import NODES, STACK, Stack

NAMES = [f"parvis{number}@rabbitmq{number}" for number in (1, 2, 3)]
RIGHTS = {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
REFUSED_SECONDS = 6


def test_each_node_is_on_its_machine_bounded_and_as_the_broker_s_user(portal: Stack) -> None:
    for name, machine in zip(NODES, portal.machines, strict=True):
        [one] = portal.on(machine)[name]
        host = one["HostConfig"]
        assert one["Config"]["Hostname"] == name
        assert (host["CapDrop"], host["Privileged"]) == (["ALL"], False)
        assert {right.removeprefix("CAP_") for right in host["CapAdd"]} == RIGHTS
        assert (host["Memory"], host["NanoCpus"] / 1e9, host["PidsLimit"]) == (2**30, 2, 2000)
        shown = rights_of(one)
        assert shown["Uid"] != "0"
        assert (shown["NoNewPrivs"], int(shown["CapEff"], 16)) == ("1", 0)
        assert set(one["NetworkSettings"]["Networks"]) == {f"{STACK}_inside"}
        assert not any(one["NetworkSettings"]["Ports"].values())
        cookie = portal.inside(name, "stat", "-c", "%a %U", "/var/lib/rabbitmq/.erlang.cookie")
        assert cookie == "400 rabbitmq"


def test_all_nodes_are_of_one_minor_release_and_keep_what_is_declared_in_mnesia(portal: Stack) -> None:
    """As deploy/swarm/rabbitmq/start expects, which looks for Mnesia's files."""
    for name in NODES:
        assert portal.inside(name, "rabbitmqctl", "-q", "version").startswith("4.0.")
    flags = portal.inside(NODES[0], "rabbitmqctl", "-q", "list_feature_flags", "name", "state")
    assert ["khepri_db", "disabled"] in [line.split() for line in flags.splitlines()]


def test_each_queue_that_waits_and_the_partners_stream_are_on_all_three(portal: Stack) -> None:
    found = portal.copies()

    assert {"parvis.events", "rpc-requests"} <= set(found)
    assert {name: nodes for name, nodes in found.items() if nodes != NAMES} == {}


def test_the_partners_proxy_finds_all_three_under_one_name(portal: Stack) -> None:
    said = portal.inside("rabbitmq1", "getent", "ahostsv4", "rabbitmq")
    assert len({line.split()[0] for line in said.splitlines()}) == 3


@pytest.mark.release
def test_nodes_are_replaced_one_after_another_while_requests_are_filed(portal: Stack) -> None:
    before = {name: portal.tasks(name) for name in NODES}
    with (portal.home / "deploy" / "swarm" / "rabbitmq" / "parvis-cluster.conf").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    watch = portal.watch()
    with Crowd(portal).filing(5) as crowd:
        with watch.watching():
            portal.must("deploy/swarm/stack")
        crowd.until(3)

    say(
        f"three nodes replaced: {len(watch.answers)} answers, {len(watch.wrong)} of them no page, slowest {watch.slowest:.1f} s; "
        f"{len(crowd.receipts)} requests acknowledged, {crowd.again} asked again"
    )
    assert {one.status for one in watch.wrong} <= {503}
    assert watch.slowest < REFUSED_SECONDS
    assert len({receipt["number"] for receipt in crowd.receipts.values()}) == len(crowd.receipts)
    assert not [name for name in NODES if portal.tasks(name) == before[name]]
    assert set(map(tuple, portal.copies().values())) == {tuple(NAMES)}


@pytest.mark.release
def test_a_node_that_lost_its_volume_joins_empty_and_gets_its_copies(portal: Stack) -> None:
    service, machine = f"{STACK}_rabbitmq2", portal.machines[1]
    portal.must(f"docker service scale -d {service}=0")
    eventually(lambda: machine.lose_volume(service), "no volume")
    portal.inside("rabbitmq1", "sh", "/parvis/forget-node", NAMES[1])
    portal.must(f"docker service scale -d {service}=1")

    portal.must("deploy/swarm/stack")

    assert set(map(tuple, portal.copies("rabbitmq2").values())) == {tuple(NAMES)}
