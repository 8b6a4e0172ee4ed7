"""An archive with a store of its own: all that is archived is there, under a key that opens nothing else, and the other store has none."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import urllib3
from minio import Minio

from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.local import object_store, ports
from deploy.local.object_store import ObjectStore
from deploy.local.supervisor import Supervisor
from services.chassis.object_store import UNREACHABLE
from tests.servers.archived import PUSH, Command, address, archived, asked, cluster, filed
from tests.servers.certificates import self_signed
from tests.support.stacks import as_compose_reads_it, of_store

BUCKET = "ville-databases"
KEY = {"accessKey": "archive", "secretKey": "a" * 20}
ALLOWED = [f"{action}:{BUCKET}" for action in ("Read", "Write", "List")]


@dataclass
class Store:
    """The store of the archive, as its operator sees it; `authority`: the file by which its certificate is known."""

    endpoint: str
    authority: Path
    client: Minio


@pytest.fixture
def elsewhere(tmp_path: Path, layout: Layout, console: Console) -> Iterator[Store]:
    """One that is reached by TLS alone. Its operator made the bucket, and a key for that bucket."""
    chosen = ports.choose(object_store.PORTS, home=tmp_path, with_inner=object_store.PORTS)
    store = ObjectStore(tmp_path / "s3", chosen, "s" * 20, tmp_path / "s3.log")
    store.prepare()
    config = store.folder / "s3.json"
    known = json.loads(config.read_text("utf-8"))
    known["identities"].append({"name": "archive", "credentials": [KEY], "actions": ALLOWED})
    config.write_text(json.dumps(known), "utf-8")
    authority = self_signed(tmp_path / "certificate.pem")
    client = Minio(
        store.endpoint,
        access_key=object_store.ACCESS_KEY,
        secret_key=store.secret,
        region=object_store.REGION,
        http_client=urllib3.PoolManager(ca_certs=str(authority), timeout=5, retries=urllib3.Retry(0)),
    )
    program = store.program()
    by_tls = [*program.argv, f"-s3.cert.file={authority}", f"-s3.key.file={authority}"]
    with Supervisor(layout, console) as running:
        running.start(replace(program, argv=by_tls, ready=lambda: serves(client)))
        client.make_bucket(BUCKET)
        yield Store(store.endpoint, authority, client)


def serves(client: Minio) -> bool:
    try:
        return not client.bucket_exists(BUCKET)
    except UNREACHABLE:
        return False


@pytest.fixture
def environment_there(
    server_addresses: dict[str, str], worker: str, elsewhere: Store, tmp_path: Path
) -> dict[str, str]:
    """That of PostgreSQL in its container, where `.env` names both stores and `secrets/` holds the keys of both."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    keys = [server_addresses["S3_ACCESS_KEY"], server_addresses["S3_SECRET_KEY"], *KEY.values()]
    for name, key in zip(
        ("s3_access_key", "s3_secret_key", "archive_s3_access_key", "archive_s3_secret_key"), keys, strict=True
    ):
        (secrets / name).write_text(f"{key}\n", "utf-8")
    compose = as_compose_reads_it(
        "postgres",
        POSTGRES_ARCHIVE="1",
        S3_ENDPOINT=server_addresses["S3_ENDPOINT"],
        S3_BUCKET_PREFIX=f"{worker}-files",
        ARCHIVE_S3_ENDPOINT=elsewhere.endpoint,
        ARCHIVE_S3_SECURE="1",
        ARCHIVE_S3_BUCKET_PREFIX="ville",
    )
    read = of_store(compose, "postgres1")
    there = {name: str(secrets / value) if name.endswith("_FILE") else value for name, value in read.items()}
    return there | {"SSL_CERT_FILE": str(elsewhere.authority)}


def test_all_that_is_archived_and_restored_is_in_the_store_of_the_archive(
    environment_there: dict[str, str], elsewhere: Store, s3: Minio, worker: str, tmp_path: Path
) -> None:
    command = Command(environment_there)
    assert command("make").returncode == 0
    with cluster(tmp_path, command, servers=2) as running:
        primary = running.start("primary", "archive_mode=always", f"archive_command={PUSH}", "wal_keep_size=256MB")
        asked(primary, "CREATE TABLE filed AS SELECT 'before the back-up' AS what")
        taken = command("base", address(primary))
        assert (taken.returncode, taken.stderr) == (0, "")
        asked(primary, "INSERT INTO filed VALUES ('after it')")
        moment = asked(primary, "SELECT clock_timestamp()")
        asked(primary, "INSERT INTO filed VALUES ('too late')")
        archived(primary)

        restored = running.restored("moment", "--until", moment.isoformat())
        assert filed(restored) == ["after it", "before the back-up"]
    assert len(command("list").stdout.splitlines()) == 1
    kept = {str(one.object_name).partition("/")[0] for one in elsewhere.client.list_objects(BUCKET, recursive=True)}
    assert kept == {"base", "wal"}
    assert command("tidy", "7").stdout.endswith(" 0\n")
    assert not {f"{worker}-files-databases", BUCKET} & {one.name for one in s3.list_buckets()}


def test_a_store_that_refuses_is_named_with_what_it_says(environment_there: dict[str, str], elsewhere: Store) -> None:
    another, stranger = {"S3_BUCKET_PREFIX": "autre"}, {"SSL_CERT_FILE": "/dev/null"}
    for changed, why in ((another, "AccessDenied"), (stranger, "CERTIFICATE_VERIFY_FAILED")):
        refused = Command(environment_there | changed)("make")

        assert refused.returncode == 1
        said = refused.stderr.replace("\u00a0", " ")
        assert f"wal_archive : Le stockage S3 {elsewhere.endpoint} ne répond pas ou refuse" in said
        assert why in said
