"""What a container of ours is, may do and can reach: little is in it, nothing in it can be written, and there is one way out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.compose.deployment import REPLICATED, SERVICES, Deployment

OURS = (*REPLICATED, "relay")
JOBS = ("settings", "migrate", "buckets", "demo")
BEGINS_AS_ROOT = {
    "postgres": "gives the volume to its own user, then becomes that user",
    "rabbitmq": "gives the volume to its own user, then becomes that user",
    "object-store": "the image knows no other user; every capability is taken from it",
    "clamav": "gives the volume to its own user, as whom the daemon and the fetcher of signatures then run",
}
STAYS_ROOT = {
    "object-store": BEGINS_AS_ROOT["object-store"],
    "clamav": "its entry waits, as root, for the two that it started",
}
WRITES_TO_ITS_ROOT = {
    "postgres": "its socket and the files that its entry makes lie beside the volume",
    "rabbitmq": "its entry writes a configuration beside the one that is mounted",
    "object-store": "its entry and its client keep files in the home of their user",
    "clamav": "its entry, its socket and its logs write beside the volume",
}
BUILDERS = "gcc cc g++ c++ clang make cmake ld as git uv pip pip3 npm node cargo go curl wget"
# Asked of the image, with the paths of its own processes.
LOOK = r"""
import importlib.util, json, os, pathlib, shutil, sys
print(json.dumps({
    "programs": [name for name in sys.argv[1:] if shutil.which(name)],
    "modules": [name for name in ("pip", "ensurepip", "setuptools", "wheel", "uv") if importlib.util.find_spec(name)],
    "wheels": [str(one) for one in pathlib.Path("/usr").rglob("*.whl")],
    "headers": [str(one) for one in pathlib.Path("/").glob("usr/**/include/**/*.h")][:5],
    "ours": sorted(one.name for one in pathlib.Path("/opt/parvis").iterdir()),
    "code": sorted(one.name for one in pathlib.Path("/opt/parvis/app").iterdir()),
    "owned": [str(one) for one in pathlib.Path("/opt/parvis").rglob("*") if one.stat().st_uid == os.getuid()],
}))
"""
SHOW = r"""
import json, os, pathlib
status = dict(line.split(":\t", 1) for line in pathlib.Path("/proc/1/status").read_text().splitlines())
def written(place):
    try:
        (pathlib.Path(place) / "mark").write_text("")
        return True
    except OSError as error:
        return error.strerror
