"""Three machines on one: each sees the other two under their names, at addresses where cables listen.

Machine 2 listens on 127.0.0.12; to machine 1 `etcd2`, `rabbitmq2` and `postgres2` are 127.0.11.12, to our processes they are
127.0.10.12, and so on: a cable for each pair and port. For that every process of a machine has an /etc/hosts of its own, in a
mount namespace, which needs no privilege where user namespaces are open to all.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.cables import Place

NUMBERS = (1, 2, 3)
OUTSIDE = 0  # where our processes are
BETWEEN_MACHINES = ("epmd", "distribution", "etcd", "etcd-peer", "postgres", "patroni")
FROM_OUTSIDE = ("postgres",)
MOUNTED = 'mount --bind "$0" /etc/hosts && exec "$@"'


def own_address(number: int) -> str:
    return f"127.0.0.{10 + number}"


def seen_from(viewer: int, number: int) -> str:
    """The end, at a viewer, of the cables to that machine; its own address for itself."""
    return own_address(number) if viewer == number else f"127.0.{10 + viewer}.{10 + number}"


def name(viewer: int, number: int, service: str) -> str:
    """A cable's."""
    return f"{viewer}>{number}/{service}"


def cables(ports: dict[str, int]) -> dict[str, tuple[Place, Place]]:
    """A cable for each viewer, machine and service, from its end at the viewer to the server."""
    return {
        name(viewer, number, service): (
            (seen_from(viewer, number), ports[service]),
            (own_address(number), ports[service]),
        )
        for viewer, number, service in ways()
    }


def ways() -> Iterator[tuple[int, int, str]]:
    for number in NUMBERS:
        yield from ((OUTSIDE, number, service) for service in FROM_OUTSIDE)
        yield from ((viewer, number, each) for viewer in NUMBERS if viewer != number for each in BETWEEN_MACHINES)


@dataclass(frozen=True)
class Machines:
    """Their /etc/hosts lie in `folder`. `cabled`: they see each other through cables; else directly, as where nothing is cut."""

    folder: Path
    cabled: bool = True

    def address(self, viewer: int, number: int) -> str:
        """Where a viewer, one of the machines or OUTSIDE, finds that machine."""
        return seen_from(viewer, number) if self.cabled else own_address(number)

    def inside(self, number: int) -> list[str]:
        """What goes before a command that runs on that machine."""
        hosts = self.folder / f"hosts-{number}"
        if not hosts.exists():
            lines = [f"{self.address(number, each)} etcd{each} rabbitmq{each} postgres{each}" for each in NUMBERS]
            hosts.write_text("\n".join(["127.0.0.1 localhost", *lines, ""]), encoding="ascii")
        mapped = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        return ["unshare", *mapped, "--mount", "--", "sh", "-c", MOUNTED, str(hosts)]

    def impossible(self) -> str | None:
        """Why there can be no such machines here, or None."""
        tried = subprocess.run([*self.inside(1), "true"], capture_output=True, text=True, check=False)
        return tried.stderr.strip() if tried.returncode else None
