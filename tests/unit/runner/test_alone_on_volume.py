"""Two containers of a member never have its volume at a time, though Swarm runs two where a machine was cut off and is back."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.swarm.stack_file import is_member, stack
from tests.support.stacks import as_compose_reads_it, chosen

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "deploy/swarm/alone-on-volume"
LOCKS_ITSELF = "etcd"
"""Its image has no shell; it waits for the lock of its own database."""


class Container:
    """The first process of one: says `begun` when its command runs, and ends when it is told to."""

    def __init__(self, volume: Path) -> None:
        line = ["sh", str(SCRIPT), str(volume), "sh", "-c", "echo begun; read -r end"]
        self.process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def says(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@pytest.fixture
def containers(tmp_path: Path) -> Iterator[tuple[Container, Container]]:
    """Two, on one volume; the first has begun."""
    with ExitStack() as ends:
        found: list[Container] = []
        for _ in range(2):
            one = Container(tmp_path)
            ends.enter_context(one.process)
            ends.callback(one.process.kill)
            found.append(one)
            said = one.says()
            assert said == "begun" if one is found[0] else "attend la fin du conteneur d’avant" in said
        yield found[0], found[1]


def test_the_second_waits_until_the_command_of_the_first_has_ended(containers: tuple[Container, Container]) -> None:
    first, second = containers
    assert first.process.poll() is None

    first.process.communicate("\n")

    assert second.says() == "begun"


def test_the_second_begins_where_the_first_was_killed(containers: tuple[Container, Container]) -> None:
    first, second = containers
    first.process.kill()

    assert second.says() == "begun"


def test_one_that_waits_ends_at_once_when_it_is_told_to(containers: tuple[Container, Container]) -> None:
    _, second = containers
    second.process.terminate()

    assert second.process.wait(timeout=20) == 0


@pytest.mark.parametrize("store", ["rabbitmq", "postgres", "objects"])
def test_each_member_with_a_volume_begins_by_it(store: str) -> None:
    compose = as_compose_reads_it(store)
    made = stack(compose, chosen(compose), lambda place: {"": "f00", "one": "f01"})
    seen: list[str] = []
    for name, service in made["services"].items():
        volumes = [one["target"] for one in service.get("volumes", ()) if one["type"] == "volume"]
        if is_member(service) and not name.startswith(LOCKS_ITSELF):
            seen.append(name)
            assert service["entrypoint"][:3] == ["sh", "/parvis/alone-on-volume", *volumes], name
            assert "/parvis/alone-on-volume" in {one["target"] for one in service["configs"]}
    assert seen == [f"{store}{number}" for number in (1, 2, 3)]
