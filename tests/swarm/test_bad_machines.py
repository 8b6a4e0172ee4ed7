"""What one machine has wrong (engine, name, images, clock, disk) or the manager lacks is said in a sentence, and the portal goes on."""

import json
import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.swarm import bring_up
from deploy.swarm.engine import Stopped
from tests.compose.test_faults import Crowd
from tests.servers.clocks import ahead_by
from tests.swarm.conftest import release, say
from tests.swarm.leaders import database_leader
from tests.swarm.machines import NETWORK, Machine
from tests.swarm.members import until
from tests.swarm.people import ANSWERS_WITHOUT_LEADER_SECONDS, REFUSED_SECONDS, checked
from tests.swarm.stacked import DATABASES, MEMBERS, NODES, OURS, SERVICE, STACK, Stack

pytestmark = pytest.mark.release

SERVED = "content"
BACK_SECONDS = 180
CLOCK_OFF = f"{SERVED} : l’horloge de cette machine avance de 300 s sur celle de PostgreSQL, il en faut 10 au plus"
NEARLY_FULL = 64 * 2**20
NO_ROOM = "attend 100 Mo de libre sur le disque de sa machine."


def read(text: str) -> str:
    return text.replace("\xa0", " ")


def said_by(machine: Machine, service: str) -> str:
    """The logs of all containers of a service that the machine still has."""
    found = machine.docker("ps", "-aq", "--filter", f"label={SERVICE}={STACK}_{service}").split()
    logs = [machine.run("logs", "--tail", "300", one) for one in found]
    return read("".join(one.stdout + one.stderr for one in logs))


# --- a machine that joins


@pytest.fixture
def fourth(portal: Stack, tmp_path: Path) -> Iterator[Machine]:
    """It bears the third one's name, its engine is of another version, and it has no image."""
    third = portal.machines[2]
    program = Path(shutil.which("dockerd") or "").read_bytes()
    version = third.docker("version", "--format", "{{.Server.Version}}").encode()
    assert program.count(version) == 1
    (tmp_path / "dockerd").write_bytes(program.replace(version, other(version)))
    (tmp_path / "dockerd").chmod(0o755)
    made = Machine(
        f"{third.name[:-1]}4",
        f"{NETWORK}.14",
        third.folder.with_name("m4"),
        third.bridge,
        host_name=third.name,
        engine=str(tmp_path / "dockerd"),
    )
    try:
        made.start()
        token = portal.manager.docker("swarm", "join-token", "-q", "worker")
        made.docker("swarm", "join", "--token", token, f"{portal.manager.address}:2377")
        node = made.docker("info", "--format", "{{.Swarm.NodeID}}")
        yield made
        portal.manager.docker("node", "rm", "--force", node)
    finally:
        made.remove()


def other(version: bytes) -> bytes:
    """As long as the one that is given."""
    return b"25" + version[2:]


def test_a_machine_of_another_version_and_with_another_s_name_is_said(portal: Stack, fourth: Machine) -> None:
    names = sorted(one.name for one in portal.machines)
    third = portal.machines[2].name
    version = portal.manager.docker("version", "--format", "{{.Server.Version}}")
    before = {name: portal.tasks(name) for name in (*OURS, *MEMBERS)}
    watch = portal.watch()
    with watch.watching():
        done = portal.run("deploy/swarm/stack")
    ambiguous = portal.manager.run("node", "update", "--label-add", "place=nord", third)

    said = read(done.stderr)
    assert f": {other(version.encode()).decode()} sur {third} ; {version} sur {', '.join(names)}. " in said
    assert f"2 machines se nomment {third} (docker node ls)" in said
    assert "\nproxy ne tourne pas partout :\n" in said
    assert f'\n{third} : "No such image: haproxy:3.0"' in said
    assert done.returncode == 1
    assert {one.status for one in watch.answers} == {200}
    assert {name: portal.tasks(name) for name in before} == before
    assert "is ambiguous" in ambiguous.stderr


# --- what one of the three has not as the others


def test_an_update_whose_image_a_machine_lacks_goes_back_and_names_it(portal: Stack, image: str) -> None:
    good, missing = release(image, 1), release(image, 3)
    there = {node for _, node in portal.tasks(SERVED)}
    lacking = [one for one in portal.machines if one.name not in there]
    made = json.loads(portal.must("deploy/swarm/stack --print", PARVIS_IMAGE=missing))
    for machine in portal.machines:
        if machine not in lacking:
            machine.docker("tag", good, missing)
    try:
        # The new one is started before an old one is stopped: where there is none yet.
        with pytest.MonkeyPatch.context() as patched, pytest.raises(Stopped) as stopped:
            patched.setenv("DOCKER_HOST", portal.manager.docker_host)
            bring_up.deploy(STACK, made, [SERVED])
    finally:
        for machine in portal.machines:
            machine.run("image", "rm", missing)

    said = read(str(stopped.value))
    assert said.startswith(
        f"{STACK}_{SERVED} : la nouvelle version n’est pas devenue prête, celle d’avant est revenue.\n"
    )
    assert any(f'\n{one.name} : "No such image: {missing}"' in said for one in lacking)
    assert portal.image_of(SERVED) == good
    portal.until_whole()


