"""What deploy/swarm/postgres.yml adds to the stack: three PostgreSQL and three etcd, on three machines, before what needs them."""

import json
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from deploy.swarm.stack_file import Tree, checks, stack, stages
from services.chassis.service_list import service_names

ROOT = Path(__file__).parents[3]
FILES = "docker-compose.yml:deploy/swarm/postgres.yml"
SETTINGS = {"PUBLIC_URL": "https://portail", "INSIDE_ONLY": "false", "COMPOSE_FILE": FILES}
ELSEWHERE = dict.fromkeys(("OWN_POSTGRES", "OWN_RABBITMQ", "OWN_OBJECT_STORE"), "0")
KEPT = 20
"""Connections for a service that is replaced, which is there twice meanwhile, for Patroni and an operator, and those PostgreSQL keeps back."""
MEMBERS = {f"{name}{number}" for name in ("etcd", "postgres") for number in (1, 2, 3)}


@pytest.fixture(scope="module")
def compose() -> Tree:
    command = ["docker", "compose", "config", "--format", "json"]
    if shutil.which("docker") is None or subprocess.run([*command[:2], "version"], capture_output=True).returncode:
        pytest.skip("no docker compose on this machine reads the file")
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", **SETTINGS, **ELSEWHERE}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def made(compose: Tree) -> Tree:
    return stack(compose, compose["services"], lambda place: {"": "f00", "one": "f01"})


def test_each_member_is_on_the_machine_that_bears_its_number(made: Tree) -> None:
    for name in MEMBERS:
        member = made["services"][name]
        assert member["hostname"] == name
        assert member["deploy"]["placement"]["constraints"] == [f"node.labels.parvis == {name[-1]}"]
        assert [one["source"] for one in member["volumes"] if one["type"] == "volume"] == [name]


def test_no_member_has_a_right_or_a_place_to_write_beside_its_volume(made: Tree) -> None:
    for name in MEMBERS:
        member = made["services"][name]
        assert (member["cap_drop"], member.get("cap_add"), member["read_only"]) == (["ALL"], None, True)


def test_only_what_agrees_by_etcd_reaches_it(made: Tree) -> None:
    there = {name for name, one in made["services"].items() if "agreement" in one["networks"]}

    assert there == {*MEMBERS, "postgres-settings"}
    assert made["networks"]["agreement"]["internal"]


def test_what_needs_databases_waits_until_all_members_are_whole(compose: Tree, made: Tree) -> None:
    order = [name for stage in stages(compose, made) for name in stage]

    assert checks(compose, made)["postgres-settings"] == MEMBERS
    assert order.index("settings") < min(map(order.index, MEMBERS))
    assert max(map(order.index, MEMBERS)) < order.index("postgres-settings") < order.index("migrate")


def test_passwords_are_files_of_those_that_take_them(made: Tree) -> None:
    for name in ("postgres_standby_password", "patroni_password"):
        taken = {one for one, service in made["services"].items() if name in str(service["secrets"])}
        assert taken == {"postgres1", "postgres2", "postgres3", "postgres-settings", "settings"}
    shown = {key for name in MEMBERS for key in made["services"][name]["environment"]}
    assert not {key for key in shown if "PASSWORD" in key}


def test_the_page_counts_the_connections_that_postgresql_admits(made: Tree) -> None:
    """Of all that may be open at once, the file store's members included: each keeps its own."""
    services = made["services"]
    pool = {int(services[name]["environment"]["DATABASE_POOL_SIZE"]) for name in service_names()}
    pools = sum(pool) * sum(services[name]["deploy"]["replicas"] for name in service_names())
    relays = services["relay"]["deploy"]["replicas"] * len(service_names())
    store = tomllib.loads((ROOT / "deploy/swarm/objects/filer.toml").read_text("utf-8"))["postgres2"]
    others = relays + 3 * store["connection_max_open"]
    members = yaml.safe_load((ROOT / "deploy/swarm/patroni/patroni.yml").read_text("utf-8"))
    admitted = members["bootstrap"]["dcs"]["postgresql"]["parameters"]["max_connections"]
    most = (admitted - others - KEPT) // sum(pool)
    page = " ".join((ROOT / "docs/clustering.md").read_text("utf-8").split())

    assert f"{pools + others} en tout, sur les {admitted} qu’admet" in page
    assert f"Au-delà de {most} conteneurs de services" in page
