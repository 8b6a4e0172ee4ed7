"""The portal on three machines: where its tasks run, what each may do there, and that it answers at every address."""

import re
from pathlib import Path

import pytest
import requests

from tests.compose.test_faults import SLUG
from tests.support.people import eventually, mails_to, visitor
from tests.swarm.machines import rights_of
from tests.swarm.stacked import EVERYWHERE, MEMBERS, OURS, STACK, Stack

NETWORKS = {
    "proxy": {"published", "web"},
    "gateway": {"web", "inside"},
    "messaging": {"inside", "outside"},
    "partner-exit": {"inside", "outside"},
}
MIB_OF_MEMBERS = {"rabbitmq": 1024, "postgres": 2048, "etcd": 512, "objects": 1024}
NETWORKS_OF_MEMBERS = {"etcd": {"agreement"}, "postgres": {"agreement", "inside"}}
ROOT_WITHOUT_RIGHTS = ("etcd", "objects")
"""Members whose user is root, who can do there what that user's own files allow."""
MEMORY_MIB = {"documents": 512, "requests": 512, "proxy": 256, "partner-exit": 64}


def test_two_tasks_of_each_service_are_on_two_machines_and_a_proxy_on_each(portal: Stack) -> None:
    for name in OURS:
        assert len({node for _, node in portal.tasks(name)}) == 2, name
    for name in EVERYWHERE:
        assert {node for _, node in portal.tasks(name)} == {one.name for one in portal.machines}, name


def test_what_is_to_run_once_is_done_and_gone(portal: Stack) -> None:
    listed = portal.manager.docker("service", "ls", "--format", "{{.Name}}").split()
    assert sorted(listed) == sorted(f"{STACK}_{name}" for name in (*OURS, *EVERYWHERE, *MEMBERS))


def test_every_running_task_is_bounded_unprivileged_and_on_its_networks_alone(portal: Stack) -> None:
    seen: set[str] = set()
    for machine in portal.machines:
        for name, containers in portal.on(machine).items():
            seen.add(name)
            if name in MEMBERS:
                continue  # test_every_running_member_is_bounded_and_on_its_networks_alone
            for one in containers:
                host = one["HostConfig"]
                assert host["ReadonlyRootfs"], name
                assert (host["CapDrop"], host["CapAdd"], host["Privileged"]) == (["ALL"], None, False), name
                assert host["Memory"] == MEMORY_MIB.get(name, 320) * 2**20, name
                assert (host["NanoCpus"] / 1e9, host["PidsLimit"]) == ((2, 2000) if name == "proxy" else (1, 200)), name
                assert host["LogConfig"]["Config"] == {"max-size": "10m", "max-file": "5"}, name
                shown = rights_of(one)
                assert shown["Uid"] != "0", name
                assert (shown["NoNewPrivs"], int(shown["CapEff"], 16), int(shown["CapBnd"], 16)) == ("1", 0, 0), name
                networks = {network.removeprefix("parvis_") for network in one["NetworkSettings"]["Networks"]}
                assert networks == NETWORKS.get(name, {"inside"}), name
                bound = {
                    place["HostPort"] for places in one["NetworkSettings"]["Ports"].values() for place in places or []
                }
                assert bound == ({"80", "443"} if name == "proxy" else set()), name
    assert seen == {*OURS, *EVERYWHERE, *MEMBERS}


def test_every_running_member_is_bounded_and_on_its_networks_alone(portal: Stack) -> None:
    for machine in portal.machines:
        for name, containers in portal.on(machine).items():
            if name not in MEMBERS:
                continue
            for one in containers:
                host, kind = one["HostConfig"], name[:-1]
                assert host["Memory"] == MIB_OF_MEMBERS[kind] * 2**20, name
                assert (host["NanoCpus"] / 1e9, host["PidsLimit"]) == (2, 200 if kind == "etcd" else 2000), name
                assert host["ReadonlyRootfs"] == (kind != "rabbitmq"), name
                shown = rights_of(one)
                assert (shown["Uid"] == "0") == (kind in ROOT_WITHOUT_RIGHTS), name
                assert (shown["NoNewPrivs"], int(shown["CapEff"], 16)) == ("1", 0), name
                networks = {network.removeprefix("parvis_") for network in one["NetworkSettings"]["Networks"]}
                assert networks == NETWORKS_OF_MEMBERS.get(kind, {"inside"}), name
                assert not any(one["NetworkSettings"]["Ports"].values()), name


@pytest.mark.parametrize("number", range(3))
def test_the_portal_answers_at_the_address_of_each_machine(portal: Stack, number: int) -> None:
    address = portal.machines[number].address
    watch = portal.watch(portal.machines[number])
    with watch.watching():
        eventually(lambda: len(watch.answers) >= 5, "five answers")
    assert {one.status for one in watch.answers} == {200}
    moved = requests.get(f"http://{address}/", allow_redirects=False, timeout=30)
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{portal.url}/")


def test_a_request_is_filed_and_its_receipt_is_mailed(portal: Stack) -> None:
    email = "une.personne@courriel.example"
    number = visitor(portal).file(SLUG, email=email)["number"]

    assert any(
        number in mail["subject"] + mail["text"] for mail in eventually(lambda: mails_to(portal, email), "a mail")
    )


def test_an_operator_s_command_says_what_to_type_and_what_it_shows_is_in_no_log(portal: Stack) -> None:
    shown = portal.must("deploy/swarm/parvis admin add deuxieme --email deuxieme@ville.example")
    assert "deploy/swarm/parvis agent invite deuxieme" in shown
    secrets = [word for word in re.findall(r"[A-Za-z0-9_-]+", shown) if len(word) >= 16]
    assert secrets, "neither a password nor the secret of a second factor"

    logs = [log for one in portal.machines for log in one.folder.glob("disk/docker/containers/*/*-json.log")]
    assert len(logs) > len(OURS)
    for log in logs:
        text = log.read_text("utf-8", "replace")
        assert not [word for word in secrets if word in text], log


@pytest.mark.release
def test_what_nothing_changed_is_left_as_it_runs(portal: Stack) -> None:
    before = {name: portal.tasks(name) for name in (*OURS, *EVERYWHERE, *MEMBERS)}

    portal.must("deploy/swarm/stack")

    assert {name: portal.tasks(name) for name in before} == before


@pytest.mark.release
def test_a_file_for_a_command_is_handed_to_its_container_as_the_page_says(portal: Stack) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
    steps = re.findall(r"`(docker exec -i [^`]*parvis_tools[^`]*)`, puis\s+`(deploy/swarm/parvis [^`]+)`", page)
    portal.must("cp our-town/map.mbtiles commune.mbtiles && gzip -c our-town/addresses.csv >adresses-61.csv.gz")

    assert [command.split()[1] for _, command in steps] == ["map", "addresses"]
    for handed, command in steps:
        portal.must(handed)
        portal.must(command)


def test_a_job_that_fails_stops_the_rest_with_its_sentence(portal: Stack) -> None:
    before = portal.tasks("gateway")
    settings = portal.home / ".env"
    was = settings.read_text("utf-8")
    try:
        portal.set("RATE_LIMITS", "beaucoup")
        done = portal.run("deploy/swarm/stack")
    finally:
        settings.write_text(was, "utf-8")

    assert done.returncode == 1
    assert "RATE_LIMITS" in done.stderr
    assert portal.tasks("gateway") == before
