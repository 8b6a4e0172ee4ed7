"""The stack that is made of docker-compose.yml: nothing of it is lost, and what a stack cannot have is refused in a sentence."""

import json
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path

import pytest

from deploy.swarm.stack_file import STORES, NotForAStack, Tree, is_job, part, stack, stages

ROOT = Path(__file__).parents[3]
SETTINGS = {"PUBLIC_URL": "https://portail", "INSIDE_ONLY": "false", **dict.fromkeys(STORES.values(), "0")}
OURS = ("accounts", "content", "documents", "gateway", "messaging", "procedures", "relay", "requests")
JOBS = ("buckets", "migrate", "settings")


def hashes(place: str) -> dict[str, str]:
    return {"503.http": "f00", "503.json": "f01"} if place.endswith("errors") else {"": "f02"}


@pytest.fixture(scope="module")
def read() -> Tree:
    """docker-compose.yml as Compose reads it."""
    command = ["docker", "compose", "--profile", "*", "config", "--format", "json"]
    if shutil.which("docker") is None or subprocess.run([*command[:2], "version"], capture_output=True).returncode:
        pytest.skip("no docker compose on this machine reads the file")
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", **SETTINGS}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def compose(read: Tree) -> Tree:
    return deepcopy(read)


def chosen(compose: Tree) -> set[str]:
    return {name for name, one in compose["services"].items() if not one.get("profiles")}


@pytest.fixture
def made(compose: Tree) -> Tree:
    return stack(compose, chosen(compose), hashes)


def test_the_stack_has_every_process_of_ours_and_no_store(made: Tree) -> None:
    assert set(made["services"]) == {*OURS, *JOBS, "partner-exit", "proxy", "tools"}


def test_two_of_each_run_spread_over_places_and_more_where_the_setting_says_so(compose: Tree, made: Tree) -> None:
    for name in (*OURS, "partner-exit"):
        deploy = made["services"][name]["deploy"]
        assert deploy["replicas"] == 2
        assert deploy["placement"] == {"preferences": [{"spread": "node.labels.place"}]}
        assert (deploy["update_config"]["order"], deploy["update_config"]["failure_action"]) == (
            "start-first",
            "rollback",
        )
    compose["services"]["requests"]["scale"] = 4
    assert stack(compose, chosen(compose), hashes)["services"]["requests"]["deploy"]["replicas"] == 4


def test_a_gateway_reads_how_many_there_are(compose: Tree, made: Tree) -> None:
    assert made["services"]["gateway"]["environment"]["GATEWAYS"] == "2"
    compose["services"]["gateway"]["scale"] = 3
    assert stack(compose, chosen(compose), hashes)["services"]["gateway"]["environment"]["GATEWAYS"] == "3"


def test_a_proxy_holds_the_ports_of_each_machine_and_stops_first(made: Tree) -> None:
    proxy = made["services"]["proxy"]

    assert proxy["deploy"]["mode"] == "global"
    assert proxy["deploy"]["update_config"]["order"] == "stop-first"
    assert [(one["published"], one["target"], one["mode"]) for one in proxy["ports"]] == [
        (80, 8080, "host"),
        (443, 8443, "host"),
    ]


def test_jobs_run_once_and_before_what_needs_them(compose: Tree, made: Tree) -> None:
    assert {name for name, one in made["services"].items() if is_job(one)} == set(JOBS)
    order = [name for stage in stages(compose, made) for name in stage]
    assert order.index("settings") < order.index("migrate") < order.index("requests")
    assert order.index("requests") < order.index("gateway") < order.index("proxy")


def test_limits_memory_and_rights_are_those_of_the_compose_file(compose: Tree, made: Tree) -> None:
    for name, one in made["services"].items():
        there = compose["services"][name]
        limits = {"cpus": str(there["cpus"]), "memory": there["mem_limit"], "pids": there["pids_limit"]}
        assert one["deploy"]["resources"] == {"limits": limits}
        assert (one["cap_drop"], one["read_only"]) == (["ALL"], True)
        assert not one.get("cap_add")
    documents = [one for one in made["services"]["documents"]["volumes"] if one["type"] == "tmpfs"]
    assert documents == [{"type": "tmpfs", "target": "/tmp", "tmpfs": {"size": 256 * 2**20}}]


def test_readiness_is_asked_once_and_a_proxy_lives_without_a_gateway(made: Tree) -> None:
    assert made["services"]["gateway"]["healthcheck"]["test"][-3:] == ["deploy/image/ready.py", "8000", "--first"]
    assert "readyz" not in str(made["services"]["proxy"]["healthcheck"])


def test_files_and_secrets_bear_their_hash_in_their_name(made: Tree) -> None:
    assert made["secrets"]["master_key"]["name"] == "parvis_master_key_f02"
    given = {one["target"]: made["configs"][one["source"]] for one in made["services"]["proxy"]["configs"]}
    assert {place: one["name"].rpartition("_")[2] for place, one in given.items()} == {
        "/usr/local/etc/haproxy/haproxy.cfg": "f02",
        "/usr/local/etc/haproxy/errors/503.http": "f00",
        "/usr/local/etc/haproxy/errors/503.json": "f01",
    }
    assert [one["target"] for one in made["services"]["settings"]["configs"]] == ["/given/.env"]


def test_what_compose_gives_no_network_is_on_one_that_leads_nowhere(made: Tree) -> None:
    assert made["services"]["settings"]["networks"] == ["alone"]
    assert made["networks"]["alone"] == {"driver": "overlay", "internal": True}


def test_a_part_holds_what_its_services_take_and_nothing_else(made: Tree) -> None:
    found = part(made, ["relay"])

    assert set(found["services"]) == {"relay"}
    assert set(found["networks"]) == {"inside"}
    assert set(found["secrets"]) == {one["source"] for one in made["services"]["relay"]["secrets"]}
    assert (found["configs"], found["volumes"]) == ({}, {})


def test_what_a_stack_would_drop_without_a_word_is_refused(compose: Tree) -> None:
    compose["services"]["content"]["ulimits"] = {"nofile": 1024}

    with pytest.raises(NotForAStack, match="ne connaît pas ulimits"):
        stack(compose, chosen(compose), hashes)


@pytest.mark.parametrize("store", STORES)
def test_a_store_of_the_compose_file_is_refused_by_the_setting_to_change(compose: Tree, store: str) -> None:
    compose["services"][store]["scale"] = 1

    with pytest.raises(NotForAStack, match=f"{STORES[store]}=0"):
        stack(compose, chosen(compose), hashes)


@pytest.mark.parametrize(("service", "profile"), [("inbox", "demo"), ("partners", "partners")])
def test_a_profile_that_several_machines_cannot_have_is_refused(compose: Tree, service: str, profile: str) -> None:
    with pytest.raises(NotForAStack, match=f"{service}.*{profile}"):
        stack(compose, {*chosen(compose), service}, hashes)


def test_an_inner_network_without_a_way_to_the_stores_is_refused(compose: Tree) -> None:
    compose["networks"]["inside"]["internal"] = True
    with pytest.raises(NotForAStack, match="INSIDE_ONLY=false"):
        stack(compose, chosen(compose), hashes)
