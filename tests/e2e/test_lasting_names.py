"""A portal that is up has made nothing that outlives it under a name that is not in the record."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from minio import Minio

from deploy.operator.management import Management
from services.chassis.service_list import service_names
from services.chassis.settings import Settings
from tests.servers.portal import Portal
from tests.structure.lasting.record import read

NAMES = read().names
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def stored(portal: Portal, question: str) -> set[str]:
    """The answers of all databases: service, then what was asked for."""
    address = portal.setting("OWNER_DATABASE_URL")
    found: set[str] = set()
    for service in service_names():
        with psycopg.connect(address.replace("{service}", service)) as conn:
            found |= {f"{service} {row[0]}" for row in conn.execute(question.encode())}
    return found


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("streams and keys", "SELECT DISTINCT split_part(stream, '-', 1) FROM events"),
        ("timers", "SELECT name FROM timers"),
    ],
)
def test_names_in_databases_are_in_the_record(portal: Portal, kind: str, question: str) -> None:
    assert stored(portal, question) - set(NAMES[kind]) == set()


def test_events_that_were_stored_are_in_the_record(portal: Portal) -> None:
    found = stored(portal, "SELECT DISTINCT type || '.v' || type_version FROM events")

    assert found
    assert {name.replace(" ", ".", 1) for name in found} - set(NAMES["events"]) == set()


def test_keys_are_those_of_persons_and_things_or_in_the_record(portal: Portal) -> None:
    named = {name.partition("-")[0] for name in stored(portal, "SELECT key_id FROM keys") if not ID.search(name)}

    assert named - set(NAMES["streams and keys"]) == set()


def of_broker(portal: Portal, setting: str, what: str) -> list[dict[str, Any]]:
    vhost = urlsplit(portal.setting(setting)).path[1:]
    return Management(portal.setting("RABBITMQ_MANAGEMENT_URL")).ask(f"/api/{what}/{quote(vhost, safe='')}")


def both_vhosts(portal: Portal, what: str, named: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is there, without what the broker named itself: it ends with a connection."""
    for setting, before in (("AMQP_URL", ""), ("PARTNERS_AMQP_URL", "partners: ")):
        for one in of_broker(portal, setting, what):
            if one[named] and not one[named].startswith("amq."):
                yield before, one


def test_the_broker_has_the_exchanges_queues_and_bindings_of_the_record(portal: Portal) -> None:
    exchanges = {
        f"{before}{one['name']}": json.dumps(
            {"type": one["type"], "durable": one["durable"], "auto_delete": one["auto_delete"]}, sort_keys=True
        )
        for before, one in both_vhosts(portal, "exchanges", "name")
    }
    queues = {
        f"{before}{one['name']}": json.dumps(
            {"durable": one["durable"], "auto_delete": one["auto_delete"], **one["arguments"]}, sort_keys=True
        )
        for before, one in both_vhosts(portal, "queues", "name")
    }
    bindings = {
        f"{before}{one['destination']} from {one['source']} by {one['routing_key']}"
        for before, one in both_vhosts(portal, "bindings", "destination")
        if one["source"]
    }

    assert exchanges == NAMES["exchanges"]
    assert queues == NAMES["queues"]
    assert bindings == set(NAMES["bindings"])


def test_the_object_store_has_the_buckets_of_the_record(portal: Portal) -> None:
    settings = Settings.load(json.loads(Path(portal.addresses["settings"]).read_text("utf-8")))
    store = Minio(
        settings.s3_endpoint,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        region=settings.s3_region,
        secure=settings.s3_secure,
    )
    prefix = settings.s3_bucket_prefix
    found = {bucket.name for bucket in store.list_buckets() if bucket.name.startswith(prefix)}

    assert found == {name.format(S3_BUCKET_PREFIX=prefix) for name in NAMES["buckets"]}
