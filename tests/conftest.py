"""What every room's tests stand on: real servers, this worker's own databases, vhosts and buckets, and the demo town.

Nothing starts before a test asks for it: pure tests cost nothing.
"""

import base64
import gc
import hashlib
import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from minio import Minio
from xdist.scheduler import LoadFileScheduling

from deploy.local.tests import APART
from deploy.operator.management import Management
from tests.servers import private as servers
from tests.servers.databases import Databases
from tests.servers.mailbox import Mailbox, MailServer
from tests.servers.portal import Portal, opened
from tests.servers.processes import Services
from tests.support import midnight

if TYPE_CHECKING:
    from services.chassis.settings import Settings

TESTS = Path(__file__).parent
FIGURES = "figures"
"""The property under which a test tells what it measured or drew by lot: told at the end of the run, and in its report."""
GARBAGE_THRESHOLDS = (50_000, 10, 10)
"""Python's own are (700, 10, 10): on the pages that tests parse, one second in seven was spent in search of garbage."""
LONGEST = (  # more than fifteen seconds each; a worker that got one of them last would keep all others waiting
    "e2e/test_pages_look.py",
    "gateway/api/test_schemathesis.py",
    "integration/processes/test_erasing.py",  # and with it its folder
    "e2e/test_states_look.py",
    "e2e/test_command.py",
    "integration/runner/test_archive_fail_over.py",
    "integration/runner/test_other_moments.py",
    "e2e/test_agent.py",
    "e2e/test_partner_rebuilt.py",
    "integration/chassis/test_facts_travel.py",
    "e2e/scenarios/test_s07_a_school.py",
    "integration/chassis/test_partners_stream.py",
    "integration/runner/test_private_servers.py",
    "e2e/test_other_ways.py",
    "e2e/test_sessions.py",
    "e2e/test_two_tabs.py",
    "e2e/scenarios/test_s10_coordinates.py",
    "e2e/test_uploader.py",
    "e2e/test_team.py",
    "integration/chassis/test_at_rest.py",
    "e2e/test_agents_list.py",
    "e2e/test_what_filing_costs.py",
    "e2e/scenarios/test_s02_password_and_profile.py",
    "e2e/scenarios/test_s12_ones_own_data.py",
    "e2e/scenarios/test_s04_a_full_week.py",
    "gateway/pages/test_odd_values.py",
)
ON_ONE_WORKER = ("tests/integration/processes/",)
"""Folders whose tests share what is slow to start: one worker has all of them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--faults",
        choices=("gate", "release"),
        help="scales the counts of what is promised under faults: few (gate) or many (release); with it, "
        "the campaign of tests/faults runs too",
    )
    parser.addoption(
        "--compose", action="store_true", help="tests/compose, which need a Docker engine, and nothing else"
    )
    parser.addoption(
        "--cluster", action="store_true", help="tests/cluster, which want the machine for themselves, and nothing else"
    )
    parser.addoption(
        "--swarm", action="store_true", help="tests/swarm, on three engines of their own, and nothing else"
    )
    parser.addoption(
        "--pictures",
        action="store_true",
        help="keeps what tests/e2e looks at as pictures too, in tests/e2e/screenshots",
    )
    parser.addoption("--campaign", choices=("without", "only"), help="tests/faults: not at all, or nothing else")


class Scheduling(LoadFileScheduling):
    """Files are given out one by one, but for the folders that stay together."""

    def _split_scope(self, nodeid: str) -> str:
        together = (folder for folder in ON_ONE_WORKER if nodeid.startswith(folder))
        return next(together, None) or super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)  # where xdist is not there, all run in one process
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return Scheduling(config, log)


@pytest.hookimpl(trylast=True)  # the files come in an order drawn by lot
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files first. The campaign and the cluster want the machine for themselves, the deployment an engine: when they are asked for."""
    rank = {TESTS / file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))
    _leave_out(
        config,
        items,
        lambda item: any(
            (folder in item.path.as_posix()) != config.getoption(option) for option, folder in APART.items()
        ),
    )
    if config.getoption("--faults") != "release":
        _leave_out(config, items, lambda item: item.get_closest_marker("release") is not None)
    asked = config.getoption("--campaign") or ("with" if config.getoption("--faults") else "without")
    if asked == "with":
        return
    _leave_out(config, items, lambda item: (item.get_closest_marker("faults") is None) == (asked == "only"))