def test_a_machine_whose_clock_is_off_serves_nothing_and_others_do(portal: Stack, image: str, tmp_path: Path) -> None:
    """Its image is the same, with a clock that is moved."""
    good, kept, wrong = release(image, 1), release(image, 2), release(image, 3)
    name = portal.tasks(SERVED)[0][1]
    [machine] = [one for one in portal.machines if one.name == name]
    machine.docker("tag", good, kept)
    machine.docker("build", "-q", "-t", wrong, moved(tmp_path, good))
    watch = portal.watch()
    try:
        machine.docker("tag", wrong, good)
        with watch.watching():
            with paused(portal, *(one.name for one in portal.machines if one is not machine)):
                machine.docker("kill", portal.on(machine)[SERVED][0]["Id"])
                until(lambda: CLOCK_OFF in said_by(machine, SERVED), "no sentence")
            portal.until_whole([SERVED], without=name)
    finally:
        machine.docker("tag", kept, good)
        for one in (kept, wrong):
            machine.docker("image", "rm", "--force", one)

    shown = portal.manager.docker(
        "service", "ps", "--no-trunc", "--format", "{{.Node}} {{.Error}}", f"{STACK}_{SERVED}"
    )
    assert f'{name} "task: non-zero exit (2)"' in shown
    assert {one.status for one in watch.answers} == {200}
    portal.until_whole()


@contextmanager
def paused(portal: Stack, *names: str) -> Generator[None]:
    """Nothing new is placed on these machines: what ends on another is started again there."""
    for name in names:
        portal.manager.docker("node", "update", "--availability", "pause", name)
    try:
        yield
    finally:
        for name in names:
            portal.manager.docker("node", "update", "--availability", "active", name)


def moved(folder: Path, image: str) -> str:
    """What an image is built from whose processes are five minutes ahead."""
    given = ahead_by(300)
    shutil.copy(given.pop("LD_PRELOAD"), folder / "clock.so")
    given.pop("PYTHONPATH")
    lines = [
        f"FROM {image}",
        "COPY --chmod=755 clock.so /usr/local/lib/clock.so",
        "ENV LD_PRELOAD=/usr/local/lib/clock.so",
    ]
    lines += [f"ENV {name}={value}" for name, value in given.items()]
    (folder / "Dockerfile").write_text("\n".join([*lines, ""]), "utf-8")
    return str(folder)


def test_a_full_disk_on_the_machine_that_leads_is_said_and_requests_are_filed(portal: Stack) -> None:
    until(portal.is_whole, "not whole", BACK_SECONDS)
    machine = database_leader(portal)
    number = portal.machines.index(machine)
    full = (NODES[number], DATABASES[number])
    watch = portal.watch()
    with Crowd(portal).filing(5) as crowd, watch.watching():
        try:
            machine.fill(left=NEARLY_FULL)
            said = until(lambda: all(NO_ROOM in said_by(machine, name) for name in full), "no sentence", BACK_SECONDS)
            machine.fill(left=0)
            began = time.monotonic()
            crowd.until(20)
            filed = time.monotonic() - began
        finally:
            machine.make_room()
        whole = until(portal.is_whole, "not whole", BACK_SECONDS)
        crowd.until(5)

    say(
        f"a full disk is said after {said:.0f} s, 20 requests filed in {filed:.0f} s meanwhile, whole {whole:.0f} s after there was room; "
        f"{len(crowd.receipts)} requests acknowledged, {crowd.again} asked again, slowest page {watch.slowest:.1f} s"
    )
    assert {one.status for one in watch.wrong} <= {503}
    assert watch.slowest < REFUSED_SECONDS
    assert filed < ANSWERS_WITHOUT_LEADER_SECONDS
    checked(portal)
    assert len({receipt["number"] for receipt in crowd.receipts.values()}) == len(crowd.receipts)


# --- what the manager lacks


@pytest.mark.parametrize(("gone", "named"), [("secrets", "master_key"), ("secrets/smtp_url", "smtp_url")])
def test_a_stack_without_its_secrets_changes_nothing(portal: Stack, gone: str, named: str) -> None:
    before = {name: portal.tasks(name) for name in OURS}
    aside = (portal.home / gone).rename(portal.home / "aside")
    try:
        done = portal.run("deploy/swarm/stack")
    finally:
        aside.rename(portal.home / gone)

    assert done.returncode == 1
    assert f"/secrets/{named} " in done.stderr
    assert "remettez-le de votre sauvegarde" in read(done.stderr)
    assert {name: portal.tasks(name) for name in OURS} == before


def test_a_stack_with_an_empty_secret_changes_nothing(portal: Stack) -> None:
    before = {name: portal.tasks(name) for name in OURS}
    file = portal.home / "secrets" / "signing_key"
    was = file.read_bytes()
    try:
        file.write_bytes(b"")
        done = portal.run("deploy/swarm/stack")
    finally:
        file.write_bytes(was)

    assert done.returncode == 1
    assert "secrets/signing_key est vide" in read(done.stderr)
    assert {name: portal.tasks(name) for name in OURS} == before
