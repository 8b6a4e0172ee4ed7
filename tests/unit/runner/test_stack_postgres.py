"""What deploy/swarm/postgres.yml adds to the stack: three PostgreSQL and three etcd, on three machines, before what needs them."""

import tomllib
from pathlib import Path

import pytest
import yaml

from deploy.swarm.stack_file import NotForAStack, Tree, checks, stack, stages
from services.chassis.service_list import service_names
from tests.support.stacks import as_compose_reads_it, chosen, of_store

ROOT = Path(__file__).parents[3]
KEPT = 20
"""Connections for a service that is replaced, which is there twice meanwhile, for Patroni and an operator, and those PostgreSQL keeps back."""
MEMBERS = {f"{name}{number}" for name in ("etcd", "postgres") for number in (1, 2, 3)}
ARCHIVING = {"postgres1", "postgres2", "postgres3", "postgres-settings"}
IN_THE_STACK = ("rabbitmq", "postgres", "objects")


@pytest.fixture(scope="module")
def compose() -> Tree:
    return as_compose_reads_it("postgres")


@pytest.fixture(scope="module")
def made(compose: Tree) -> Tree:
    return made_of(compose)


def made_of(compose: Tree) -> Tree:
    return stack(compose, chosen(compose), lambda place: {"": "f00", "one": "f01"})


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


# --- the archive


USED = [{"POSTGRES_ARCHIVE": "1"}, {"POSTGRES_RESTORE": "end"}]


@pytest.mark.parametrize("given", [*USED, {**USED[0], "ARCHIVE_S3_ENDPOINT": "object-store:9000"}])
def test_the_archive_is_refused_in_a_store_that_needs_the_databases(given: dict[str, str]) -> None:
    made_of(as_compose_reads_it(*IN_THE_STACK, INSIDE_ONLY="true"))

    with pytest.raises(NotForAStack, match=r"^POSTGRES_ARCHIVE, POSTGRES_RESTORE.*ARCHIVE_S3_ENDPOINT"):
        made_of(as_compose_reads_it(*IN_THE_STACK, INSIDE_ONLY="true", **given))


def test_a_return_to_a_moment_is_refused_while_the_files_are_in_the_stack() -> None:
    """Nothing brings them back to that moment: the databases would name files that were erased since."""
    given = {"POSTGRES_RESTORE": "end", "ARCHIVE_S3_ENDPOINT": "s3.autre.example"}
    made_of(as_compose_reads_it("rabbitmq", "postgres", INSIDE_ONLY="false", **given))

    with pytest.raises(NotForAStack, match=r"^POSTGRES_RESTORE.*les fichiers sont dans la pile"):
        made_of(as_compose_reads_it(*IN_THE_STACK, INSIDE_ONLY="true", **given))


@pytest.mark.parametrize("used", USED)
def test_what_archives_or_restores_has_the_store_of_its_own(used: dict[str, str]) -> None:
    own = {"ARCHIVE_S3_ENDPOINT": "s3.autre.example", "ARCHIVE_S3_SECURE": "1", "ARCHIVE_S3_BUCKET_PREFIX": "ville"}
    given = {"INSIDE_ONLY": "true", "S3_REGION": "fr-ouest", **own}
    compose = as_compose_reads_it(*IN_THE_STACK, **used, **given)

    for name in ARCHIVING:
        assert of_store(compose, name) == {
            "S3_ENDPOINT": "s3.autre.example",
            "S3_SECURE": "1",
            "S3_REGION": "fr-ouest",
            "S3_BUCKET_PREFIX": "ville",
            "S3_ACCESS_KEY_FILE": "archive_s3_access_key",
            "S3_SECRET_KEY_FILE": "archive_s3_secret_key",
        }
    assert of_store(compose, "documents") == of_store(
        as_compose_reads_it(*IN_THE_STACK, S3_REGION="fr-ouest"), "documents"
    )


@pytest.mark.parametrize(("used", "stores"), [(USED[0], IN_THE_STACK), *((used, IN_THE_STACK[:2]) for used in USED)])
def test_what_archives_or_restores_has_a_way_to_its_store(used: dict[str, str], stores: tuple[str, ...]) -> None:
    inside_only = str(stores == IN_THE_STACK).lower()
    given = {"INSIDE_ONLY": inside_only, "ARCHIVE_S3_ENDPOINT": "s3.autre.example"}
    without, using = (made_of(as_compose_reads_it(*stores, **given, **more)) for more in ({}, used))

    assert reaching_out(using) - reaching_out(without) == ARCHIVING


def reaching_out(made: Tree) -> set[str]:
    return {name for name, one in made["services"].items() if "outside" in one["networks"]}


def test_the_archive_is_in_the_store_of_the_files_where_no_other_is_named() -> None:
    elsewhere = {
        "S3_ENDPOINT": "s3.ville.example:9000",
        "S3_SECURE": "1",
        "S3_REGION": "fr-ouest",
        "S3_BUCKET_PREFIX": "ville",
    }
    compose = as_compose_reads_it("postgres", POSTGRES_ARCHIVE="1", **elsewhere)

    assert made_of(compose)["services"].keys() >= ARCHIVING
    for name in ARCHIVING:
        assert of_store(compose, name) == of_store(compose, "documents")


def test_keys_of_the_archive_are_read_before_anything_starts_on_them() -> None:
    compose = as_compose_reads_it("postgres", ARCHIVE_S3_ENDPOINT="s3.autre.example")

    taken = {one["source"] for one in compose["services"]["settings"]["secrets"]}
    assert taken >= {"archive_s3_access_key", "archive_s3_secret_key", "s3_access_key", "s3_secret_key"}