def _leave_out(config: pytest.Config, items: list[pytest.Item], unwanted: Callable[[pytest.Item], bool]) -> None:
    left_out = {item for item in items if unwanted(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that would run over the town's midnight begins after it."""
    needed = midnight.JOURNEY if item.get_closest_marker("e2e") else midnight.SHORT
    time.sleep(midnight.wait_before(datetime.now(UTC), needed).total_seconds())


def pytest_configure(config: pytest.Config) -> None:
    """How many examples hypothesis tries; a slow machine is no finding."""
    slow = [hypothesis.HealthCheck.too_slow]
    for name, examples in (("gate", 25), ("release", 500)):
        hypothesis.settings.register_profile(name, max_examples=examples, deadline=None, suppress_health_check=slow)
    hypothesis.settings.load_profile(config.getoption("--faults") or "gate")
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def pytest_collection_finish() -> None:
    """What stays until the end, modules and tests, is not searched for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    figures = [
        f"{report.nodeid.rpartition('::')[2]}: {text}"
        for report in reports
        if report.when == "call"
        for name, text in report.user_properties
        if name == FIGURES
    ]
    if figures:
        terminalreporter.section("figures of the tests")
        terminalreporter.write("\n".join(figures) + "\n")


@pytest.fixture(scope="session")
def faults(request: pytest.FixtureRequest) -> str:
    """`gate` or `release`: scales the counts of the fault tests."""
    return request.config.getoption("--faults") or "gate"


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keeps what a test has measured, for the report and for the end of the run."""
    return lambda text: record_property(FIGURES, text)


@pytest.fixture(scope="session")
def worker() -> str:
    """A name that no other worker of no other session bears at this moment; fit for databases, vhosts and buckets."""
    return f"t{servers.owner()}{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def server_addresses() -> dict[str, str]:
    """Where the session's PostgreSQL, RabbitMQ and object store answer."""
    return servers.addresses()


@pytest.fixture(scope="session")
def databases(server_addresses: dict[str, str]) -> Databases:
    """Makes migrated, empty databases under any prefix, for a test that must be alone with its own."""
    return Databases(server_addresses.get("OWNER_DATABASE_URL", server_addresses["DATABASE_URL"]))


@pytest.fixture(scope="session")
def database_url(databases: Databases, worker: str) -> Iterator[str]:
    """This worker's databases, one a service: an address with `{service}` in it, as the owner of everything."""
    yield databases.clone(worker)
    databases.drop(worker)


@pytest.fixture(scope="session")
def _vhosts(server_addresses: dict[str, str], worker: str) -> Iterator[tuple[str, str]]:
    management = Management(server_addresses["RABBITMQ_MANAGEMENT_URL"])
    pair = (worker, f"{worker}-partners")
    for vhost in pair:
        management.create_vhost(vhost)
    yield pair
    for vhost in pair:
        management.delete_vhost(vhost)


@pytest.fixture(scope="session")
def amqp_url(server_addresses: dict[str, str], _vhosts: tuple[str, str]) -> str:
    """This worker's own vhost."""
    return f"{_server_of(server_addresses['AMQP_URL'])}/{_vhosts[0]}"


@pytest.fixture(scope="session")
def partners_amqp_url(server_addresses: dict[str, str], _vhosts: tuple[str, str]) -> str:
    """This worker's own vhost for partners."""
    return f"{_server_of(server_addresses['AMQP_URL'])}/{_vhosts[1]}"


def _server_of(amqp_url: str) -> str:
    return "/".join(amqp_url.split("/")[:3])


@pytest.fixture(scope="session")
def s3(server_addresses: dict[str, str], worker: str) -> Iterator[Minio]:
    """A client of the object store; this worker's buckets begin with the setting S3_BUCKET_PREFIX."""
    client = Minio(
        server_addresses["S3_ENDPOINT"],
        access_key=server_addresses["S3_ACCESS_KEY"],
        secret_key=server_addresses["S3_SECRET_KEY"],
        region=server_addresses.get("S3_REGION", "us-east-1"),
        secure=server_addresses.get("S3_SECURE") == "1",
    )
    yield client
    for bucket in client.list_buckets():
        if bucket.name.startswith(worker):
            for item in client.list_objects(bucket.name, recursive=True):
                client.remove_object(bucket.name, str(item.object_name))
            client.remove_bucket(bucket.name)


@pytest.fixture(scope="session")
def _mail_server(worker: str) -> Iterator[tuple[str, Mailbox]]:
    server = MailServer(worker)
    yield server.start(), server.mailbox
    server.stop()


@pytest.fixture(scope="session")
def smtp_url(_mail_server: tuple[str, Mailbox]) -> str:
    """Where this worker's mail server listens."""
    return _mail_server[0]


@pytest.fixture
def smtp(_mail_server: tuple[str, Mailbox]) -> Mailbox:
    """The mailbox that all mails of this worker's processes reach, empty at the start of the test: a fixture that has mails
    sent names it, or it is emptied after they came."""
    _mail_server[1].clear()
    return _mail_server[1]


@pytest.fixture(scope="session")
def environment(
    server_addresses: dict[str, str],
    databases: Databases,
    database_url: str,
    amqp_url: str,
    partners_amqp_url: str,
    s3: Minio,  # named so that its buckets are removed after everything that fills them
    smtp_url: str,
    worker: str,
) -> dict[str, str]:
    """Every setting of this worker, by its name in the environment, as our processes read it."""
    return {
        **server_addresses,
        "DATABASE_URL": databases.for_services(database_url),
        "OWNER_DATABASE_URL": database_url,
        "AMQP_URL": amqp_url,
        "PARTNERS_AMQP_URL": partners_amqp_url,
        "S3_BUCKET_PREFIX": worker,
        "SMTP_URL": smtp_url,
        "MAIL_FROM": "mairie@saint-aubin-sur-orne.example",
        "PUBLIC_URL": "http://127.0.0.1:8080",
        "MASTER_KEY": _key("master"),
        "RPC_KEY": _key("rpc"),
        "SIGNING_KEY": _key("signing"),
        "GATEWAY_HOST": "127.0.0.1",
        "HEALTH_PORT": "0",
        "LOG_LEVEL": "info",
        "LOG_FORMAT": "json",
        "DATABASE_POOL_SIZE": "10",
        "RATE_LIMITS": "1000",
        "DEVELOPMENT": "0",
    }


def _key(purpose: str) -> str:
    """The same key in every run: a failure can be looked at again with the same bytes."""
    return base64.b64encode(hashlib.sha256(f"tests {purpose}".encode()).digest()).decode()


@pytest.fixture(scope="session")
def settings(environment: dict[str, str]) -> "Settings":
    """This worker's settings, loaded as our processes load theirs."""
    from services.chassis.settings import Settings

    return Settings.load(environment)


@pytest.fixture(scope="module")
def services(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Starts real processes against this worker's settings; all of them stop at the end of the test module."""
    running = Services(environment, tmp_path_factory.mktemp("processes"))
    yield running
    running.stop()


@contextmanager
def nothing_published(environment: dict[str, str], databases: Databases, name: str) -> Generator[dict[str, str]]:
    """The settings of services where nothing was ever published: databases, vhosts and buckets of that name."""
    management = Management(environment["RABBITMQ_MANAGEMENT_URL"])
    vhosts = {"AMQP_URL": name, "PARTNERS_AMQP_URL": f"{name}-partners"}
    for vhost in vhosts.values():
        management.create_vhost(vhost)
    url = databases.clone(name)
    yield {
        **environment,
        "DATABASE_URL": databases.for_services(url),
        "OWNER_DATABASE_URL": url,
        **{setting: f"{_server_of(environment[setting])}/{vhost}" for setting, vhost in vhosts.items()},
        "S3_BUCKET_PREFIX": name,
    }
    databases.drop(name)
    for vhost in vhosts.values():
        management.delete_vhost(vhost)


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """The whole product with the demo town, up for this worker alone."""
    with opened() as portal:
        yield portal


@pytest.fixture(scope="session")
def town() -> dict[str, Any]:
    """The demo town's files, by name: `town["procedures"]["procedures"]` and so on. Shared: copy before a change."""
    from tests.support import published

    return published.files()
