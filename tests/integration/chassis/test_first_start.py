"""On a first start nothing is lost, in whatever order processes come up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import amqp
import pytest

from deploy.local.rabbitmq import Management
from services.chassis.hearers import hearers_of
from services.chassis.link import Link
from services.chassis.queues import dead_letters_of, queue_of
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.procedures.publication import ProcedureWithdrawn
from tests.databases import Databases
from tests.integration.chassis.conftest import until
from tests.processes import Services


@pytest.fixture
def untouched(
    environment: dict[str, str], server_addresses: dict[str, str], databases: Databases, worker: str
) -> Iterator[dict[str, str]]:
    """The settings of a house where nothing was ever published: databases and a vhost that no other test uses."""
    name = f"{worker}first"
    management = Management(server_addresses["RABBITMQ_MANAGEMENT_URL"])
    management.create_vhost(name)
    url = databases.clone(name)
    broker = environment["AMQP_URL"].rpartition("/")[0]
    yield {
        **environment,
        "DATABASE_URL": databases.for_services(url),
        "OWNER_DATABASE_URL": url,
        "AMQP_URL": f"{broker}/{name}",
    }
    databases.drop(name)
    management.delete_vhost(name)


@pytest.fixture
def settings(untouched: dict[str, str]) -> Settings:
    return Settings.load(untouched)


@pytest.fixture
def services(untouched: dict[str, str], tmp_path: Path) -> Iterator[Services]:
    running = Services(untouched, tmp_path)
    yield running
    running.stop()


@pytest.fixture
def channel(settings: Settings) -> Iterator[amqp.Channel]:
    link = Link(settings.amqp_url)
    yield link.open()
    link.shut()


def waiting(channel: amqp.Channel, queue: str) -> int:
    return channel.queue_declare(queue, passive=True).message_count


def test_what_is_published_before_its_hearers_ever_started_waits_for_them(
    services: Services, settings: Settings, channel: amqp.Channel
) -> None:
    store = Store(settings, "procedures")
    store.append("procedure-kermesse", [ProcedureWithdrawn(slug="kermesse", version=1)])

    services.start("relay")
    with store.read() as conn:
        until(lambda: conn.execute("SELECT position FROM marks WHERE name = 'published'").fetchone() == {"position": 1})
    store.close()

    who = [consumer for consumer, types in hearers_of("procedures").items() if "ProcedureWithdrawn" in types]
    assert "requests" in who
    assert {consumer: waiting(channel, queue_of(consumer, "procedures")) for consumer in who} == dict.fromkeys(who, 1)
    assert all(waiting(channel, dead_letters_of(consumer)) == 0 for consumer in who)