print(json.dumps({
    "first": pathlib.Path("/proc/1/cmdline").read_bytes().split(b"\0")[0].decode(),
    "user": os.getuid(), "capabilities": [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd")],
    "gains": status["NoNewPrivs"].strip(),
    "written": {place: written(place) for place in ("/opt/parvis/app", "/etc", "/usr/bin", "/var/lib/parvis", "/tmp")},
}))
"""


def asked(command: str, portal: Deployment, program: str, arguments: str = "") -> Any:
    return json.loads(portal.must(f"{command} python - {arguments} <<'END'\n{program}END"))


def service_of(container: dict[str, Any]) -> str:
    return container["Config"]["Labels"]["com.docker.compose.service"]


def test_the_image_has_no_tool_that_builds_or_installs(shipped: Deployment) -> None:
    image = shipped.environment["PARVIS_IMAGE"]
    found = asked(f"docker run --rm -i --entrypoint '' {image}", shipped, LOOK, BUILDERS)

    assert found == {
        "programs": [],
        "modules": [],
        "wheels": [],
        "headers": [],
        "ours": ["app", "bin", "lib", "pyvenv.cfg"],
        "code": ["deploy", "gateway", "pyproject.toml", "services"],
        "owned": [],
    }


@pytest.mark.parametrize("name", OURS)
def test_a_process_is_unprivileged_and_writes_to_memory_and_own_volume_alone(portal: Deployment, name: str) -> None:
    answer = asked(f"docker compose exec -T {name}", portal, SHOW)

    assert answer == {
        "first": "/sbin/docker-init",
        "user": 10001,
        "capabilities": [0, 0, 0, 0],
        "gains": "1",
        "written": {
            "/opt/parvis/app": "Read-only file system",
            "/etc": "Read-only file system",
            "/usr/bin": "Read-only file system",
            # the gateway's own volume: what it last knew of what is public (STATE_FOLDER)
            "/var/lib/parvis": True if name == "gateway" else "Read-only file system",
            "/tmp": True,
        },
    }


def test_every_container_is_bounded_and_turns_its_log_a_finished_job_too(portal: Deployment) -> None:
    everything = portal.containers(everything=True)

    assert set(JOBS) <= {service_of(one) for one in everything if not one["State"]["Running"]}
    are_bounded(everything)


def are_bounded(containers: list[dict[str, Any]]) -> None:
    for one in containers:
        host, name = one["HostConfig"], service_of(one)
        assert host["Memory"] > 0, name
        assert host["NanoCpus"] > 0, name
        assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "5"}}, name
        assert host["RestartPolicy"]["Name"] == ("no" if name in JOBS else "unless-stopped"), name
        assert "no-new-privileges:true" in host["SecurityOpt"], name
        assert host["CapDrop"] == ["ALL"], name
        assert not host["Privileged"], name
        if name in (*OURS, *JOBS, "inbox", "partner-exit", "partner-sites"):
            assert not host["CapAdd"], name
            assert host["PidsLimit"] == 200, name
            assert host["Init"], name


def test_every_container_is_unprivileged_on_a_read_only_root_or_says_why_not(portal: Deployment) -> None:
    are_unprivileged(portal.containers(everything=True))


def are_unprivileged(containers: list[dict[str, Any]]) -> None:
    for one in containers:
        name = service_of(one)
        assert one["HostConfig"]["ReadonlyRootfs"] or name in WRITES_TO_ITS_ROOT, name
        assert one["Config"]["User"] not in ("", "root", "0") or name in BEGINS_AS_ROOT, name
        if one["State"]["Running"]:
            status = Path(f"/proc/{one['State']['Pid']}/status").read_text("ascii")
            [user] = re.findall(r"^Uid:\s+(\d+)", status, re.MULTILINE)
            assert user != "0" or name in STAYS_ROOT, name


def test_only_a_container_above_its_memory_limit_is_ended(portal: Deployment) -> None:
    others = portal.started()

    greedy = portal.run(
        "docker compose run --rm -T --no-deps --entrypoint python tools -c 'print(len(b\"x\" * 2**30))'"
    )

    assert greedy.returncode == 137
    assert not greedy.stdout
    assert portal.started() == others


def test_only_the_entry_points_are_published(portal: Deployment) -> None:
    published = {
        service_of(one)
        for one in portal.containers()
        for bound in (one["NetworkSettings"]["Ports"] or {}).values()
        for place in bound or []
        if place["HostIp"] != "127.0.0.1"
    }

    assert published == {"proxy", "partners"}


def test_stores_and_broker_are_on_the_inner_network_alone(portal: Deployment) -> None:
    inner = portal.must(f"docker network inspect {portal.project}_inside --format '{{{{.Internal}}}}'")

    assert inner.strip() == "true"
    for name in ("postgres", "rabbitmq", "object-store", "accounts", "requests", "relay"):
        for one in portal.containers(name):
            assert list(one["NetworkSettings"]["Networks"]) == [f"{portal.project}_inside"], name


def reaches(portal: Deployment, name: str, host: str, port: int) -> bool:
    """Whether a container of that service can open a connection there."""
    ask = f'import socket; socket.create_connection(("{host}", {port}), 3)'
    return portal.run(f"docker compose exec -T {name} python -c '{ask}'").returncode == 0


def test_from_the_inner_network_only_the_sender_of_mails_reaches_outside(portal: Deployment) -> None:
    # What lies outside is here the published proxy, as another machine would see it.
    port = int(portal.environment["HTTPS_PORT"])
    bridge = "docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}'"
    outside = portal.must(bridge).strip()

    assert reaches(portal, "messaging", outside, port)
    for name in SERVICES:
        if name != "messaging":
            assert not reaches(portal, name, outside, port), name
    assert reaches(portal, "content", "postgres", 5432)


def test_accounts_goes_out_to_the_partners_hosts_alone(portal: Deployment) -> None:
    ask = (
        'import socket; line = socket.create_connection(("partner-exit", 3128), 5); '
        'line.sendall(b"CONNECT %s HTTP/1.1\\r\\n\\r\\n"); print(line.recv(100).split()[1].decode())'
    )
    for place in ("ailleurs.example:443", "postgres:5432", "127.0.0.1:443"):
        said = portal.must(f"docker compose exec -T accounts python -c '{ask % place}'")
        assert said.strip() == "403", place
    assert not reaches(portal, "accounts", "1.1.1.1", 443)


def test_accounts_reaches_the_simulated_sites_and_gives_them_no_secret(
    portal: Deployment,
) -> None:
    assert reaches(portal, "accounts", "partner-sites", 8031)
    assert portal.run("docker compose exec -T partner-sites ls /run/secrets").stdout.split() == []


def test_no_container_but_the_proxies_and_ours_reaches_the_proxy(portal: Deployment) -> None:
    """From a proxy that is broken into, gateways are reached, and neither a store nor the broker."""
    for host, port in (("postgres", 5432), ("rabbitmq", 5672), ("object-store", 9000), ("accounts", 8081)):
        tried = portal.run(f"docker compose exec -T proxy bash -c '</dev/tcp/{host}/{port}'")
        assert tried.returncode != 0, host
    assert portal.run("docker compose exec -T proxy bash -c '</dev/tcp/gateway/8000'").returncode == 0
