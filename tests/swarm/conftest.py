"""The portal on three machines with its stores, brought up as docs/clustering.md says; the relay of mails, and a PostgreSQL for test_objects.py, run on this one."""

import os
import random
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.compose import stand_ins
from tests.compose.deployment import ship
from tests.compose.elsewhere import Elsewhere, elsewhere
from tests.compose.engine import engine
from tests.compose.stand_ins import BASES, CLUSTERED
from tests.swarm.machines import OUTSIDE, Machine, left, machines, why_not
from tests.swarm.members import Members
from tests.swarm.stacked import DATABASES, NAME, Stack

PAGE = Path(__file__).parents[2] / "docs" / "clustering.md"
# RabbitMQ is of the minor release that deploy/swarm/rabbitmq.yml names.
IMAGES = (
    {folder: image for folder, image in BASES.items() if folder != "clamav"}
    | {"rabbitmq": "rabbitmq:4.0-management"}
    | CLUSTERED
)
OF_STORES = ("haproxy", "rabbitmq", "seaweedfs", "etcd")
URL = f"https://{NAME}"
HERE = Path(__file__).parent
LEFT_OPEN = r"ignore:unclosed <ssl\.SSLSocket.*laddr=[^)]*\)>:ResourceWarning"
"""`wrap_socket` leaves a connection open that was reset before its handshake (CPython, `SSLSocket._create`): it has no remote address. A
machine that comes back resets some."""
ALONE = {**dict.fromkeys(("OWN_POSTGRES", "OWN_RABBITMQ", "OWN_OBJECT_STORE"), "0"), "INSIDE_ONLY": "false"}
"""Settings of a stack without a portal."""


