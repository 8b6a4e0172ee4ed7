"""The private servers do what the product relies on."""

import io
import os
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Generator
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import amqp
import psutil
import psycopg
import pytest
from minio import Minio

from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.command.trouble import Trouble
from deploy.local import object_store, ports, postgres, rabbitmq, servers
from deploy.local.object_store import ObjectStore
from deploy.local.processes import Process
from deploy.local.supervisor import Supervisor
from tests.integration.chassis.conftest import until
from tests.load.meter import Meter

ROOT = Path(__file__).parents[3]
MOST_SECONDS_ADDED = 120  # by the store to the seconds between two vacuums, at random
MOST_WAKES_OF_STORE = 60  # a second, where nothing is asked of it: 40 are its own timers; 80 by `weed mini`


def test_the_database_is_the_release_that_the_compose_file_names(database_url: str) -> None:
    with psycopg.connect(database_url.replace("{service}", "requests")) as conn:
        version = conn.info.server_version
    assert version // 10000 == 18


@pytest.mark.parametrize("name", [postgres.NAME, rabbitmq.NAME, object_store.NAME])
def test_each_server_answers_from_outside_that_it_is_ready(server_addresses: dict[str, str], name: str) -> None:
    assert servers.answers(name, server_addresses, 5)


def test_the_broker_denies_today_what_its_next_release_denies(amqp_url: str) -> None:
    host, _, vhost = amqp_url.removeprefix("amqp://").partition("@")[2].partition("/")
    user, _, password = amqp_url.removeprefix("amqp://").partition("@")[0].partition(":")
    with amqp.Connection(host=host, userid=user, password=password, virtual_host=vhost) as connection:
        channel = connection.channel()
        with pytest.raises(amqp.AMQPError, match="transient_nonexcl_queues"):
            channel.queue_declare("transient", durable=False, exclusive=False, auto_delete=False)


def test_the_broker_denies_all_that_it_calls_deprecated(server_addresses: dict[str, str]) -> None:
    """Also what this release still permits; a feature that a newer one calls so is found here."""
    management = rabbitmq.Management(server_addresses["RABBITMQ_MANAGEMENT_URL"])
    deprecated = management.ask("/api/deprecated-features")
    permitted = {one["name"] for one in deprecated if one["deprecation_phase"] != "removed"}
    ours, deployed = rabbitmq.CONFIGURATION, (ROOT / "deploy" / "rabbitmq" / "parvis.conf").read_text("utf-8")

    assert permitted
    for name in permitted:
        assert f"\ndeprecated_features.permit.{name} = false\n" in ours
        assert f"\ndeprecated_features.permit.{name} = false\n" in deployed
    assert management.ask("/api/deprecated-features/used") == []


def test_the_object_store_refuses_calls_without_a_key(s3: Minio, server_addresses: dict[str, str], worker: str) -> None:
    bucket = f"{worker}-closed"
    s3.make_bucket(bucket)
    stranger = Minio(server_addresses["S3_ENDPOINT"], secure=False, region="us-east-1")
    with pytest.raises(Exception, match="AccessDenied"):
        stranger.stat_object(bucket, "anything")


def test_each_worker_has_migrated_databases_of_its_own(database_url: str, worker: str) -> None:
    with psycopg.connect(database_url.replace("{service}", "requests")) as conn:
        [name] = conn.execute("SELECT current_database()").fetchone() or [None]
        [migrated] = conn.execute("SELECT to_regclass('events') IS NOT NULL").fetchone() or [None]
    assert (name, migrated) == (f"{worker}_requests", True)


def test_a_damaged_database_is_not_waited_for(tmp_path: Path, layout: Layout, console: Console) -> None:
    """Of its own, for what is damaged here stays so."""
    [port] = ports.choose(["one"], home=tmp_path).values()
    private = postgres.Postgres(tmp_path / "postgres", port, "p" * 20, "s" * 20, layout.log("postgresql"))
    private.prepare(console)
    with Supervisor(layout, console) as running:
        running.start(private.program())
        with psycopg.connect(private.url("postgres")) as conn:
            [row] = conn.execute("SELECT pg_relation_filepath('pg_class')").fetchall()
    file = private.data / row[0]
    file.write_bytes(os.urandom(16384) + file.read_bytes()[16384:])
    for cache in private.data.glob("**/pg_internal.init"):
        cache.unlink()

    with (
        pytest.raises(Trouble, match=r"n’a pas démarré \(FATAL:.*invalid page.*sauvegarde.*--fresh"),
        Supervisor(layout, console) as running,
    ):
        running.start(private.program())


@pytest.fixture
def own_store(tmp_path: Path) -> ObjectStore:
    """A store of its own, of which the data may be looked into, vacuumed as often as it can be; not started."""
    tmp_path.chmod(0o700)
    chosen = ports.choose(object_store.PORTS, home=tmp_path, with_inner=object_store.PORTS)
    store = ObjectStore(tmp_path / "s3", chosen, "s" * 20, tmp_path / "s3.log", vacuum_seconds=1)
    store.prepare()
    return store


@contextmanager
def serving(store: ObjectStore, layout: Layout, console: Console) -> Generator[Process]:
    """The store as long as the block lasts; then it is killed: a stop would give it two seconds for work in hand, of which there is none."""
    with Supervisor(layout, console) as running:
        running.start(store.program())
        [[process]] = running.waves
        yield process
        process.kill()


