"""The partners' entrance before a cluster, whose servers have one name: a partner comes through while any of them lives."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local import ports
from services.chassis.bus import broker_connection
from services.chassis.bus.broker_connection import BrokerDown
from tests.compose.deployment import ROOT
from tests.compose.engine import Daemon
from tests.compose.stand_ins import BASES
from tests.servers.broker import channel_to
from tests.servers.certificates import self_signed
from tests.support.people import eventually

ONE, OTHER, PROXY = "one", "other", "proxy"
LOG_IN = "partenaire:secret"
ASKED = "exec 3<>/dev/tcp/127.0.0.1/8404; printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3; read -r _ status _ <&3; echo $status"


def docker(*words: str, fails: bool = False) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=120, check=False)
    assert fails or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


@dataclass(frozen=True)
class Entrance:
    """The proxy, and two brokers called `rabbitmq` on its network."""

    network: str
    port: int

    def name(self, part: str) -> str:
        return f"{self.network}-{part}"

    def start(self, certificate: Path) -> None:
        docker("network", "create", self.network)
        for broker in (ONE, OTHER):
            self._run(broker, "--hostname", broker, "--network-alias", "rabbitmq", BASES["rabbitmq"])
        for broker in (ONE, OTHER):
            eventually(lambda one=broker: self.lets_in(one), f"the broker {broker}")
        given = {
            ROOT / "deploy" / "proxy" / "partners.cfg": "/usr/local/etc/haproxy/haproxy.cfg",
            certificate: "/run/secrets/certificate.pem",
        }
        volumes = [word for place, there in given.items() for word in ("-v", f"{place}:{there}:ro")]
        self._run(PROXY, "-p", f"127.0.0.1:{self.port}:5671", "-e", "LISTEN=0.0.0.0", *volumes, BASES["haproxy"])

    def _run(self, part: str, *words: str) -> None:
        docker("run", "-d", "--name", self.name(part), "--network", self.network, *words)

    def lets_in(self, broker: str) -> bool:
        """Whether that broker has the partner's account, which is made as soon as it can be."""
        inside = ("exec", self.name(broker), "rabbitmqctl", "-q")
        # Not before the broker made its cookie: the command would make one, as root, which the broker cannot read.
        if not docker(
            "exec", self.name(broker), "sh", "-c", "find /var/lib/rabbitmq/.erlang.cookie -size +0", fails=True
        ):
            return False
        docker(*inside, "add_user", *LOG_IN.split(":"), fails=True)
        docker(*inside, "set_permissions", LOG_IN.partition(":")[0], ".*", ".*", ".*", fails=True)
        return "partenaire" in docker(*inside, "list_permissions", fails=True)

    def reached(self) -> str:
        """The broker that a partner reaches."""
        with channel_to(f"amqps://{LOG_IN}@127.0.0.1:{self.port}/") as channel:
            return str(channel.connection.server_properties["cluster_name"]).partition("@")[2]

    def reaches(self, *brokers: str) -> bool:
        """Whether partners who come one after the other reach each of these."""
        with suppress(BrokerDown):
            return {self.reached() for _ in brokers * 2} == set(brokers)
        return False

    def health(self) -> str:
        """The status that the container's health check reads."""
        return docker("exec", self.name(PROXY), "bash", "-c", ASKED)

    def end(self) -> None:
        docker("rm", "-f", "-v", *map(self.name, (ONE, OTHER, PROXY)), fails=True)
        docker("network", "rm", self.network, fails=True)


@pytest.fixture
def entrance(daemon: Daemon | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entrance]:
    certificate = self_signed(tmp_path / "certificate.pem")
    certificate.chmod(0o644)  # read there by a user of another number
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(broker_connection, "CONNECT_SECONDS", 20)  # a partner's own patience
    made = Entrance(f"parvis-entrance-{os.getpid()}", ports.choose(["partners"], home=tmp_path)["partners"])
    try:
        made.start(certificate)
        yield made
    finally:
        made.end()


def test_partners_come_through_while_one_server_of_the_cluster_lives(entrance: Entrance) -> None:
    eventually(lambda: entrance.reaches(ONE, OTHER), "partners on both servers")

    docker("kill", entrance.name(ONE))

    assert [entrance.reached() for _ in range(4)] == [OTHER] * 4  # also those who come before the proxy has noticed

    docker("start", entrance.name(ONE))
    eventually(lambda: entrance.reaches(ONE, OTHER), "partners on the one that is back")
    assert entrance.health() == "200"

    docker("kill", entrance.name(ONE), entrance.name(OTHER))
    eventually(lambda: entrance.health() == "503", "a proxy that says that no server is left")
