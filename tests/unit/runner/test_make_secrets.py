"""The addresses that `deploy/make-secrets` writes name the servers that its operator named, once."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the script draws its keys with openssl")

SCRIPT = Path(__file__).parents[3] / "deploy" / "make-secrets"
PORTAL = ("https://portail.ville.example", "smtp://relais:25")
ADDRESSES = {
    "database_owner": ("postgres:5432", "un:5432,deux:5433,trois:5432"),
    "database_requests": ("postgres:5432", "un:5432,deux:5433,trois:5432"),
    "database_objects": ("postgres:5432", "un:5432,deux:5433,trois:5432"),
    "amqp_services": ("rabbitmq:5672", "q1:5672,q2:5672"),
    "amqp_relay": ("rabbitmq:5672", "q1:5672,q2:5672"),
    "amqp_partners": ("rabbitmq:5672", "q1:5672,q2:5672"),
    "rabbitmq_management": ("rabbitmq:15672", "q1:15672,q2:15672"),
}
CLUSTERS = ("--postgres", "un,deux:5433,trois", "--rabbitmq", "q1,q2")


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A folder with the script and a certificate, so that none is made."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(SCRIPT, tmp_path / "deploy")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "certificate.pem").write_text("ours", "utf-8")
    return tmp_path


def make(server: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(server / "deploy" / "make-secrets"), *arguments], capture_output=True, text=True, check=False
    )


def named(server: Path) -> dict[str, str]:
    """Which servers each address names."""
    texts = {name: (server / "secrets" / name).read_text("utf-8").strip() for name in ADDRESSES}
    return {name: text.rpartition("@")[2].partition("/")[0] for name, text in texts.items()}


def test_without_names_the_addresses_are_those_of_the_containers(server: Path) -> None:
    assert make(server, *PORTAL).returncode == 0
    assert named(server) == {name: one for name, (one, _) in ADDRESSES.items()}


def test_the_servers_of_a_cluster_are_named_once(server: Path) -> None:
    assert make(server, *CLUSTERS, *PORTAL).returncode == 0
    assert named(server) == {name: several for name, (_, several) in ADDRESSES.items()}

    (server / "secrets" / "database_requests").unlink()
    assert make(server, *PORTAL).returncode == 0
    assert named(server) == {name: several for name, (_, several) in ADDRESSES.items()}


@pytest.mark.parametrize(("chosen", "drawn"), [((), False), (CLUSTERS, True)])
def test_the_passwords_of_standbys_are_drawn_where_there_are_several(
    server: Path, chosen: tuple[str, ...], drawn: bool
) -> None:
    make(server, *chosen, *PORTAL)

    for name in ("postgres_standby_password", "patroni_password"):
        assert (server / "secrets" / name).exists() == drawn


def test_servers_are_read_from_whichever_address_is_left(server: Path) -> None:
    """Also where it names no account and no virtual host."""
    make(server, *PORTAL)
    (server / "secrets" / "amqp_services").unlink()
    (server / "secrets" / "amqp_relay").write_text("amqps://q1:5671,q2:5671\n", "utf-8")

    assert make(server, *PORTAL).returncode == 0

    assert named(server)["amqp_services"] == "q1:5671,q2:5671"


@pytest.mark.parametrize(("chosen", "lines"), [((), 0), (CLUSTERS, 1)])
def test_calls_wait_in_quorum_queues_where_the_broker_is_a_cluster(
    server: Path, chosen: tuple[str, ...], lines: int
) -> None:
    make(server, *chosen, *PORTAL)
    assert (server / ".env").read_text("utf-8").splitlines().count("RPC_QUEUES=quorum") == lines


@pytest.mark.parametrize(("chosen", "named"), [((), False), (CLUSTERS, True)])
def test_its_last_line_names_the_command_of_several_machines(
    server: Path, chosen: tuple[str, ...], named: bool
) -> None:
    last = make(server, *chosen, *PORTAL).stdout.splitlines()[-1]

    assert "docker compose up --wait" in last
    assert ("deploy/swarm/stack" in last) == named


def test_other_servers_than_those_that_are_there_are_refused(server: Path) -> None:
    make(server, *CLUSTERS, *PORTAL)

    refused = make(server, "--postgres", "quatre", *PORTAL)

    assert refused.returncode == 1
    assert "secrets/database_owner nomme d’autres serveurs" in refused.stderr


def test_the_account_at_the_relay_need_not_be_typed_again(server: Path) -> None:
    make(server, *PORTAL)
    relay = server / "secrets" / "smtp_url"
    relay.write_text("smtp://mairie:p%2Fw@relais:25\n", "utf-8")

    assert make(server, *PORTAL).returncode == 0
    assert make(server, PORTAL[0], "smtp://autre:25").returncode == 1
    assert relay.read_text("utf-8") == "smtp://mairie:p%2Fw@relais:25\n"
