"""The stack that is made of docker-compose.yml: nothing of it is lost, and what a stack cannot have is refused in a sentence."""

from copy import deepcopy
from pathlib import Path

import pytest

from deploy.swarm.stack_file import (
    MADE_OF,
    STORES,
    Hashes,
    NotForAStack,
    Tree,
    checks,
    is_job,
    is_member,
    part,
    stack,
    stages,
)
from tests.support.stacks import as_compose_reads_it, chosen

OURS = ("accounts", "content", "documents", "gateway", "messaging", "procedures", "relay", "requests")
JOBS = ("buckets", "migrate", "settings")


def hashes(place: str) -> dict[str, str]:
    return {"503.http": "f00", "503.json": "f01"} if place.endswith("errors") else {"": "f02"}


@pytest.fixture(scope="module")
def read() -> Tree:
    return as_compose_reads_it()


@pytest.fixture
def compose(read: Tree) -> Tree:
    return deepcopy(read)


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


def test_containers_give_up_a_silent_name_server_and_know_their_engine(compose: Tree) -> None:
    compose["services"]["relay"]["environment"] |= {"RES_OPTIONS": "timeout:5"}

    services = stack(compose, chosen(compose), hashes)["services"]

    given = {name: one["environment"].pop("RES_OPTIONS") for name, one in services.items()}
    assert given == dict.fromkeys(services, "timeout:1 attempts:2") | {"relay": "timeout:5"}
    assert {one["environment"].pop("PARVIS_ENGINE") for one in services.values()} == {"swarm"}
    assert services["requests"]["environment"] == compose["services"]["requests"]["environment"]


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
    assert {made["services"][name]["deploy"].get("mode", "replicated") for name in JOBS} == {"replicated"}
    assert {str(made["services"][name]["deploy"]["placement"]["constraints"]) for name in JOBS} == {
        "['node.role == manager']"
    }
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


def test_all_are_replaced_one_after_another_but_the_tools_which_no_request_waits_for(made: Tree) -> None:
    lasting = {name: one["deploy"] for name, one in made["services"].items() if name not in JOBS}
    at_once = {name: one["update_config"]["parallelism"] for name, one in lasting.items()}
    assert at_once == dict.fromkeys(lasting, 1) | {"tools": 0}


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
    assert made["services"]["settings"]["networks"] == {"alone": {}}
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


def test_a_network_with_ipv6_is_refused_by_the_file_to_take_away(compose: Tree) -> None:
    compose["networks"]["published"]["enable_ipv6"] = True

    with pytest.raises(NotForAStack, match=r"^published.*Retirez deploy/ipv6\.yml de COMPOSE_FILE"):
        stack(compose, chosen(compose), hashes)


def test_an_option_of_a_network_that_is_not_known_is_refused(compose: Tree) -> None:
    compose["networks"]["inside"]["driver_opts"] = {"encrypted": "", "mtu": "1400"}

    with pytest.raises(NotForAStack, match=r"^inside.*ne connaît pas mtu"):
        stack(compose, chosen(compose), hashes)


def test_an_inner_network_without_a_way_to_the_stores_is_refused(compose: Tree) -> None:
    compose["networks"]["inside"]["internal"] = True
    with pytest.raises(NotForAStack, match=r"object-store, postgres, rabbitmq.*INSIDE_ONLY=false"):
        stack(compose, chosen(compose), hashes)


# --- a cluster, as a file of deploy/swarm adds one


@pytest.fixture
def clustered(compose: Tree) -> Tree:
    """Each store is a cluster of three with a check."""
    services = compose["services"]
    for store in STORES:
        names = [f"{store}{number}" for number in (1, 2, 3)]
        for number, name in enumerate(names, 1):
            services[name] = services[store] | {
                "hostname": name,
                "scale": 1,
                "healthcheck": services[store]["healthcheck"] | {"disable": True},
                "networks": {"inside": {"aliases": [store]}},
                "volumes": [{"type": "volume", "source": name, "target": "/data", "volume": {}}],
                "secrets": [{"source": "smtp_url", "target": "/run/secrets/smtp_url", "uid": "999", "mode": 0o400}],
                "shm_size": str(2**28),
                "deploy": {
                    "replicas": 1,
                    "resources": {},
                    "placement": {"constraints": [f"node.labels.parvis == {number}"]},
                },
            }
            compose["volumes"][name] = {"name": f"parvis_{name}"}
        check = f"{store}-whole"
        services[check] = services["buckets"] | {"depends_on": {one: {} for one in names}}
        services[store]["depends_on"] = services[store]["depends_on"] | {check: {}}
    return compose


def test_a_member_runs_once_on_its_machine_with_its_name_and_its_volume(clustered: Tree) -> None:
    made = stack(clustered, chosen(clustered), hashes)

    member = made["services"]["rabbitmq2"]
    assert is_member(member)
    assert (member["hostname"], member["networks"]) == ("rabbitmq2", {"inside": {"aliases": ["rabbitmq"]}})
    assert (member["deploy"]["replicas"], member["deploy"]["placement"]) == (
        1,
        {"constraints": ["node.labels.parvis == 2"]},
    )
    assert {"type": "volume", "source": "rabbitmq2", "target": "/data"} in member["volumes"]
    assert made["volumes"]["rabbitmq2"] == {"name": "parvis_rabbitmq2"}
    assert {"type": "tmpfs", "target": "/dev/shm", "tmpfs": {"size": 2**28}} in member["volumes"]
    assert member["healthcheck"] == {"disable": True}
    assert {name for name, one in made["services"].items() if is_member(one)} == {
        f"{store}{number}" for store in STORES for number in (1, 2, 3)
    }