def say(text: str) -> None:
    print(f"swarm: {text}", flush=True)  # noqa: T201 (printed while the run goes on)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The stores' own stacks come first, while no portal runs: their tests end machines, and promise seconds."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.filterwarnings(LEFT_OPEN))
    if config.getoption("--swarm"):
        items.sort(key=lambda item: "portal" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of ours, built by this machine's own engine, which runs what the town has elsewhere too."""
    if why := why_not():
        pytest.fail(why, pytrace=False)
    with engine(tmp_path_factory.mktemp("docker") / "dockerd.log") as found:
        if isinstance(found, str):
            pytest.fail(found, pytrace=False)
        name = f"parvis-swarm-{os.getpid()}:0"
        try:
            if made := stand_ins.made(IMAGES, say):
                say(f"stand-ins, not the real images, which this run does not prove: {', '.join(made)}")
            home = tmp_path_factory.mktemp("built")
            ship(home)
            began = time.monotonic()
            build(home, name)
            say(f"image built in {time.monotonic() - began:.0f} s")
            yield name
        except stand_ins.NoImage as why:
            pytest.fail(str(why), pytrace=False)
        finally:
            for made_here in (*(release(name, number) for number in range(4)), with_patroni(name)):
                subprocess.run(["docker", "image", "rm", "-f", made_here], capture_output=True, check=False)
            stand_ins.take_back(IMAGES.values())


@pytest.fixture(scope="session")
def three(image: str) -> Iterator[list[Machine]]:
    """Three machines in one swarm."""
    folder = Path("/var/tmp") / f"psw{os.getpid()}"  # a disk, not memory
    began = time.monotonic()
    try:
        with machines(folder) as found:
            say(f"three machines in {time.monotonic() - began:.0f} s")
            yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        assert not left()


def prepared(name: str, home: Path, three: list[Machine], servers: str, settings: Mapping[str, str]) -> Stack:
    """The stack of that name with one store alone, before `deploy/swarm/stack`: a release with its secrets and settings, on machines
    that bear their numbers. `servers`: what `make-secrets` is given of it."""
    ship(home)
    stack = Stack({"gateway": "", "mail": ""}, home, {"COMPOSE_PROJECT_NAME": name}, three)
    stack.must(f"deploy/make-secrets {servers} {URL} smtp://relais:25")
    for setting in {**ALONE, **settings}.items():
        stack.set(*setting)
    for number, machine in enumerate(three, 1):
        stack.manager.docker("node", "update", "--label-add", f"parvis={number}", machine.name)
    return stack


@contextmanager
def databases(
    name: str,
    home: Path,
    three: list[Machine],
    image: str,
    settings: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Generator[tuple[Stack, Members]]:
    """The members of PostgreSQL's cluster as the stack of that name, up in this block."""
    given = {"COMPOSE_FILE": "docker-compose.yml:deploy/swarm/postgres.yml", "PATRONI_IMAGE": with_patroni(image)}
    stack = prepared(name, home, three, f"--postgres {','.join(DATABASES)}", given | dict(settings or {}))
    for file, content in (secrets or {}).items():
        (home / "secrets" / file).write_text(f"{content}\n", "utf-8")
    build(home, with_patroni(image), "deploy/patroni/Dockerfile")
    loaded(three, with_patroni(image), CLUSTERED["etcd"])
    found = Members(name, home, three)
    try:
        found.bring_up()
        yield stack, found
    finally:
        found.swarm("stack", "rm", found.name)


def build(home: Path, name: str, file: str = "deploy/image/Dockerfile") -> None:
    _docker("build", "-q", "-t", name, "-f", f"{home}/{file}", str(home))


def loaded(found: list[Machine], *images: str) -> None:
    """Gives each machine what its registry would; it is written to the disk that all share before anything else waits for that disk."""
    takers = [["docker", "--host", one.docker_host, "load", "-q"] for one in found]
    with ThreadPoolExecutor() as pool:
        done = pool.map(lambda taker: _piped(["docker", "save", *images], taker), takers)
    assert not any(done)
    os.sync()


def _piped(giver: list[str], taker: list[str]) -> int:
    with subprocess.Popen(giver, stdout=subprocess.PIPE) as given:
        done = subprocess.run(taker, stdin=given.stdout, capture_output=True, check=False)
    return done.returncode or given.returncode


@pytest.fixture(scope="session")
def servers(image: str, three: list[Machine], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    with elsewhere(
        f"parvis-swarm-{os.getpid()}", IMAGES, image, tmp_path_factory.mktemp("elsewhere"), OUTSIDE
    ) as found:
        yield found


@pytest.fixture(scope="session")
def portal(
    image: str, three: list[Machine], servers: Elsewhere, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The demo town, without what of it is for one machine."""
    with brought_up(tmp_path_factory.mktemp("manager"), image, three, servers) as stack:
        yield stack


@contextmanager
def brought_up(home: Path, image: str, three: list[Machine], servers: Elsewhere, *changed: str) -> Generator[Stack]:
    """The demo town, up as the page says, reached in this block by its name. `changed`: commands of an operator who chooses other stores,
    after those that make its secrets and settings."""
    ship(home)
    stack = Stack({"gateway": URL, "mail": f"http://{servers.place('mails')}"}, home, {}, three)
    labels, prepared, first_run = written("De trois machines vides au portail")
    chosen = [command for command in prepared if not command.startswith("docker ")]
    for number, machine in enumerate(three, 1):
        labels = [command.replace(f"MACHINE{number}", machine.name) for command in labels]
    for command in (*labels, *chosen, *changed):
        stack.must(servers.adapted(command))
    shutil.copy(servers.authority, home / "deploy" / "image" / "authorities" / "town.crt")  # of the relay of mails
    first = release(image, 1)
    build(home, first)
    build(home, with_patroni(image), "deploy/patroni/Dockerfile")
    began = time.monotonic()
    loaded(three, first, with_patroni(image), *(IMAGES[one] for one in OF_STORES))
    say(f"images on each machine in {time.monotonic() - began:.0f} s")
    settings = {"PARVIS_IMAGE": first, "PATRONI_IMAGE": with_patroni(image)}
    settings |= {"RATE_LIMITS": "1000", "PROXY_REQUESTS_PER_10S": "100000", "DECISION_WAIT": "1"}
    for setting in settings.items():
        stack.set(*setting)
    stack.must("cp -r deploy/demo-town our-town && rm -r our-town/images/sources")
    with pytest.MonkeyPatch.context() as patched:
        trusted = str(home / "secrets" / "certificate.pem")
        patched.setenv("REQUESTS_CA_BUNDLE", trusted)
        patched.setattr(socket, "getaddrinfo", _at_three_addresses(three))
        for command in first_run:
            began = time.monotonic()
            stack.must(command)
            say(f"{command.partition(' |')[0]}: {time.monotonic() - began:.0f} s")
        yield stack


def release(image: str, number: int) -> str:
    """The name of a release of that image."""
    return f"{image.partition(':')[0]}:{number}"


def with_patroni(image: str) -> str:
    """The name of the image of PostgreSQL."""
    return f"{image.partition(':')[0]}-postgres:1"


def written(section: str) -> list[list[str]]:
    """The commands of each block in a section of the page."""
    text = PAGE.read_text("utf-8")
    [body] = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in re.findall(r"^```sh\n(.*?)^```", body, re.MULTILINE | re.DOTALL)]


def _at_three_addresses(three: list[Machine]) -> Any:
    """As a DNS that has an address of each machine under one name: whoever asks tries one after the other."""
    asked = socket.getaddrinfo

    def answered(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        if host != NAME:
            return asked(host, port, *arguments, **options)
        places = random.sample(three, len(three))
        return [found for one in places for found in asked(one.address, port, *arguments, **options)]

    return answered


def _docker(*arguments: str) -> None:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
