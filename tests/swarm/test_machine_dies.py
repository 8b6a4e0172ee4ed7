"""A machine dies with all that runs on it and all that it leads, and may come back; another is cut off from the others for a minute."""

import itertools
import json
import time
import uuid
from datetime import datetime

import pytest

from tests.compose.test_faults import SLUG
from tests.support.people import visitor
from tests.swarm.conftest import say
from tests.swarm.leaders import all_led_from, database_leader, swarm_leader
from tests.swarm.machines import Machine
from tests.swarm.members import until
from tests.swarm.people import (
    ANSWERS_SECONDS,
    ANSWERS_WITHOUT_LEADER_SECONDS,
    BACK_SECONDS,
    REFUSED_SECONDS,
    checked,
    lost,
)
from tests.swarm.stacked import DATABASES, EVERYWHERE, NAME, NODES, OBJECTS, SERVICE, STACK, Stack

AWAY_SECONDS = 60
BESIDE_SECONDS = 2
"""So long beside one that runs, a container that was started anew has looked whether it is alone."""
WITH_A_LOCK = {f"{STACK}_{name}" for name in (*NODES, *DATABASES, *OBJECTS)}
WAITS = "attend la fin du conteneur d’avant"
# What a program on the machine that is cut off gets who files there: the status, or 0 where there is none in time.
FILE_HERE = """
import json, sys, urllib.error, urllib.request
headers = {"Content-Type": "application/json", "Idempotency-Key": sys.argv[1], "Host": sys.argv[2], "X-Forwarded-Proto": "https"}
asked = urllib.request.Request("http://localhost:8000/api/v1/requests", sys.stdin.buffer.read(), headers)
try:
    print(urllib.request.urlopen(asked, timeout=float(sys.argv[3])).status)
except urllib.error.HTTPError as refused:
    print(refused.code)
except OSError:
    print(0)
"""


def test_answers_go_on_when_a_machine_that_leads_everything_dies_and_comes_back(portal: Stack) -> None:
    """Its tasks move to the others; when it is back it answers at its address."""
    victim = swarm_leader(portal)
    all_led_from(portal, victim)
    with lost(portal, victim, "a machine that led all died", ANSWERS_WITHOUT_LEADER_SECONDS):
        dies_and_comes_back(portal, victim)
    checked(portal)
    portal.must("docker service update -q --detach=false --force parvis_gateway")
    assert len({node for _, node in portal.tasks("gateway")}) == 2


@pytest.mark.release
@pytest.mark.parametrize(("number", "updates"), [(0, False), (1, True), (2, False)])
def test_each_machine_may_die_in_turn_once_all_is_whole(portal: Stack, number: int, updates: bool) -> None:
    """PostgreSQL, etcd, queues, streams and objects are led from another; the swarm itself may be led from it. While one of them is dead a
    setting is changed."""
    victim = portal.machines[number]
    all_led_from(portal, portal.machines[(number + 1) % 3])
    with lost(portal, victim, f"{victim.name} died", ANSWERS_SECONDS):
        dies_and_comes_back(portal, victim, updates=updates)
    checked(portal)


def changes_a_setting(portal: Stack) -> None:
    """Of the gateway, as an operator would while a machine is dead."""
    before = portal.tasks("gateway")
    portal.set("RATE_LIMITS", "1001")
    done = portal.run("deploy/swarm/stack")

    assert done.returncode == 1
    assert "Membres dont la machine manque" in done.stderr
    assert "Le portail est à jour, sauf ce qui est dit plus haut." in done.stderr
    assert not set(before) & set(portal.tasks("gateway"))