def test_the_object_store_starts_only_what_is_used_and_rests(
    own_store: ObjectStore, layout: Layout, console: Console
) -> None:
    with serving(own_store, layout, console) as store:
        client_of(own_store).make_bucket("pieces")
        wanted = sorted(
            own_store.ports[part] + inner
            for part in ("s3", "filer", "master", "volume")
            for inner in (0, object_store.GRPC)
        )
        until(lambda: len(places(store.pid)) >= len(wanted))  # the last of its parts may begin after S3 answers
        found = places(store.pid)
        assert sorted(port for _, port in found) == wanted
        assert {host for host, _ in found} == {"127.0.0.1"}
        assert max(port for _, port in found) <= ports.HIGHEST
        until(lambda: wakes_a_second(store.pid) <= MOST_WAKES_OF_STORE)


def places(pid: int) -> list[Any]:
    """The addresses at which it listens."""
    return [one.laddr for one in psutil.Process(pid).net_connections("tcp") if one.status == psutil.CONN_LISTEN]


def test_erased_objects_are_vacuumed_within_the_hour() -> None:
    assert object_store.VACUUM_SECONDS + MOST_SECONDS_ADDED < 3600


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
def test_writes_just_before_the_end_of_the_object_store_last(
    own_store: ObjectStore, layout: Layout, console: Console, killed: bool, faults: str
) -> None:
    """What was erased is soon off the disk as well, but for what was erased in the second before a kill. That takes up to
    two minutes, most of them waited at random by the store: it is seen at a release."""
    kept, erased = os.urandom(5_000_000), b"only in this file" + os.urandom(5000)
    with Supervisor(layout, console) as running:
        running.start(own_store.program())
        client = client_of(own_store)
        client.make_bucket("pieces")
        client.put_object("pieces", "erased", io.BytesIO(erased), len(erased))
        client.put_object("pieces", "kept", io.BytesIO(kept), len(kept))
        assert on_disk(own_store, erased)
        client.remove_object("pieces", "erased")
        if killed:
            running.waves[0][0].kill()

    own_store.prepare()
    with serving(own_store, layout, console):
        client = client_of(own_store)
        assert [one.object_name for one in client.list_objects("pieces")] == ["kept"]
        if not killed and faults == "release":
            until(lambda: not on_disk(own_store, erased), seconds=MOST_SECONDS_ADDED + 30)
        assert read(client, "kept") == kept


def test_no_client_without_the_key_reaches_the_inner_ports_of_the_store(
    own_store: ObjectStore, layout: Layout, console: Console
) -> None:
    with serving(own_store, layout, console) as store:
        for port in {
            one.laddr[1] for one in psutil.Process(store.pid).net_connections() if one.status == psutil.CONN_LISTEN
        }:
            answers = [asked_by_a_stranger(port, scheme) for scheme in ("http", "https")]
            assert set(answers) <= {"refused", 400, 403}, port
        client_of(own_store).make_bucket("pieces")
        assert "pieces" not in said_to_a_stranger(own_store, "fs.ls /buckets")
    for private in (object_store.KEY, object_store.CERTIFICATE, "security.toml", "s3.json"):
        assert (own_store.folder / private).stat().st_mode & 0o077 == 0


def client_of(store: ObjectStore) -> Minio:
    return Minio(store.endpoint, object_store.ACCESS_KEY, store.secret, secure=False, region=object_store.REGION)


def asked_by_a_stranger(port: int, scheme: str) -> int | str:
    """The status that a client without a certificate gets, or "refused"."""
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(f"{scheme}://127.0.0.1:{port}/", timeout=5, context=anybody) as answer:
            return answer.status
    except HTTPError as error:
        with error:
            return error.code
    except (OSError, HTTPException):
        return "refused"


def said_to_a_stranger(store: ObjectStore, command: str) -> str:
    """What the store's own tool gets from another folder, where it finds no certificate; as another user where we may be one."""
    master, filer = (
        f"127.0.0.1:{store.ports[part]}.{store.ports[part] + object_store.GRPC}" for part in ("master", "filer")
    )
    with tempfile.TemporaryDirectory() as elsewhere:
        Path(elsewhere).chmod(0o777)
        become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
        tool = shutil.copy(object_store.WEED, elsewhere) if become else object_store.WEED
        try:
            done = subprocess.run(
                [*become, tool, "shell", f"-master={master}", f"-filer={filer}"],
                input=command,
                cwd=elsewhere,
                env={"HOME": elsewhere},
                capture_output=True,
                text=True,
                timeout=6,
                check=False,
            )
        except subprocess.TimeoutExpired as error:  # it asks again for ever
            return (error.stdout or b"").decode()
    return done.stdout


def on_disk(store: ObjectStore, content: bytes) -> bool:
    return any(content in file.read_bytes() for file in store.folder.rglob("*.dat"))


def read(client: Minio, name: str) -> bytes:
    with closing(client.get_object("pieces", name)) as found:
        return found.read()


def wakes_a_second(pid: int) -> float:
    """How often its threads went to sleep by themselves, over two seconds."""
    with Meter({"store": pid}).measure() as cost:
        time.sleep(2)
    return cost.wakes_of()
