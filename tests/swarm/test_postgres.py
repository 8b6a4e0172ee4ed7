"""PostgreSQL on three machines: who leads when one dies, what was acknowledged, and what a member that is not as the others says."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.swarm.conftest import PAGE, databases, loaded, say
from tests.swarm.machines import Machine, rights_of
from tests.swarm.members import MEMBERS, NUMBERS, Members, Writer, accepted, identity_of_etcd2, until

pytestmark = pytest.mark.release

ANSWERS_SECONDS = 45


@pytest.fixture(scope="module")
def members(image: str, three: list[Machine], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Members]:
    """All whole."""
    with databases("databases", tmp_path_factory.mktemp("databases"), three, image) as (_, found):
        yield found


@pytest.fixture(autouse=True)
def whole(members: Members) -> None:
    """Each test begins with members that are whole."""
    until(lambda: members.whole(at=1), "whole members")


def test_one_leads_and_two_follow_it_within_a_commit(members: Members) -> None:
    roles = members.roles(at=1)

    assert sorted(roles) == [f"postgres{number}" for number in NUMBERS]
    leader = members.leader(at=1)
    assert leader is not None
    assert (
        members.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'", at=leader).stdout == "2\n"
    )
    shown = members.sql("SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings WHERE name IN "
        "('archive_mode', 'max_connections', 'password_encryption', 'synchronous_commit')", at=leader)  # fmt: skip
    assert shown.stdout == "always 300 scram-sha-256 on\n"


def test_a_member_has_no_right_no_place_and_no_password_that_can_be_seen(members: Members) -> None:
    passwords = [
        (members.home / "secrets" / name).read_text("utf-8").strip()
        for name in ("postgres_password", "postgres_standby_password", "patroni_password")
    ]
    for number, machine in enumerate(members.machines, 1):
        for member in (f"etcd{number}", f"postgres{number}"):
            label = f"label=com.docker.swarm.service.name={members.service(member)}"
            [one] = json.loads(machine.docker("inspect", machine.docker("ps", "-q", "--filter", label)))
            host = one["HostConfig"]
            assert (host["ReadonlyRootfs"], host["CapDrop"], host["CapAdd"]) == (True, ["ALL"], None), member
            shown = rights_of(one)
            assert (shown["NoNewPrivs"], int(shown["CapEff"], 16)) == ("1", 0), member
            assert (shown["Uid"] == "0") == member.startswith("etcd")
            assert not [word for word in passwords if word in json.dumps(one) + members.log(member)], member


def test_who_has_no_login_changes_nothing_by_patroni(members: Members) -> None:
    asked = "import urllib.request as u; u.urlopen(u.Request('http://postgres2:8008/restart', b'{}'))"

    refused = members.inside("postgres1", "python", "-c", asked)

    assert "401: Unauthorized" in refused.stderr


def test_what_was_acknowledged_is_there_when_the_machine_that_leads_dies(members: Members) -> None:
    victim = members.leader(at=1)
    assert victim is not None
    here, other = [number for number in NUMBERS if number != victim]
    assert members.sql("CREATE TABLE filed (what text)", at=here).returncode == 0
    machine, writer, alone = members.machine(victim), Writer(members, here), "alone"
    with writer.writing():
        until(lambda: len(writer.acknowledged) > 10, "writes")
        machine.cut_off()
        # It still leads, as far as it knows.
        line, server = f"INSERT INTO filed VALUES ('{alone}')", f"postgresql://parvis@postgres{victim}/postgres"
        answers: list[int] = []
        waits = threading.Thread(
            target=lambda: answers.append(members.sql(line, at=victim, server=server).returncode), daemon=True
        )
        waits.start()
        until(lambda: alone in _waiting(members, victim, server), "the write there", 10)
        assert not answers, "acknowledged by a leader alone"
        machine.die()
        took = until(lambda: members.leader(at=here) in (here, other), "another leader")
        before = len(writer.acknowledged)
        until(lambda: len(writer.acknowledged) > before + 10, "further writes")
    waits.join(60)
    say(f"another leads {took:.0f} s after the death, nothing was acknowledged for {writer.longest:.0f} s")
    assert writer.longest < ANSWERS_SECONDS
    assert 0 not in answers

    machine.start()
    back = until(lambda: members.whole(at=here), "whole members", 240)
    say(f"whole {back:.0f} s after its return")
    assert members.roles(at=here)[f"postgres{victim}"] == "Quorum Standby"
    assert "running pg_rewind" in members.log(f"postgres{victim}")
    for number in NUMBERS:
        server = f"postgresql://parvis@postgres{number}/postgres"
        found = members.sql("SELECT what FROM filed", at=number, server=server).stdout.split()
        assert alone not in found
        assert {*map(str, writer.acknowledged)} <= {*found}


def _waiting(members: Members, number: int, server: str) -> str:
    """The statements there that wait for a standby."""
    return members.sql(
        "SELECT query FROM pg_stat_activity WHERE wait_event = 'SyncRep'", at=number, server=server
    ).stdout


def test_members_that_nothing_changed_are_left_as_they_run(members: Members) -> None:
    def tasks() -> set[str]:
        return {members.swarm("service", "ps", "-q", members.service(one)) for one in MEMBERS}

    before = tasks()

    members.bring_up()

    assert tasks() == before


def test_what_changes_in_the_configuration_reaches_the_cluster(members: Members) -> None:
    file = members.home / "deploy" / "swarm" / "patroni" / "patroni.yml"
    was = file.read_text("utf-8")
    leader = members.leader(at=1)
    assert leader is not None
    try:
        file.write_text(was.replace("wal_keep_size: 1GB", "wal_keep_size: 2GB"), "utf-8")
        members.bring_up()
    finally:
        file.write_text(was, "utf-8")

    assert members.sql("SHOW wal_keep_size", at=1).stdout == "2GB\n"


def test_a_member_of_another_version_says_so_and_the_others_go_on(members: Members, tmp_path: Path) -> None:
    good = members.swarm(
        "service", "inspect", "--format", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", members.service("postgres3")
    )
    bad = f"{good.partition('@')[0].rpartition(':')[0]}:2"
    (tmp_path / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 17.9'\n", "utf-8")
    lines = [f"FROM {good.partition('@')[0]}", "ENV PGDATA=/var/lib/postgresql/17/docker"]
    lines += ["COPY --chmod=755 postgres /opt/patroni/bin/postgres", ""]
    (tmp_path / "Dockerfile").write_text("\n".join(lines), "utf-8")
    try:
        subprocess.run(["docker", "build", "-q", "-t", bad, str(tmp_path)], capture_output=True, check=True)
        loaded([members.machine(3)], bad)
        members.swarm("service", "update", "-q", "--detach", "--image", bad, members.service("postgres3"))
        until(
            lambda: (
                "postgres3\xa0: les données sont celles de PostgreSQL 18, l’image est PostgreSQL 17"
                in members.log("postgres3")
            ),
            "its sentence",
        )
        until(lambda: _written(members), "writes of the others", ANSWERS_SECONDS)

        # On a new machine there is no data by which it could be known.
        _lose(members, "postgres3")
        until(
            lambda: (
                "les autres serveurs sont des PostgreSQL 18, l’image de cette machine est PostgreSQL 17"
                in members.log("postgres3")
            ),
            "its sentence",
        )
        assert _written(members)
    finally:
        members.swarm("service", "update", "-q", "--detach", "--image", good, members.service("postgres3"))
        subprocess.run(["docker", "image", "rm", "-f", bad], capture_output=True, check=False)
    until(lambda: members.whole(at=1), "whole members")


def test_an_etcd_that_lost_its_data_says_so_and_is_added_anew(members: Members) -> None:
    """By the commands of docs/clustering.md."""
    _lose(members, "etcd2")
    until(lambda: "has already been bootstrapped" in members.log("etcd2"), "its sentence")
    until(lambda: _written(members), "writes of the others", ANSWERS_SECONDS)

    lost = ""
    for line in _lines_that_replace_etcd():
        if line == "deploy/swarm/stack":
            members.bring_up()
            assert _healthy(members) == len(NUMBERS)
            continue
        said = _accepted(members, line.replace("parvis_", f"{members.name}_").replace("IDENTIFIANT-D-ETCD2", lost))
        lost = identity_of_etcd2(said, lost)
    status = ("service", "inspect", "--format", "{{json .UpdateStatus}}", members.service("etcd2"))
    until(lambda: '"completed"' in members.swarm(*status), "it does not start again with its data")
    assert _healthy(members) == len(NUMBERS)


def _lines_that_replace_etcd() -> list[str]:
    """Of the page, for machine 2, typed on machine 1."""
    block = (
        PAGE.read_text("utf-8").partition("## Remplacer une machine perdue")[2].split("```sh\n")[1].partition("```")[0]
    )
    return [line for line in block.splitlines() if "parvis_etcd" in line or line == "deploy/swarm/stack"]


def _accepted(members: Members, line: str) -> str:
    """What a command prints on the first machine, once it is not refused: for five seconds after an election it is."""
    environment = os.environ | {"DOCKER_HOST": members.machine(1).docker_host}
    run = partial(subprocess.run, ["sh", "-c", line], env=environment, capture_output=True, text=True, check=False)
    return accepted(run, line)


def _healthy(members: Members) -> int:
    """How many etcd are."""
    said = members.inside("etcd1", "etcdctl", "endpoint", "health", "--cluster")
    return (said.stdout + said.stderr).count("is healthy")


def _written(members: Members) -> bool:
    """Whether a write is acknowledged, seen from the first machine."""
    return members.sql("CREATE TABLE IF NOT EXISTS by_two (); INSERT INTO by_two DEFAULT VALUES", at=1).returncode == 0


def _lose(members: Members, member: str) -> None:
    """Its volume is gone, as with a machine that is replaced."""
    machine, service = members.machine(int(member[-1])), members.service(member)
    members.swarm("service", "scale", "-d", f"{service}=0")
    until(lambda: machine.lose_volume(service), "the end of its volume")
    members.swarm("service", "scale", "-d", f"{service}=1")