def test_answers_go_on_while_a_machine_is_cut_off_which_acknowledges_nothing(portal: Stack) -> None:
    """For a minute; it leads everything but the swarm, and its gateway and its engine go on."""
    leader, database = swarm_leader(portal), database_leader(portal)
    with_gateway = {one.name: (one, gateway) for one, gateway in portal.places("gateway") if one is not leader}
    victim, gateway = with_gateway.get(database.name) or with_gateway.popitem()[1]
    all_led_from(portal, victim)
    body = json.dumps(visitor(portal).prepared(SLUG))
    assert filed_at(victim, gateway, body) == "201"
    with lost(portal, victim, "a machine that led all was cut off", ANSWERS_WITHOUT_LEADER_SECONDS):
        cut = time.monotonic()
        victim.cut_off()
        alone = {filed_at(victim, gateway, body) for _ in range(3)}
        until(lambda: time.monotonic() - cut > AWAY_SECONDS, "the end of the minute")
        victim.reconnect()
        all_back(portal)
    checked(portal)
    assert alone == {"503"}
    assert_each_alone_on_its_volume(victim)


def assert_each_alone_on_its_volume(machine: Machine) -> None:
    """Of a member that was started anew beside the one that went on there, the newer one waited."""
    ids = machine.docker("ps", "-aq", "--filter", f"label={SERVICE}").split()
    # What Swarm removed in between is left out of the answer.
    found = sorted(json.loads(machine.run("inspect", *ids).stdout), key=lambda one: one["State"]["StartedAt"])
    for name in WITH_A_LOCK:
        of_member = [one for one in found if one["Config"]["Labels"][SERVICE] == name]
        for old, new in itertools.combinations(of_member, 2):
            beside = seconds_between(new["State"]["StartedAt"], old["State"]["FinishedAt"])
            if beside > BESIDE_SECONDS and not old["State"]["Running"]:
                say(f"{new['Name']} started {beside:.0f} s before {old['Name']} ended")
                assert WAITS in machine.run("logs", new["Id"]).stdout


def seconds_between(earlier: str, later: str) -> float:
    """Both as an engine says them, with nanoseconds."""
    return (datetime.fromisoformat(later[:19]) - datetime.fromisoformat(earlier[:19])).total_seconds()


def filed_at(machine: Machine, gateway: str, body: str) -> str:
    """The status of a request filed in that container of the gateway, anew each time."""
    line = ("exec", "-i", gateway, "python", "-c", FILE_HERE, str(uuid.uuid4()), NAME, str(REFUSED_SECONDS))
    return machine.run(*line, given=body).stdout.strip()


def dies_and_comes_back(portal: Stack, victim: Machine, *, updates: bool = False) -> None:
    """After a minute at least, and once its tasks run on the others. What its gateway has received by then it does not answer. `updates`:
    a setting is changed meanwhile."""
    for gateway in (one for machine, one in portal.places("gateway") if machine is victim):
        victim.docker("kill", "--signal", "STOP", gateway)
    died = time.monotonic()
    victim.die()
    portal.until_whole(without=victim.name)
    say(f"all tasks moved after {time.monotonic() - died:.0f} s")
    if updates:
        changes_a_setting(portal)
    until(lambda: time.monotonic() - died > AWAY_SECONDS, "the end of the minute")
    began = time.monotonic()
    victim.start()
    watch = portal.watch(victim)
    with watch.watching():
        until(lambda: [one for one in watch.answers if one.status == 200], "an answer at its address", BACK_SECONDS)
    say(f"back after {time.monotonic() - began:.0f} s")
    all_back(portal)


def all_back(portal: Stack) -> None:
    """Returns once there is a proxy on each machine, and each cluster is whole: by itself, unless an engine has forgotten a name."""
    names = sorted(one.name for one in portal.machines)
    for name in EVERYWHERE:
        until(lambda: sorted(node for _, node in portal.tasks(name)) == names, f"{name} everywhere", BACK_SECONDS)  # noqa: B023
    try:
        until(portal.is_whole, "each cluster to be whole", BACK_SECONDS)
    except AssertionError as late:
        said = portal.run("deploy/swarm/stack").stderr
        say(f"{late}: {said}")
        assert "son nom est inconnu sur" in said.replace("\xa0", " ")
        until(portal.is_whole, "each cluster to be whole", BACK_SECONDS)
