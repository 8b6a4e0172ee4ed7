"""`./parvis up` on machines that have nothing but Debian's Python: as root and as an ordinary user, behind a proxy, and from
the second start on without any network. Nothing of the machine is touched outside the project's folder."""

import json
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.compose.conftest import say
from tests.compose.deployment import ROOT
from tests.compose.engine import Daemon
from tests.compose.forward_proxy import forward_proxy

PROJECT = "/srv/parvis"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".parvis", "__pycache__")
SECONDS = 600
# What the test itself puts there, what a user's downloads are kept in, and what the kernel mounts.
NOT_THE_MACHINE = (PROJECT, "/srv", "/tmp", "/authorities.pem", "/etc/mtab", "/root", "/home")
OF_THE_ENGINE = {"/usr", "/usr/sbin", "/usr/sbin/docker-init"}
ASKS = """
import sys, urllib.request
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(direct.open(sys.argv[1], timeout=20).read().decode())
"""


def docker(*words: str, check: bool = True) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0 or not check, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def image(daemon: Daemon | None) -> Iterator[str]:
    """Debian, its Python, and the project's files; what it trusts besides is named by the usual variable."""
    name = f"parvis-fresh-{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "tests" / "compose" / "images" / "fresh", folder, dirs_exist_ok=True)
        docker("build", "-q", "-t", name, folder)
    yield name
    docker("image", "rm", "-f", name)


@contextmanager
def machine(image: str, user: str, network: str, **environment: str) -> Generator[str]:
    """One that runs and does nothing yet; the project lies in its folder, and is the user's."""
    given = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
    if AUTHORITIES.exists():
        given += ["-e", "SSL_CERT_FILE=/authorities.pem"]
    made = docker("create", "--init", "--network", network, *given, image, "sleep", "infinity").strip()
    try:
        if AUTHORITIES.exists():
            docker("cp", "-L", str(AUTHORITIES), f"{made}:/authorities.pem")
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT, Path(folder) / "parvis", ignore=LEFT_OUT)
            docker("cp", str(Path(folder) / "parvis"), f"{made}:{PROJECT}")
        docker("start", made)
        docker("exec", made, "chown", "-R", user, PROJECT)
        yield made
    finally:
        docker("rm", "-f", "-v", made)


@contextmanager
def closed_network() -> Generator[tuple[str, str]]:
    """A network without a way out, and this machine's own address in it."""
    name = f"parvis-closed-{uuid.uuid4().hex[:8]}"
    docker("network", "create", "--internal", name)
    try:
        yield name, docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name).strip()
    finally:
        docker("network", "rm", name)


def starts(made: str, user: str, what: str) -> None:
    """The command answers with one object, and the portal with the town's page."""
    begun = time.monotonic()
    printed = docker("exec", "-u", user, "-w", PROJECT, made, "./parvis", "up", "--detach", "--json")
    say(f"{what}: up after {time.monotonic() - begun:.0f} s")
    address = json.loads(printed)["gateway"]
    page = docker("exec", made, "python3", "-c", ASKS, address)
    assert "Saint-Aubin-sur-Orne" in page


def stops(made: str, user: str) -> None:
    docker("exec", "-u", user, "-w", PROJECT, made, "./parvis", "down")
    listed = "import os; print([open(f'/proc/{one}/cmdline').read() for one in os.listdir('/proc') if one.isdigit()])"
    assert PROJECT not in docker("exec", made, "python3", "-c", listed), "no process is left"


@pytest.mark.parametrize("user", ["root", "habitant"])
def test_the_demo_town_runs_on_python_alone_and_again_without_a_network(image: str, user: str) -> None:
    with machine(image, user, "bridge") as made:
        starts(made, user, f"a fresh machine, as {user}, with all that it downloads")
        stops(made, user)
        docker("network", "disconnect", "bridge", made)
        starts(made, user, "the same, again and without a network")
        stops(made, user)

        changed = {line.split(maxsplit=1)[1] for line in docker("diff", made).splitlines()} - OF_THE_ENGINE
        assert [path for path in changed if not path.startswith(NOT_THE_MACHINE)] == []
        assert "seaweedfs" not in docker("exec", made, "ls", "/tmp")


def test_behind_a_proxy_everything_comes_through_it(image: str) -> None:
    with closed_network() as (network, here), forward_proxy(here) as (proxy, asked):
        # in the spelling that apt does not know: the command gives it the other
        through = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), proxy)
        with machine(image, "habitant", network, **through) as made:
            starts(made, "habitant", "a fresh machine behind a proxy")
            stops(made, "habitant")

    say(f"behind a proxy: {len(asked)} servers were asked for what is needed")
    assert asked
