"""A portal whose files are in an S3 store elsewhere loses three machines, and returns to a moment on empty ones, as docs/clustering.md says."""

import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from deploy.swarm.networks import OF_STACK
from tests.compose.deployment import SERVICES, commands
from tests.compose.elsewhere import Elsewhere
from tests.compose.test_faults import SLUG, the_photo
from tests.support.people import Person, eventually, mails_to, photograph, visitor
from tests.swarm.conftest import brought_up, say, written
from tests.swarm.machines import Machine
from tests.swarm.members import until
from tests.swarm.stacked import STACK, Stack

# The portal comes up twice.
pytestmark = [pytest.mark.release, pytest.mark.timeout(2400)]

SERVERS = "Utiliser les serveurs de la mairie"
OF_THE_STORE = ("S3_", "s3_", "INSIDE_ONLY")
NOW = "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS+00:00')"
ALL_PUBLISHED = (
    "SELECT (SELECT min(position) FROM marks WHERE name IN ('published', 'partners')) "
    "= (SELECT coalesce(max(position), 0) FROM positions)"
)


@pytest.fixture
def archived(
    image: str, three: list[Machine], servers: Elsewhere, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """RabbitMQ and PostgreSQL in the stack; the files and the archive of the databases in the town's own store, reached by TLS."""
    of_the_store = [
        command
        for command in (*commands(SERVERS), *commands(SERVERS, block=1))
        if any(word in command for word in OF_THE_STORE)
    ]
    # The bucket is not the one of test_restore.py, whose log has files of the same names.
    archive = "printf 'POSTGRES_ARCHIVE=1\\nARCHIVE_S3_BUCKET_PREFIX=portail\\n' >>.env"
    without_objects = "sed -i '/^COMPOSE_FILE=/s|:deploy/swarm/objects.yml||' .env"
    home = tmp_path_factory.mktemp("archived-portal")
    try:
        with brought_up(home, image, three, servers, without_objects, *of_the_store, archive) as stack:
            yield stack
    finally:
        lose_everything(three)  # another portal of this name comes up here afterwards


def test_a_portal_returns_to_a_moment_on_three_empty_machines(archived: Stack) -> None:
    first = filed(archived)
    _members, _archive, kept, *_ = written("PostgreSQL sur trois machines")
    said = [archived.must(command) for command in kept]  # the one that it just made is kept
    assert said[1].endswith(" Mo\n")
    second = filed(archived)
    time.sleep(1.1)  # a moment is given to the second
    moment, before = archived.sql(NOW, "requests"), requests_filed(archived)
    after = filed(archived)
    last = archived.sql("SELECT pg_walfile_name(pg_switch_wal())", "requests")
    until(lambda: archived.sql("SELECT last_archived_wal FROM pg_stat_archiver", "requests") >= last, "the archive")

    lose_everything(archived.machines)
    checks, goes_on, publish = written("Revenir à un moment, sur trois machines neuves")
    restore = [*checks, *goes_on]
    restored = [timed(archived, re.sub(r"(?<=POSTGRES_RESTORE=)\d[^']*", moment, command)) for command in restore]

    [verified] = [said for said in restored if "intact" in said]
    assert verified.count("tout est intact") == len(SERVICES), verified
    for one in (first, second):
        person = follower(archived, one.token)
        assert person.request(one.number)["number"] == one.number
        assert the_photo(person, one.number) == one.photo
    follower(archived, after.token).refused("GET", f"/requests/{after.number}")
    assert requests_filed(archived) == before

    published, partner = (timed(archived, command.replace("NOM", "mediatheque")) for command in publish)

    assert published.count("publiés à nouveau") + published.count("Rien à publier") == len(SERVICES), published
    assert "partner-mediatheque:" in partner
    for service in SERVICES:
        until(lambda: archived.sql(ALL_PUBLISHED, service) == "t", f"all events of {service} to be published")  # noqa: B023
    filed(archived)
    assert "Aucun message en échec" in archived.must("deploy/swarm/parvis dead-letters list")


def requests_filed(stack: Stack) -> int:
    return int(stack.sql("SELECT count(*) FROM events WHERE type = 'RequestSubmitted'", "requests"))


@dataclass(frozen=True)
class Filed:
    """A request, the secret of its tracking link, and its photograph as that link shows it."""

    number: str
    token: str
    photo: bytes


def follower(stack: Stack, token: str) -> Person:
    """Who has that tracking link and no more."""
    person = visitor(stack)
    person.session.headers["Parvis-Tracking"] = token
    return person


def filed(stack: Stack) -> Filed:
    """A new request, once its receipt was mailed and its photograph can be read."""
    email = f"{uuid.uuid4().hex[:12]}@courriel.example"
    receipt = visitor(stack).file_with_photograph(SLUG, photograph(), email=email)
    number, token = receipt["number"], receipt["tracking_token"]
    mails = eventually(lambda: mails_to(stack, email), f"the mailed receipt of {number}")
    assert any(number in mail["subject"] + mail["text"] for mail in mails)
    photo = eventually(lambda: the_photo(follower(stack, token), number), f"the photograph of {number}")
    return Filed(number, token, photo)


def timed(stack: Stack, command: str) -> str:
    began = time.monotonic()
    said = stack.must(command)
    say(f"{command}: {time.monotonic() - began:.0f} s")
    return said


def lose_everything(machines: list[Machine]) -> None:
    """As three machines that were never seen, but that they are a swarm and have the images."""
    began = time.monotonic()
    until(lambda: not any(left_on(one) for one in machines), "the stack to go with its data", seconds=300)
    say(f"the stack and its volumes removed in {time.monotonic() - began:.0f} s")


def left_on(machine: Machine) -> str:
    """What there is of the stack, once what can be removed there is."""
    of_stack, named = ("--filter", f"label={OF_STACK}={STACK}"), ("--filter", f"name={STACK}_")
    machine.run("stack", "rm", STACK)
    machine.run("container", "prune", "-f", *of_stack)
    if volumes := machine.docker("volume", "ls", "-q", *named).split():
        machine.run("volume", "rm", *volumes)
    listed = (("ps", "-aq", *of_stack), ("volume", "ls", "-q", *named), ("network", "ls", "-q", *named))
    return "".join(machine.docker(*command) for command in listed)
