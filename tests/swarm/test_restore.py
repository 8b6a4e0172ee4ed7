"""Three machines without data get the databases from the archive, as they were at a moment."""

import time
from collections.abc import Iterator

import pytest

from tests.compose.elsewhere import OWNER, Elsewhere
from tests.swarm.conftest import databases, say
from tests.swarm.machines import Machine
from tests.swarm.members import NUMBERS, Members, until
from tests.swarm.stacked import DATABASES, Stack

pytestmark = pytest.mark.release
FROM_A_STANDBY = f"host={','.join(DATABASES)} user=standby target_session_attrs=prefer-standby"


@pytest.fixture
def archived(
    image: str, three: list[Machine], servers: Elsewhere, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stack, Members]]:
    """Three PostgreSQL whose log is archived in a store of the town's own."""
    settings = {"POSTGRES_ARCHIVE": "1", "ARCHIVE_S3_ENDPOINT": servers.place("plain_s3"), "ARCHIVE_S3_SECURE": "0"}
    keys = {"archive_s3_access_key": OWNER, "archive_s3_secret_key": servers.password}
    with databases("archived", tmp_path_factory.mktemp("archived"), three, image, settings, keys) as found:
        yield found


def test_three_empty_machines_get_the_databases_as_they_were_at_a_moment(archived: tuple[Stack, Members]) -> None:
    stack, members = archived
    asked(members, "CREATE TABLE filed (what text)")
    asked(members, "INSERT INTO filed VALUES ('before the back-up')")
    taken = members.inside("postgres1", "member", "archive", "base", FROM_A_STANDBY)
    assert taken.returncode == 0, taken.stderr
    asked(members, "INSERT INTO filed VALUES ('after the back-up')")
    time.sleep(1.1)  # a moment is told to the second
    moment = asked(members, "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS+00:00')")
    asked(members, "INSERT INTO filed VALUES ('after the moment')")
    last = asked(members, "SELECT pg_walfile_name(pg_switch_wal())")
    until(lambda: asked(members, "SELECT last_archived_wal FROM pg_stat_archiver") >= last, "the archive")

    lose_everything(members)
    stack.set("POSTGRES_RESTORE", moment)
    began = time.monotonic()
    members.bring_up()

    until(lambda: members.whole(at=1), "whole members")
    say(f"restored to a moment on three empty machines in {time.monotonic() - began:.0f} s")
    for number in NUMBERS:
        server = f"postgresql://parvis@postgres{number}/postgres"
        found = members.sql("SELECT what FROM filed", at=number, server=server).stdout.splitlines()
        assert found == ["before the back-up", "after the back-up"]
        shown = members.sql("SHOW restore_command", at=number, server=server).stdout
        assert shown == "\n", "a member reads the archive in daily work"
    asked(members, "INSERT INTO filed VALUES ('after the restoration')")


def asked(members: Members, statement: str) -> str:
    done = members.sql(statement, at=1)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def lose_everything(members: Members) -> None:
    """As three machines that were never seen."""
    members.swarm("stack", "rm", members.name)
    for number, machine in enumerate(members.machines, 1):
        for member in (f"etcd{number}", f"postgres{number}"):
            until(lambda: machine.lose_volume(members.service(member)), f"the volume of {member} to go")  # noqa: B023
    until(lambda: not members.swarm("network", "ls", "-q", "--filter", f"name={members.name}_"), "its networks to go")