def test_a_member_stops_before_the_next_starts_and_never_goes_back_by_itself(clustered: Tree) -> None:
    deploy = stack(clustered, chosen(clustered), hashes)["services"]["postgres1"]["deploy"]

    change = deploy["update_config"]
    assert (change["order"], change["failure_action"], change["monitor"]) == ("stop-first", "pause", "30s")
    assert "rollback_config" not in deploy


@pytest.mark.parametrize("mode", [0o400, "0400"])
def test_a_secret_keeps_its_owner_and_its_mode(clustered: Tree, mode: int | str) -> None:
    clustered["services"]["rabbitmq1"]["secrets"][0]["mode"] = mode

    [secret] = stack(clustered, chosen(clustered), hashes)["services"]["rabbitmq1"]["secrets"]

    assert (secret["uid"], secret["mode"]) == ("999", 0o400)


def test_what_waits_for_a_store_waits_for_the_check_of_its_cluster(clustered: Tree) -> None:
    made = stack(clustered, chosen(clustered), hashes)

    order = [name for stage in stages(clustered, made) for name in stage]
    for store in STORES:
        assert order.index("settings") < order.index(f"{store}3") < order.index(f"{store}-whole")
    assert order.index("rabbitmq-whole") < order.index("migrate")
    assert order.index("object-store-whole") < order.index("buckets")
    assert checks(clustered, made)["rabbitmq-whole"] == {"rabbitmq1", "rabbitmq2", "rabbitmq3"}


def made_of(compose: Tree, hashes: Hashes = hashes) -> dict[str, str]:
    services = stack(compose, chosen(compose), hashes)["services"]
    return {name: one["deploy"]["labels"][MADE_OF] for name, one in services.items() if is_member(one)}


def test_a_member_bears_the_hash_of_all_that_it_is_made_of(clustered: Tree) -> None:
    before = made_of(clustered)
    assert made_of(clustered) == before
    clustered["services"]["rabbitmq2"]["image"] = "rabbitmq:of-another-day"
    after = made_of(clustered)
    assert {name for name, one in after.items() if one != before[name]} == {"rabbitmq2"}
    other = made_of(clustered, lambda place: {"": "f03"} if place.endswith("smtp_url") else hashes(place))
    assert not set(other.values()) & set(after.values())


def test_the_folder_of_the_files_is_no_part_of_what_a_member_is_made_of(clustered: Tree) -> None:
    clustered["services"]["rabbitmq1"]["volumes"].append(
        {"type": "bind", "source": "/here/etc/conf", "target": "/conf"}
    )
    before = made_of(clustered)
    clustered["services"]["rabbitmq1"]["volumes"][-1]["source"] = "/there/etc/conf"
    for one in clustered["secrets"].values():
        one["file"] = f"/there/{Path(one['file']).name}"

    assert made_of(clustered) == before


def test_a_clustered_store_leaves_the_inner_network_closed_and_lets_partners_in(clustered: Tree) -> None:
    clustered["networks"]["inside"]["internal"] = True

    made = stack(clustered, {*chosen(clustered), "partners"}, hashes)

    assert made["networks"]["inside"] == {"driver": "overlay", "internal": True}
    assert made["services"]["partners"]["deploy"]["mode"] == "global"


def test_the_broker_s_file_adds_three_nodes_with_their_check() -> None:
    compose = as_compose_reads_it("rabbitmq")

    made = stack(compose, chosen(compose), hashes)

    nodes = ["rabbitmq1", "rabbitmq2", "rabbitmq3"]
    assert sorted(name for name, one in made["services"].items() if is_member(one)) == nodes
    assert checks(compose, made) == {"rabbitmq-whole": set(nodes)}
    for number, name in enumerate(nodes, 1):
        node = made["services"][name]
        assert (node["hostname"], node["environment"]["RABBITMQ_NODENAME"]) == (name, f"parvis{number}@{name}")
        assert node["deploy"]["placement"]["constraints"] == [f"node.labels.parvis == {number}"]
        assert [one["source"] for one in node["volumes"]] == [name]
        assert [one["target"] for one in node["configs"]] == [
            "/etc/rabbitmq/conf.d/20-parvis.conf",
            "/etc/rabbitmq/conf.d/30-parvis-cluster.conf",
            "/parvis/alone-on-volume",
            "/parvis/start",
            "/parvis/room",
            "/parvis/forget-node",
        ]
        assert node["healthcheck"]["test"] == ["CMD", "sh", "/parvis/room"], (
            "and not whether it serves: it could not be found before"
        )
        assert node["image"] == made["services"]["rabbitmq-whole"]["image"] == "rabbitmq:4.0-management"
    order = [name for stage in stages(compose, made) for name in stage]
    assert order.index("rabbitmq3") < order.index("rabbitmq-whole") < order.index("migrate")


def test_each_network_of_the_compose_files_is_encrypted_where_that_is_chosen() -> None:
    clear = as_compose_reads_it("postgres")
    compose = as_compose_reads_it("postgres", "encrypted")

    made = stack(compose, chosen(compose), hashes)

    networks = {"published", "web", "inside", "outside", "agreement"}
    assert {name for name, one in made["networks"].items() if one.get("driver_opts") == {"encrypted": ""}} == networks
    assert made["networks"].keys() - networks == {"alone"}
    assert made["networks"]["agreement"]["internal"]
    assert not [one for one in stack(clear, chosen(clear), hashes)["networks"].values() if "driver_opts" in one]
